/** Jobs of the engine's own whose workers are lost, and jobs that were only leased beside such a one. */
import assert from "node:assert/strict";
import type { Engine, Job, Store } from "../../mod.ts";
import { ENGINE_JOB_TYPES } from "../../runtime/jobs/mod.ts";
import { onEachStore, type TestClock } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const LEASE_MS = 1_000;

/** A worker that leases all that is due, and is not heard of again. */
async function dies(store: Store, clock: TestClock, ...types: string[]): Promise<readonly Job[]> {
  const wants = types.map((type) => ({ type, max: 100 }));
  const { jobs } = await store.leaseJobs({
    worker: "dying",
    wants,
    max: 100,
    leaseMs: LEASE_MS,
    at: clock.now(),
  });
  clock.advance(2 * LEASE_MS);
  return jobs;
}

/** Elements after which a job of the engine's own is due, by its type. */
const PROCESSES: Readonly<Record<string, string>> = {
  "baton:timer": `
    start -> wait -> end
    catch wait: timer=PT1S`,
  "baton:continue": `
    start -> A -> end
    task A: async`,
  "baton:start-child": `
    process p
      start -> C -> end
      call C: calls=q
    process q
      startQ -> endQ`,
};

async function givenLost(engine: Engine, store: Store, clock: TestClock, type: string): Promise<string> {
  await engine.deploy(bpmn(PROCESSES[type]));
  const { id } = await engine.start("p", { variables: { n: 1 } });
  clock.advance(5_000);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual((await dies(store, clock, ...ENGINE_JOB_TYPES)).map((job) => job.type), [type]);
  }
  return id;
}

for (const type of Object.keys(PROCESSES)) {
  onEachStore(
    `${type} that lost three workers is an incident, and goes on when that is resolved`,
    async (given) => {
      const { store, clock } = given;
      const engine = await given.engine();
      const id = await givenLost(engine, store, clock, type);
      const worker = await given.worker();
      await worker.drain();

      const [incident, ...others] = (await engine.incidents.list()).items;
      assert.deepEqual(others, []);
      assert.equal(incident.kind, "worker-lost");
      assert.match(incident.message, new RegExp(`lost 3 times.*${type}`));
      const [job] = (await engine.jobs.list({ instanceId: id, held: true })).items;
      assert.deepEqual([job.id, job.held, job.dueAt], [incident.jobId, "incident", null]);
      clock.advance(3_600_000);
      assert.deepEqual(await dies(store, clock, ...ENGINE_JOB_TYPES), [], "it does not come back by itself");
      assert.equal((await engine.getInstance(id)).status, "running");

      assert.equal(await engine.retry(id), 1);
      assert.deepEqual((await engine.incidents.list()).items, []);
      await (await given.worker()).drain();
      assert.equal((await engine.getInstance(id)).status, "completed");
      assert.deepEqual((await store.listJobs()).items, []);
    },
  );
}

onEachStore(
  "an instance with a lost timer is suspended and resumed, and the incident stays",
  async (given) => {
    const { store, clock } = given;
    const engine = await given.engine();
    const id = await givenLost(engine, store, clock, "baton:timer");
    await (await given.worker()).drain();
    await engine.suspend(id);
    await engine.resume(id);
    await (await given.worker()).drain();
    assert.equal((await engine.incidents.list()).items.length, 1);
    assert.equal((await engine.getInstance(id)).status, "running");
    await engine.retry(id);
    await (await given.worker()).drain();
    assert.equal((await engine.getInstance(id)).status, "completed");
  },
);

onEachStore("an instance that ends takes its lost job and the incident with it", async (given) => {
  const { store, clock } = given;
  const engine = await given.engine();
  const id = await givenLost(engine, store, clock, "baton:continue");
  await (await given.worker()).drain();
  await engine.cancel(id, "given up");
  assert.deepEqual((await engine.incidents.list()).items, []);
  assert.deepEqual((await store.listJobs()).items, []);
});

onEachStore(
  "what loses its worker even while the incident is written is held, and read no more",
  async (given) => {
    const { store, clock } = given;
    const engine = await given.engine();
    const id = await givenLost(engine, store, clock, "baton:timer");
    await dies(store, clock, ...ENGINE_JOB_TYPES);
    const { revision } = await engine.getInstance(id);
    await (await given.worker()).drain();
    const [job] = (await store.listJobs()).items;
    assert.deepEqual([job.held, job.dueAt], ["failed", null]);
    assert.match(job.attempts.at(-1)?.message ?? "", /lost 4 times/);
    assert.equal((await engine.getInstance(id)).revision, revision);
  },
);

onEachStore("a job of no instance that lost three workers is held", async (given) => {
  const { store, clock } = given;
  const engine = await given.engine();
  await engine.deploy(bpmn(`
    start -> told -> end
    throw told: message="shipped"`));
  await engine.start("p");
  for (let i = 0; i < 3; i++) {
    assert.deepEqual((await dies(store, clock, ...ENGINE_JOB_TYPES)).map(({ type }) => type), [
      "baton:publish",
    ]);
  }
  await (await given.worker()).drain();
  const [job, ...others] = (await store.listJobs()).items;
  assert.deepEqual([job.type, job.held, job.dueAt, others.length], ["baton:publish", "failed", null, 0]);
  assert.match(job.attempts.at(-1)?.message ?? "", /lost 3 times/);
});

onEachStore("jobs that lost two workers run alone: the others were given back before", async (given) => {
  const { store, clock } = given;
  const engine = await given.engine();
  await engine.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  await engine.deploy(bpmn(`
    process own
      start1 -> A -> end1
      task A: async
  `));
  for (let i = 0; i < 6; i++) await engine.start(i < 4 ? "p" : "own");
  for (let i = 0; i < 2; i++) {
    assert.equal((await dies(store, clock, "work", ...ENGINE_JOB_TYPES)).length, 6, "leased together");
  }
  const held: number[] = [];
  const worker = await given.worker({
    handlers: {
      work: async () => {
        const { items } = await store.listJobs();
        held.push(items.filter((job) => job.worker !== undefined).length);
      },
    },
  });
  await worker.drain();
  assert.deepEqual(held, [1, 1, 1, 1], "no other job is held while one of them runs");
  assert.deepEqual((await engine.incidents.list()).items, []);
  assert.equal((await engine.instances({ statuses: ["completed"] })).items.length, 6);
});
