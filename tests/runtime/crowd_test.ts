/** One instance with many items: outcomes wait in the jobs' rows, one process at a time takes them. */
import assert from "node:assert/strict";
import { BpmnError, type Engine, type HandlerContext } from "../../mod.ts";
import type { Job, Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const loop = (more = "") => `
  service Item: type=item
    <multiInstanceLoopCharacteristics>
      <extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" outputCollection="results" outputElement="= result"/></extensionElements>
      ${more}
    </multiInstanceLoopCharacteristics>
`;
const PLAIN = bpmn(`${loop()}
  start -> Item -> end`);

async function start(engine: Engine, model: string, items: number): Promise<string> {
  await engine.deploy(model);
  const { id } = await engine.start("p", {
    variables: { items: Array.from({ length: items }, (_, i) => i) },
  });
  return id;
}

/** Jobs that a process has leased. */
async function leased(store: Store, max: number): Promise<Job[]> {
  const { jobs } = await store.leaseJobs({
    worker: "dies soon",
    wants: [{ type: "item", max }],
    max,
    leaseMs: 30_000,
  });
  assert.equal(jobs.length, max);
  return [...jobs].sort((a, b) => Number(a.id) - Number(b.id));
}

/** The process keeps outcomes in the jobs' rows, and dies. */
async function keep(store: Store, jobs: readonly Job[], command: (job: Job) => object): Promise<void> {
  const ends = jobs.map((job) => ({
    jobId: job.id,
    leaseNo: job.leaseNo,
    outcome: JSON.stringify({ command: { jobId: job.id, ...command(job) } }),
  }));
  const { results } = await store.endJobs(ends, crypto.randomUUID());
  assert.ok(results.every((result) => result === "kept"));
}

const done = () => ({ kind: "completeJob", variables: {}, result: { result: "kept" } });

function noting(seen: number[]): (context: HandlerContext) => unknown {
  return (context) => {
    seen.push(Number(context.get("item")));
    return { result: "handled" };
  };
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

onEachStore(
  "four workers do the items of one instance, and only one writes it",
  async ({ engine, worker }) => {
    const baton = await engine();
    const items = 300;
    const handled: number[] = [];
    const workers = await Promise.all(Array.from({ length: 4 }, () =>
      worker({
        handlers: {
          item: async (context) => {
            const item = Number(context.get("item"));
            handled.push(item);
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
            return { result: item * 2 };
          },
        },
      })));
    const id = await start(baton, PLAIN, items);
    for (const each of workers) each.start();
    while ((await baton.loadInstance(id)).status === "running") {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(handled.length, items, "each was handled once");
    const { results } = await baton.variables(id);
    assert.deepEqual(results, Array.from({ length: items }, (_, i) => i * 2));
    assert.deepEqual(await counts(baton, id), {
      "start completed": 1,
      "Item completed": items,
      "end completed": 1,
    });
    for (const each of workers) await each.stop();
    const conflicts = workers.reduce((sum, each) => sum + each.counters().conflicts, 0);
    assert.ok(conflicts <= 2, `${conflicts} conflicts`);
    assert.deepEqual((await baton.jobs.list({ instanceId: id })).items, []);
  },
);

onEachStore("outcomes of a process that died are taken by the next one, each once", async (given) => {
  const { store, engine, worker } = given;
  const baton = await engine();
  const id = await start(baton, PLAIN, 100);
  const jobs = await leased(store, 40);
  await keep(store, jobs, done);
  const { items: held } = await baton.jobs.list({ instanceId: id, held: true });
  assert.deepEqual([held.length, held[0].held], [40, "ended"]);
  const seen: number[] = [];
  const next = await worker({ handlers: { item: noting(seen) } });
  await next.drain();
  assert.equal((await baton.loadInstance(id)).status, "completed");
  assert.equal(new Set(seen).size, 60);
  const { results } = await baton.variables(id) as { results: string[] };
  assert.deepEqual(results, results.map((_, item) => seen.includes(item) ? "handled" : "kept"));
  assert.deepEqual([results.length, seen.length], [100, 60]);
  assert.deepEqual((await baton.jobs.list()).items, []);
});

onEachStore("the completion condition is tested after each outcome, in order", async (given) => {
  const { store, engine, worker } = given;
  const baton = await engine();
  const until = "= numberOfCompletedInstances = 10";
  const model = bpmn(
    `${loop(`<completionCondition xsi:type="tFormalExpression">${until}</completionCondition>`)}
  start -> Item -> end`,
  );
  const id = await start(baton, model, 100);
  const jobs = await leased(store, 30);
  await keep(store, jobs, done);
  const next = await worker({ handlers: {} });
  await next.drain();
  assert.equal((await baton.loadInstance(id)).status, "completed");
  assert.deepEqual(await counts(baton, id), {
    "start completed": 1,
    "Item completed": 10,
    "Item cancelled": 90,
    "end completed": 1,
  });
  assert.deepEqual((await baton.jobs.list()).items, []);
});

onEachStore("an error among the outcomes cancels all other items", async (given) => {
  const { store, engine, worker } = given;
  const baton = await engine();
  const model = bpmn(`${loop()}
  boundary failed on Item: error=broken
  start -> Item -> end
  failed -> Other -> end2
  end end2
  user Other`);
  const id = await start(baton, model, 100);
  const jobs = await leased(store, 30);
  await keep(
    store,
    jobs,
    (job) =>
      job === jobs[20] ? { kind: "throwError", code: "broken", message: "it broke", variables: {} } : done(),
  );
  const next = await worker({ handlers: {} });
  await next.drain();
  assert.deepEqual(await counts(baton, id), {
    "start completed": 1,
    "Item completed": 20,
    "Item failed": 1,
    "Item cancelled": 79,
    "failed completed": 1,
  });
  assert.deepEqual((await baton.jobs.list()).items, []);
});

onEachStore("suspending keeps outcomes; they are taken after the resume", async (given) => {
  const { store, clock, engine, worker } = given;
  const baton = await engine();
  const id = await start(baton, PLAIN, 100);
  await keep(store, await leased(store, 40), done);
  await baton.suspend(id);
  const seen: number[] = [];
  await (await worker({ handlers: { item: noting(seen) } })).drain();
  assert.deepEqual([seen, await counts(baton, id)], [[], { "start completed": 1 }]);
  assert.equal((await store.endedJobs(id, 100)).length, 40);
  await baton.resume(id);
  clock.advance(10_000);
  await (await worker({ handlers: { item: noting(seen) } })).drain();
  assert.equal(seen.length, 60);
  assert.equal((await baton.loadInstance(id)).status, "completed");
  assert.deepEqual((await baton.jobs.list()).items, []);
});

onEachStore("cancelling drops outcomes, and the job that would collect them ends", async (given) => {
  const { store, engine, worker } = given;
  const baton = await engine();
  const id = await start(baton, PLAIN, 100);
  const jobs = await leased(store, 40);
  await keep(store, jobs.slice(0, 20), done);
  await baton.cancel(id);
  const late = jobs.slice(20).map((job) => ({ jobId: job.id, leaseNo: job.leaseNo, outcome: "{}" }));
  const { results } = await store.endJobs(late, "late");
  assert.ok(results.every((result) => result === "lost"));
  await (await worker({ handlers: {} })).drain();
  assert.deepEqual((await baton.jobs.list()).items, []);
});

onEachStore("an outcome that cannot be written fails its job alone", async (given) => {
  const { store, engine, worker } = given;
  const baton = await engine();
  const id = await start(baton, PLAIN, 100);
  const jobs = await leased(store, 40);
  const large = { kind: "completeJob", variables: { big: "x".repeat(20_000) } };
  await keep(store, jobs, (job) => job === jobs[7] ? large : done());
  const seen: number[] = [];
  const strict = await worker({ handlers: { item: noting(seen) }, maxVariablesBytes: 10_000, retries: 0 });
  await strict.drain();
  const { items: [incident, ...others] } = await baton.incidents.list();
  assert.deepEqual([incident.jobId, others], [jobs[7].id, []]);
  assert.match(incident.message, /20\d+ bytes|bytes/);
  assert.deepEqual(await counts(baton, id), { "start completed": 1, "Item completed": 99 });
  await baton.incidents.resolve(incident.id);
  await strict.drain();
  assert.equal(seen.length, 60 + 1, "its handler runs again");
  assert.equal((await baton.loadInstance(id)).status, "completed");
});

onEachStore(
  "a BPMN error that nobody catches leaves the job as it was for the next attempt",
  async (given) => {
    const { store, engine, worker } = given;
    const baton = await engine();
    const id = await start(baton, PLAIN, 70);
    const jobs = await leased(store, 10);
    await keep(store, jobs.slice(0, 1), () => ({
      kind: "throwError",
      code: "nobody",
      message: "knows it",
      variables: {},
    }));
    let fails = true;
    const next = await worker({
      handlers: {
        item: () => {
          if (fails) throw new BpmnError("nobody");
          return { result: 1 };
        },
      },
    });
    await next.drain();
    const { items } = await baton.incidents.list();
    assert.equal(items.length, 61);
    const held = await store.getJob(jobs[0].id);
    assert.deepEqual([held?.held, held?.outcome, held?.payload], ["incident", undefined, jobs[0].payload]);
    fails = false;
    for (const { id: incident } of items) await baton.incidents.resolve(incident);
    await next.drain();
    assert.equal(
      (await baton.loadInstance(id)).status,
      "running",
      "nine are still leased by the dead process",
    );
  },
);
