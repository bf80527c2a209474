/** Run by the two-process test: finishes jobs of a KV file until none is left. Argument: path, worker's name. */
import { KvStore } from "../../storage/kv.ts";

const [path, worker] = Deno.args;
await using store = await KvStore.open(path);
let done = 0;
for (let empty = 0; empty < 20;) {
  const request = { worker, wants: [{ type: "charge", max: 10 }], max: 10, leaseMs: 60_000 };
  const { jobs, instances, at } = await store.leaseJobs(request);
  if (jobs.length === 0) {
    empty++;
    await new Promise((resolve) => setTimeout(resolve, 10));
    continue;
  }
  const byId = new Map(instances.map((each) => [each.id, each]));
  const results = await store.commit(jobs.map((job) => {
    const instance = byId.get(job.instanceId ?? "");
    if (!instance) throw new Error(`Cannot finish job "${job.id}": no instance`);
    return {
      instanceId: instance.id,
      tenant: instance.tenant,
      revision: instance.revision,
      status: "completed" as const,
      endedAt: at,
      state: JSON.stringify({ by: worker }),
      leases: [{ jobId: job.id, leaseNo: job.leaseNo }],
      steps: [{
        sequence: 1,
        elementId: "charge",
        elementType: "serviceTask" as const,
        status: "completed" as const,
        startedAt: at,
        endedAt: at,
      }],
      openJobs: [],
      closeJobs: [job.id],
      at,
    };
  }));
  done += results.filter((each) => each.outcome === "committed").length;
}
console.log(done);
