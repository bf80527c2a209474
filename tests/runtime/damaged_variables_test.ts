/** Variables whose text somebody has damaged: they are read by whoever looks at them, and only its job fails. */
import assert from "node:assert/strict";
import type { HandlerContext } from "../../mod.ts";
import type { Store, StoredInstance } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const TASK = bpmn(`
  service Work: type=work
  start -> Work -> end`);

/** What is read of one instance comes with variables that are no JSON. */
function damage(store: Store, id: () => string): void {
  const damaged = (stored: StoredInstance) => stored.id === id() ? { ...stored, variables: "{" } : stored;
  const lease = store.leaseJobs.bind(store);
  store.leaseJobs = async (request) => {
    const leased = await lease(request);
    return { ...leased, instances: leased.instances.map(damaged) };
  };
  const load = store.loadInstances.bind(store);
  store.loadInstances = async (ids) => (await load(ids)).map(damaged);
}

for (
  const [what, work] of Object.entries({
    "waits": async () => {},
    "reads": ({ variables }: HandlerContext) => ({ seen: Object.keys(variables).length }),
    "waits, and has a failure of its own,": () => Promise.reject(new Error("of its own")),
  })
) {
  onEachStore(`a handler that ${what} fails if its variables are damaged, others go on`, async (given) => {
    let bad = "";
    damage(given.store, () => bad);
    const engine = await given.engine();
    await engine.deploy(TASK);
    bad = (await engine.start("p", { variables: { a: 1 } })).id;
    const good = await engine.start("p", { variables: { a: 1 } });
    const handler = (context: HandlerContext) => context.instance.id === bad ? work(context) : undefined;
    await using worker = await given.worker({ handlers: { work: handler } });
    await worker.drain();
    assert.equal((await engine.getInstance(good.id)).status, "completed");
    const [job] = (await engine.jobs.list({ instanceId: bad })).items;
    assert.deepEqual([job.failures, job.worker, job.lostLeases], [1, undefined, 0]);
    assert.match(job.attempts[0].message, /JSON/);
  });
}
