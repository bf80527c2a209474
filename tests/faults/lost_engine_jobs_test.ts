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
  "baton:publish": `
    start -> told -> end
    throw told: message="shipped"`,
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
    `${type} that lost three workers is put off, longer each time, and not given up`,
    async (given) => {
      const { store, clock } = given;
      const engine = await given.engine();
      const id = await givenLost(engine, store, clock, type);
      const job = async (): Promise<Job> => {
        const [only, ...others] = (await store.listJobs()).items;
        assert.deepEqual([only.type, others], [type, []]);
        return only;
      };
      for (const [lost, seconds] of [[3, 5], [4, 10], [5, 20]]) {
        // when: a worker that would do it comes
        await (await given.worker()).drain();
        // then: not now
        const { dueAt, held, attempts, lostLeases, failures } = await job();
        assert.deepEqual([dueAt, held, lostLeases], [clock.now() + seconds * 1_000, undefined, lost]);
        assert.equal(failures, lost - 2);
        assert.match(attempts.at(-1)?.message ?? "", new RegExp(`lost ${lost} times.*"${type}"`));
        clock.advance(seconds * 1_000 - 1);
        assert.deepEqual(await dies(store, clock, ...ENGINE_JOB_TYPES), [], "nobody gets it before");
        // and: it is lost once more
        if (lost < 5) {
          assert.deepEqual((await dies(store, clock, ...ENGINE_JOB_TYPES)).map((each) => each.type), [type]);
        }
      }
      await (await given.worker()).drain();
      if (type === "baton:publish") {
        assert.equal((await store.listMessages("default", "shipped", "")).length, 1);
      }
      assert.equal((await engine.getInstance(id)).status, "completed");
      assert.deepEqual(
        (await store.listJobs()).items.filter((each) => each.type !== "baton:expire-message"),
        [],
      );
      assert.deepEqual((await engine.incidents.list()).items, []);
    },
  );
}

onEachStore(
  "workers that were lost are no failures: an error after many of them does not give the job up",
  async (given) => {
    const { store, clock } = given;
    const engine = await given.engine();
    await givenLost(engine, store, clock, "baton:publish");
    for (let lost = 3; lost < 15; lost++) {
      await (await given.worker()).drain(); // puts it off
      clock.advance(600_000);
      assert.equal((await dies(store, clock, ...ENGINE_JOB_TYPES)).length, 1);
    }
    await (await given.worker()).drain();
    clock.advance(600_000);
    store.publishMessage = () => Promise.reject(new Error("no such thing"));
    await (await given.worker()).drain();
    const [job] = (await store.listJobs()).items;
    assert.match(job.attempts.at(-1)?.message ?? "", /no such thing/);
    assert.deepEqual([job.lostLeases, job.held, typeof job.dueAt], [15, undefined, "number"]);
  },
);

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
