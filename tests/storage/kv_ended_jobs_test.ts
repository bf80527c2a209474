import assert from "node:assert/strict";
import { silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { createWorker } from "../../worker.ts";
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
