import assert from "node:assert/strict";
import { silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { createWorker } from "../../worker.ts";
import {
  changeOf,
  commitAll,
  commitOne,
  givenInstance,
  job,
  lease,
  leaseOf,
  load,
  newIds,
  T0,
} from "../contract/given.ts";
import { bpmn } from "../support/bpmn_builder.ts";

Deno.test("jobs whose outcomes wait have an index of their own, which is empty when they are taken", async () => {
  const folder = await Deno.makeTempDir({ prefix: "baton_ended_" });
  const path = `${folder}/test.kv`;
  const kv = await Deno.openKv(path);
  const indexed = async () => (await Array.fromAsync(kv.list({ prefix: ["baton", "job_ended"] }))).length;
  try {
    await using store = await KvStore.open(path);
    await using worker = await createWorker({
      store,
      closeStore: false,
      logger: silentLogger,
      handlers: { item: () => {} },
    });
    await worker.engine.deploy(bpmn(`
      start -> Item -> end
      service Item: type=item parallel=12
    `));
    const { id } = await worker.engine.start("p");
    const { jobs } = await store.leaseJobs({
      worker: "another process",
      wants: [{ type: "item", max: 5 }],
      max: 5,
      leaseMs: 60_000,
    });
    const ends = jobs.map(({ id: jobId, leaseNo }) => ({
      jobId,
      leaseNo,
      outcome: JSON.stringify({ command: { kind: "completeJob", jobId, variables: {} } }),
    }));
    await store.endJobs(ends, "mark");
    assert.equal(await indexed(), 5);
    assert.equal((await store.endedJobs(id, 100)).length, 5);
    await worker.drain();
    assert.equal((await worker.engine.getInstance(id)).status, "completed");
    assert.equal(await indexed(), 0);
  } finally {
    kv.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a job that is closed while another process ends it leaves no entry in an index", async () => {
  const kv = await Deno.openKv(":memory:");
  try {
    await using store = await KvStore.open(kv);
    await using other = await KvStore.open(kv);
    const ids = await newIds(store, 1);
    const { id: instanceId } = await givenInstance(store, { openJobs: [] });
    const openJobs = ids.map((id) => job(id, { instanceId }));
    await commitAll(store, [changeOf(await load(store, instanceId), { openJobs })]);
    const { jobs: [held] } = await lease(store);
    const instance = await load(store, instanceId);
    let ended: unknown;
    const { getMany } = kv;
    // Once, between what the commit reads and what it writes.
    kv.getMany = async (...given: Parameters<typeof getMany>) => {
      const rows = await getMany.apply(kv, given);
      kv.getMany = getMany;
      ended = (await other.endJobs([{ ...leaseOf(held), outcome: "{}" }], "m", T0)).results;
      return rows as never;
    };
    assert.equal((await commitOne(store, changeOf(instance, { closeJobs: ids }))).outcome, "committed");
    assert.deepEqual(ended, ["kept"]);
    assert.equal(await store.getJob(ids[0]), undefined);
    assert.deepEqual(await store.audit({ at: T0 }), []);
  } finally {
    kv.close();
  }
});
