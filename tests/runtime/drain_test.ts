import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";

Deno.test("drain() does not miss a job that was opened while it looked for jobs", async () => {
  // given a store that answers a look for jobs late, when all that was under way has ended
  const store = new MemoryStore();
  const lease = store.leaseJobs.bind(store);
  store.leaseJobs = async (request) => {
    const leased = await lease(request);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return leased;
  };
  await using engine = await createEngine({ store, logger: silentLogger });
  await engine.deploy(bpmn(`
    process p
      start1 -> C -> end1
      call C: calls=q
    process q
      start -> W -> end
      service W: type=work
  `));
  const { id } = await engine.start("p");
  const worker = await createWorker({
    store,
    closeStore: false,
    logger: silentLogger,
    handlers: { work: () => new Promise((resolve) => setTimeout(resolve, 10)) },
  });

  await worker.drain();

  assert.equal((await engine.getInstance(id)).status, "completed");
  await worker.stop();
});
