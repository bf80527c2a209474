/** For those who write their own executor: instances saved by hand, with their revision. */
import { ConflictError, LeaseLostError, type Unit } from "../storage/store.ts";
import type { SaveInstance } from "./api.ts";
import { checkOptions } from "./arguments.ts";
import { load } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { OWN_STEP, SAVE } from "./shapes.ts";
import { searchable } from "./unit.ts";
import { checkBytes, takeVariables } from "./values.ts";

/** See `Engine.saveInstance`. */
export async function saveInstance(runtime: Runtime, tenant: string, save: SaveInstance): Promise<number> {
  checkOptions(save, SAVE, "instance");
  save.steps?.forEach((step, index) => checkOptions(step, OWN_STEP, `steps[${index}]`));
  const stored = await load(runtime, tenant, save.id);
  const stale = () =>
    new ConflictError(`Cannot save instance "${save.id}": its revision is not ${save.revision} any more`);
  if (stored.revision !== save.revision) throw stale();
  await runtime.ready();
  const at = runtime.time.now();
  const status = save.status ?? stored.status;
  const variables = save.variables && JSON.stringify(takeVariables(save.variables));
  if (variables !== undefined) {
    checkBytes(variables, runtime.maxVariablesBytes, `save instance "${save.id}"`);
  }
  const state = JSON.parse(stored.state);
  const unit: Unit = {
    instanceId: save.id,
    tenant,
    revision: save.revision,
    status,
    endedAt: status === "running" || status === "suspended" ? undefined : stored.endedAt ?? at,
    reason: save.reason,
    state: status === stored.status ? stored.state : JSON.stringify({ ...state, status }),
    variables,
    searchable: save.variables && searchable(save.variables),
    leases: [],
    steps: save.steps ?? [],
    openJobs: [],
    closeJobs: [],
    at,
  };
  const [result] = await runtime.store.commit([unit]);
  runtime.cache.delete(save.id);
  switch (result.outcome) {
    case "committed":
      return result.revision;
    case "lease-lost":
      throw new LeaseLostError(`Cannot save instance "${save.id}": a lease is over`);
    case "rejected":
    case "unknown":
      throw result.error;
    default:
      throw stale();
  }
}
