/** What happens to a multi-instance activity while its items end through `baton:collect`. */
import assert from "node:assert/strict";
import { BpmnError, type Engine, type Handlers } from "../../mod.ts";
import type { Job, Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { type Given, onEachStore } from "./each_store.ts";

const ITEMS = 100;
const ITEM = `
  service Item: type=item
    <multiInstanceLoopCharacteristics><loopCardinality>${ITEMS}</loopCardinality></multiInstanceLoopCharacteristics>`;

/** A model whose items are a crowd. */
function model(more: string): string {
  return bpmn(`${ITEM}
${more}`);
}

async function leased(store: Store, max: number, type = "item"): Promise<Job[]> {
  const { jobs } = await store.leaseJobs({
    worker: "another process",
    wants: [{ type, max }],
    max,
    leaseMs: 3_600_000,
  });
  assert.equal(jobs.length, max);
  return [...jobs].sort((a, b) => Number(a.id) - Number(b.id));
}

/** Another process keeps outcomes in the jobs' rows. */
async function keep(store: Store, jobs: readonly Job[]): Promise<void> {
  const ends = jobs.map(({ id, leaseNo }) => ({
    jobId: id,
    leaseNo,
    outcome: JSON.stringify({ command: { kind: "completeJob", jobId: id, variables: {} } }),
  }));
  const { results } = await store.endJobs(ends, crypto.randomUUID());
  assert.ok(results.every((result) => result === "kept"));
}

async function counts(engine: Engine, id: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { elementId, status } of await engine.history(id, { take: 1_000 })) {
    if (status === "started") continue;
    const name = `${elementId} ${status}`;
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

/** Two workers take turns until nothing is due. */
async function drain(given: Given, handlers: Handlers, more = {}): Promise<number> {
  const workers = [await given.worker({ handlers, ...more }), await given.worker({ handlers, ...more })];
  for (let i = 0; i < 2; i++) await Promise.all(workers.map((worker) => worker.drain()));
  for (const worker of workers) await worker.stop();
  return workers.reduce((sum, worker) => sum + worker.counters().failed, 0);
}

/** @returns Jobs that are left, by type and why. */
async function left(engine: Engine): Promise<string[]> {
  const { items } = await engine.jobs.list({ take: 1_000 });
  // Messages are kept for a while, whatever comes of them.
  const others = items.filter(({ type }) => type !== "baton:expire-message");
  return others.map(({ type, held }) => `${type} ${held ?? ""}`.trim());
}

onEachStore("each item of a crowd is compensated once, and those are a crowd, too", async (given) => {
  const engine = await given.engine();
  await engine.deploy(model(`
  undo service Undo of Item
  throw back: compensate
  start -> Item -> back -> end`));
  const { id } = await engine.start("p");
  const undone: number[] = [];
  await drain(given, { item: () => {}, undo: (ctx) => void undone.push(Number(ctx.jobId)) });
  assert.equal(new Set(undone).size, ITEMS);
  assert.equal(undone.length, ITEMS);
  assert.deepEqual(await counts(engine, id), {
    "start completed": 1,
    "Item completed": ITEMS,
    "Undo completed": ITEMS,
    "back completed": 1,
    "end completed": 1,
  });
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.deepEqual(await left(engine), []);
});

for (
  const [what, boundary, happens] of [
    ["timer", "timer=PT1H", ({ clock }: Given) => clock.advance(3_700_000)],
    ["message", "message=stop", async (_: Given, engine: Engine) => await engine.publishMessage("stop")],
    ["signal", "signal=stop", async (_: Given, engine: Engine) => await engine.broadcastSignal("stop")],
    [
      "condition",
      'condition="${stop == true}"',
      async (_: Given, engine: Engine, id: string) => await engine.setVariables(id, { stop: true }),
    ],
  ] as const
) {
  onEachStore(`a ${what} at the boundary ends a crowd whose outcomes wait`, async (given) => {
    const { store } = given;
    const engine = await given.engine();
    await engine.deploy(model(`
  boundary late on Item: ${boundary}
  late -> Late -> end2
  start -> Item -> end`));
    const { id } = await engine.start("p", { variables: { stop: false } });
    const jobs = await leased(store, 40);
    await keep(store, jobs.slice(0, 20));
    await happens(given, engine, id);
    await drain(given, {});
    const { "Item completed": completed = 0, "Item cancelled": cancelled, ...others } = await counts(
      engine,
      id,
    );
    // Outcomes that were kept before count or are cancelled, as the two jobs come; none is both.
    assert.ok(completed <= 20, `${completed}`);
    assert.equal(completed + cancelled, ITEMS);
    assert.deepEqual(others, { "start completed": 1, "late completed": 1 });
    assert.deepEqual(await left(engine), []);
    const lateEnds = jobs.slice(20).map(({ id: jobId, leaseNo }) => ({ jobId, leaseNo, outcome: "{}" }));
    const { results } = await store.endJobs(lateEnds, "late");
    assert.ok(results.every((result) => result === "lost"));
    const [task] = (await engine.userTasks.list({ instanceId: id })).items;
    await engine.userTasks.complete(task.id);
    assert.equal((await engine.getInstance(id)).status, "completed");
  });

  onEachStore(`a ${what} at the boundary that does not interrupt goes on beside a crowd`, async (given) => {
    const { store } = given;
    const engine = await given.engine();
    await engine.deploy(model(`
  boundary late on Item: ${boundary} non
  late -> Late -> end2
  start -> Item -> end`));
    const { id } = await engine.start("p", { variables: { stop: false } });
    await keep(store, await leased(store, 40));
    await happens(given, engine, id);
    await drain(given, { item: () => {} });
    assert.deepEqual(await counts(engine, id), {
      "start completed": 1,
      "Item completed": ITEMS,
      "late completed": 1,
      "end completed": 1,
    });
    assert.equal((await engine.userTasks.list({ instanceId: id })).items.length, 1);
    assert.deepEqual(await left(engine), []);
  });
}

onEachStore("timers and errors at the elements of items end those items alone", async (given) => {
  const { store, clock } = given;
  const engine = await given.engine();
  await engine.deploy(bpmn(`
    start -> Sub -> end
    sub Sub: parallel=${ITEMS}
      start1 -> Item -> end1
      service Item: type=item
      boundary late on Item: timer=PT1H
      boundary failed on Item: error=broken
      late -> end2
      failed -> end3
  `));
  const { id } = await engine.start("p");
  // given: 20 outcomes of another process wait, 10 of its handlers never answer, 10 of ours fail
  const theirs = await leased(store, 30);
  await keep(store, theirs.slice(0, 20));
  let count = 0;
  const item = () => {
    if (count++ < 10) throw new BpmnError("broken");
  };
  await drain(given, { item });
  assert.equal((await engine.getInstance(id)).status, "running");
  // when: the timers of what is left are due
  clock.advance(3_600_000 - 1);
  await drain(given, { item });
  assert.equal((await counts(engine, id))["late completed"], undefined);
  clock.advance(1);
  await drain(given, { item: () => assert.fail("a timer was due before") });
  // then
  const { "Item completed": completed, "Item failed": failed, "late completed": late, ...others } =
    await counts(
      engine,
      id,
    );
  assert.deepEqual({ completed, failed, late }, { completed: 80, failed: 10, late: 10 });
  assert.equal(others["Item cancelled"], 10);
  assert.equal(others["Sub completed"], ITEMS);
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.deepEqual(await left(engine), []);
});

onEachStore("claimed jobs of a crowd are completed, failed, given back and thrown from", async (given) => {
  const { store } = given;
  const engine = await given.engine({ retries: 1 });
  await engine.deploy(bpmn(`
    start -> Sub -> end
    sub Sub: parallel=${ITEMS}
      start1 -> Item -> end1
      service Item: type=item
      boundary failed on Item: error=broken
      failed -> end3
  `));
  const { id } = await engine.start("p");
  await keep(store, await leased(store, 20));
  const claims = await engine.jobs.claim({ types: ["item"], max: 10, leaseMs: 3_600_000 });
  const running = drain(given, { item: () => {} });
  // when: by the API, while workers do the others
  const [complete, again, hopeless, throws, release, ...rest] = claims;
  await Promise.all([
    engine.jobs.complete(complete, { variables: { by: "API" } }),
    engine.jobs.fail(again, { message: "not now", retryInMs: 0 }),
    engine.jobs.fail(hopeless, { message: "never", retry: false }),
    engine.jobs.throwError(throws, "broken"),
    engine.jobs.release(release),
    ...rest.map((claim) => engine.jobs.complete(claim)),
  ]);
  await running;
  await drain(given, { item: () => {} });
  const { items: [incident, ...others] } = await engine.incidents.list({ instanceId: id });
  assert.deepEqual([incident.jobId, others], [hopeless.id, []]);
  assert.match(incident.message, /never/);
  assert.deepEqual((await engine.getInstance(id)).status, "running");
  await assert.rejects(engine.jobs.complete(complete), { name: "LeaseLostError" });
  await engine.incidents.resolve(incident.id);
  await drain(given, { item: () => {} });
  const found = await counts(engine, id);
  assert.deepEqual([found["Item completed"], found["Item failed"]], [ITEMS - 1, 1]);
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.equal((await engine.variables(id)).by, "API");
  assert.deepEqual(await left(engine), []);
});

onEachStore("a kept outcome cannot be claimed, retried or ended once more", async (given) => {
  const { store } = given;
  const engine = await given.engine();
  await engine.deploy(model("  start -> Item -> end"));
  await engine.start("p");
  const jobs = await leased(store, 20);
  await keep(store, jobs);
  const jobIds = jobs.map((job) => job.id);
  assert.deepEqual(await engine.jobs.claim({ jobIds }), []);
  for (const { id, leaseNo } of jobs.slice(0, 3)) {
    await assert.rejects(engine.jobs.complete({ id, leaseNo }), { name: "LeaseLostError" });
    await assert.rejects(engine.jobs.fail({ id, leaseNo }, { message: "x" }), { name: "LeaseLostError" });
  }
  const handled: string[] = [];
  await drain(given, { item: (ctx) => void handled.push(ctx.jobId) });
  assert.equal(handled.length, ITEMS - 20);
  assert.deepEqual(await left(engine), []);
});

onEachStore("a crowd that is cancelled while workers are at it leaves nothing", async (given) => {
  const engine = await given.engine();
  await engine.deploy(model("  start -> Item -> end"));
  const { id } = await engine.start("p");
  let count = 0;
  let cancelled: Promise<unknown> | undefined;
  await drain(given, {
    item: async () => {
      if (++count === 30) cancelled = engine.cancel(id, "enough");
      // Else the last items may be at their end before the command has read the instance.
      if (count > 30) await cancelled;
    },
  });
  await cancelled;
  await drain(given, {});
  assert.equal((await engine.getInstance(id)).status, "cancelled");
  const found = await counts(engine, id);
  assert.equal((found["Item completed"] ?? 0) + found["Item cancelled"], ITEMS);
  assert.deepEqual(await left(engine), []);
});

onEachStore("variables that are too large in a crowd are incidents of those items alone", async (given) => {
  const { store } = given;
  const engine = await given.engine();
  await engine.deploy(bpmn(`
    service Item: type=item
      <multiInstanceLoopCharacteristics><loopCardinality>${ITEMS}</loopCardinality></multiInstanceLoopCharacteristics>
    start -> Item -> end
  `));
  const { id } = await engine.start("p", { variables: { text: "x".repeat(3_000) } });
  await keep(store, await leased(store, 20));
  let count = 0;
  const item = () => (++count === 5 ? { big: "y".repeat(6_000) } : { more: 1 });
  await drain(given, { item }, { maxVariablesBytes: 8_000 });
  const { items } = await engine.incidents.list({ instanceId: id });
  assert.equal(items.length, 1);
  assert.match(items[0].message, /"big" \(6002 bytes\) they take \d+ bytes, 8000 are allowed/);
  assert.equal((await counts(engine, id))["Item completed"], ITEMS - 1);
  await engine.incidents.resolve(items[0].id);
  await drain(given, { item: () => ({ more: 2 }) }, { maxVariablesBytes: 8_000 });
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.deepEqual(await left(engine), []);
});

onEachStore(
  "items of a crowd complete in their handlers' own transactions",
  async (given) => {
    const engine = await given.engine();
    await engine.deploy(model("  start -> Item -> end"));
    const { id } = await engine.start("p");
    await keep(given.store, await leased(given.store, 20));
    let rows = 0;
    let failures = 0;
    await drain(given, {
      item: async (ctx) => {
        await ctx.transaction(async (tx) => {
          await tx.query("select pg_advisory_xact_lock_shared($1)", [ctx.jobId]);
          // One of them rolls back and is tried again.
          if (failures === 0) {
            failures++;
            ctx.fail({ retryInMs: 0 });
          }
        });
        rows++;
      },
    });
    // Those that found the instance's row held are given back.
    for (let i = 0; i < 5; i++) {
      given.clock.advance(2_000);
      await drain(given, { item: (ctx) => ctx.transaction(() => Promise.resolve()) });
    }
    assert.equal((await engine.getInstance(id)).status, "completed");
    assert.deepEqual(await counts(engine, id), {
      "start completed": 1,
      "Item completed": ITEMS,
      "end completed": 1,
    });
    assert.ok(rows > 0, `${rows}`);
    assert.deepEqual(await left(engine), []);
  },
  ["postgres"],
);
