import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const HOUR = 3_600_000;

function every(cycle: string): string {
  return bpmn(`
    start t: timer=${cycle}
    t -> A -> end
  `);
}

onEachStore(
  "a timer start event starts its process each time, missed times once",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(every("R4/PT1H"));
    const w = await worker();
    const starts = async () => {
      await w.drain();
      return (await baton.instances({ key: "p" })).items.length;
    };
    assert.equal(await starts(), 0);
    clock.advance(HOUR);
    assert.equal(await starts(), 1);
    assert.equal(await starts(), 1);
    clock.advance(2 * HOUR);
    assert.equal(await starts(), 2);
    clock.advance(HOUR);
    assert.equal(await starts(), 3);
    clock.advance(9 * HOUR);
    assert.equal(await starts(), 3);
    assert.deepEqual((await baton.jobs.list()).items, []);
  },
);

onEachStore(
  "the next version's timer start replaces the one before, also after it has fired",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(every("R/PT1H"));
    const w = await worker();
    clock.advance(HOUR);
    await w.drain();
    await baton.deploy(every("R/PT10H"));
    clock.advance(2 * HOUR);
    await w.drain();
    const versions = async () =>
      (await baton.instances({ key: "p" })).items.map((each) => each.version).sort();
    assert.deepEqual(await versions(), [1]);
    clock.advance(8 * HOUR);
    await w.drain();
    assert.deepEqual(await versions(), [1, 2]);
  },
);

onEachStore(
  "what was missed while no worker ran fires once, also with two workers, and goes on in its rhythm",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
      boundary every on A: timer=R5/PT1H non
      boundary late on B: timer=PT1H
      parallel fork
      start -> fork -> A -> end
      fork -> B -> end2
      every -> Reminder -> end3
      late -> Late -> end4
    `));
    await baton.start("p");
    const workers = [await worker(), await worker()];
    const tasks = async () => {
      await Promise.all(workers.map((each) => each.drain()));
      return (await baton.userTasks.list()).items.map((task) => task.elementId).sort();
    };
    assert.deepEqual(await tasks(), ["A", "B"]);
    clock.advance(4.5 * HOUR);
    assert.deepEqual(await tasks(), ["A", "Late", "Reminder"]);
    clock.advance(0.5 * HOUR - 1);
    assert.deepEqual(await tasks(), ["A", "Late", "Reminder"]);
    clock.advance(1);
    assert.deepEqual(await tasks(), ["A", "Late", "Reminder", "Reminder"]);
    clock.advance(9 * HOUR);
    assert.deepEqual(await tasks(), ["A", "Late", "Reminder", "Reminder"]);
    assert.deepEqual((await baton.jobs.list()).items, []);
  },
);

onEachStore(
  "a suspended instance keeps its timer and its messages for later",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
    start -> fork
    fork -> T -> end
    fork -> M -> end2
    parallel fork
    catch T: timer=PT1H
    catch M: message=hello
  `));
    const { id } = await baton.start("p");
    const w = await worker();
    await baton.suspend(id);
    await baton.publishMessage("hello", { timeToLiveMs: 5 * HOUR });
    clock.advance(2 * HOUR);
    await w.drain();
    assert.equal((await baton.getInstance(id)).status, "suspended");
    await baton.resume(id);
    await w.drain();
    assert.equal((await baton.getInstance(id)).status, "completed");
  },
);

onEachStore("running steps are in the history, durations in the KPIs", async ({ engine, clock }) => {
  const baton = await engine();
  await baton.deploy(bpmn("start -> A -> end"));
  const { id } = await baton.start("p");
  clock.advance(5_000);
  const running = (await baton.history(id)).at(-1);
  assert.deepEqual([running?.elementId, running?.status, running?.endedAt, running?.durationMs], [
    "A",
    "started",
    undefined,
    5_000,
  ]);
  const [task] = (await baton.userTasks.list()).items;
  await baton.userTasks.complete(task.id);
  const [kpi] = await baton.kpis({ elementId: "A" });
  assert.deepEqual([kpi.count, kpi.failures, kpi.averageMs], [1, 0, 5_000]);
});

onEachStore("instances are found by variables and business key", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn("start -> A -> end"));
  for (const n of [1, 2, 3]) {
    await baton.start("p", { variables: { n, even: n % 2 === 0 }, businessKey: `b-${n}` });
  }
  const found = async (query: Parameters<typeof baton.instances>[0]) =>
    (await baton.instances(query)).items.map((each) => each.businessKey);
  assert.deepEqual(await found({ variables: [{ name: "even", value: true }] }), ["b-2"]);
  assert.deepEqual((await found({ variables: [{ name: "even", value: false }] })).sort(), ["b-1", "b-3"]);
  assert.deepEqual(await found({ businessKey: "b-3" }), ["b-3"]);
  const page = await baton.instances({ take: 2 });
  const rest = await baton.instances({ take: 2, cursor: page.next });
  assert.deepEqual([page.items.length, rest.items.length, rest.next], [2, 1, undefined]);
});
