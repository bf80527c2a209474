/**
 * A job's row is locked for a moment by others: by a heartbeat of its own worker, or by a handler that wants its
 * outcome collected. Whoever gives such a job back asks again; no lease has to end for it.
 */
import assert from "node:assert/strict";
import type { JobUpdate, Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { type Given, onEachStore } from "./each_store.ts";

const TASK = bpmn(`
  service Work: type=work
  start -> Work -> end`);
const ITEMS = 80;
const CROWD = bpmn(`
  service Item: type=item
    <multiInstanceLoopCharacteristics><loopCardinality>${ITEMS}</loopCardinality></multiInstanceLoopCharacteristics>
  start -> Item -> end`);

/** Each job is being written by somebody when it is changed for the first and the second time. */
function busy(store: Store): { readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const update = store.updateJobs.bind(store);
  store.updateJobs = async (updates, at) => {
    const busy = updates.map(({ jobId, leaseNo }) => {
      const key = `${jobId} ${leaseNo}`;
      asked.set(key, (asked.get(key) ?? 0) + 1);
      return (asked.get(key) ?? 0) <= 2;
    });
    const results = await update(updates.filter((_, index) => !busy[index]), at);
    let next = 0;
    return busy.map((each) => each ? "busy" : results[next++]);
  };
  return { asked };
}

/** Time stands still: what is not given back never comes again. */
async function drain(given: Given, handlers: Record<string, () => unknown>): Promise<void> {
  await using worker = await given.worker({ handlers, handOn: false });
  await worker.drain();
}

onEachStore("a failed job that somebody is writing is tried again all the same", async (given) => {
  const engine = await given.engine();
  await engine.deploy(TASK);
  const { id } = await engine.start("p");
  const { asked } = busy(given.store);
  let tries = 0;
  const work = () => {
    if (++tries === 1) throw new Error("not yet");
  };
  await drain(given, { work });
  const [job] = (await engine.jobs.list({ instanceId: id })).items;
  assert.deepEqual([job.failures, job.worker, job.lostLeases], [1, undefined, 0]);
  assert.deepEqual([...asked.values()], [3]);
  given.clock.advance(60_000);
  await drain(given, { work });
  assert.equal((await engine.getInstance(id)).status, "completed");
});

onEachStore("a crowd's collector whose job is being written ends its turn all the same", async (given) => {
  const engine = await given.engine();
  await engine.deploy(CROWD);
  const { id } = await engine.start("p");
  const { asked } = busy(given.store);
  await drain(given, { item: () => {} });
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.deepEqual((await engine.jobs.list({ instanceId: id })).items, []);
  assert.ok([...asked.keys()].some((key) => key.startsWith(`${id} `)), "there was a collector");
});

onEachStore(
  "claims and jobs that were leased in vain are given back while somebody writes them",
  async (given) => {
    const engine = await given.engine();
    await engine.deploy(TASK);
    const { id } = await engine.start("p");
    busy(given.store);
    const [claimed] = await engine.jobs.claim({ types: ["work"], worker: "by hand" });
    await engine.jobs.fail(claimed, { message: "later", retryInMs: 0 });
    await using worker = await given.worker({ handlers: { work: () => new Promise(() => {}) }, graceMs: 1 });
    worker.start();
    while (worker.health().running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await worker.stop();
    const [job] = (await engine.jobs.list({ instanceId: id })).items;
    assert.deepEqual([job.worker, job.leaseNo, job.lostLeases], [undefined, 2, 0]);
  },
);

onEachStore(
  "a job that is locked is not changed until it is free, and no other waits for it",
  async (given) => {
    const { store } = given;
    const engine = await given.engine();
    await engine.deploy(TASK);
    for (let i = 0; i < 2; i++) await engine.start("p");
    const { jobs: [held, free] } = await store.leaseJobs({
      worker: "w",
      wants: [{ type: "work", max: 2 }],
      max: 2,
      leaseMs: 30_000,
    });
    const update = ({ id, leaseNo }: typeof held): JobUpdate => ({ jobId: id, leaseNo, action: "update" });
    await store.transaction?.(async (tx) => {
      await tx.query("select from baton.jobs where id = $1 for update", [held.id]);
      assert.deepEqual(await store.updateJobs([update(held), update(free)]), ["busy", "done"]);
      const stale = { ...update(held), leaseNo: held.leaseNo + 1 };
      assert.deepEqual(await store.updateJobs([stale, update(free)]), ["lost", "lost"]);
    });
    assert.deepEqual(await store.updateJobs([update(held)]), ["done"]);
  },
  ["postgres"],
);
