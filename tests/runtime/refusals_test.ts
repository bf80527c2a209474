import assert from "node:assert/strict";
import { createEngine, LeaseLostError, silentLogger } from "../../mod.ts";
import { Runtime } from "../../runtime/runtime.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { bpmn } from "../support/bpmn_builder.ts";

Deno.test("a command is not refused for what another one, whose lease is lost, would have done", async () => {
  const store = new MemoryStore();
  await using engine = await createEngine({ store, logger: silentLogger });
  await engine.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  const { id } = await engine.start("p");
  // given: a process that has seen the instance, and whose lease of the job was lost and taken anew
  const runtime = new Runtime({ store, logger: silentLogger, closeStore: false });
  const command = { kind: "setVariables", variables: { n: 1 } } as const;
  await runtime.executor.execute({ instanceId: id, command: { ...command, id: "1" } });
  const lease = { worker: "w", wants: [{ type: "work", max: 1 }], max: 1, leaseMs: 1_000 };
  const first = await store.leaseJobs({ ...lease, at: Date.now() });
  const second = await store.leaseJobs({ ...lease, at: first.at + 2_000 });
  const [jobId] = first.jobs.map((job) => job.id);
  assert.deepEqual(second.jobs.map((job) => [job.id, job.leaseNo]), [[jobId, 2]]);
  // and another process has changed the instance meanwhile
  await engine.setVariables(id, { n: 2 });

  // when both attempts end at once
  const complete = (leaseNo: number) =>
    runtime.executor.execute({
      instanceId: id,
      command: { kind: "completeJob", jobId, variables: { by: leaseNo } },
      lease: { jobId, leaseNo },
    });
  const [lost, held] = await Promise.allSettled([complete(1), complete(2)]);

  // then the one that holds the job counts
  assert.ok(lost.status === "rejected" && lost.reason instanceof LeaseLostError);
  assert.equal(held.status, "fulfilled");
  const { status, variables } = await engine.getInstance(id);
  assert.deepEqual([status, variables], ["completed", { n: 2, by: 2 }]);
  await runtime.close();
});
