/** For those who write their own executor: instances saved by hand, with their revision. */
import { noEffects, type ProcessModel, transition } from "../engine/mod.ts";
import {
  ConflictError,
  type InstanceStatus,
  LeaseLostError,
  type StoredInstance,
  type Unit,
} from "../storage/store.ts";
import type { SaveInstance } from "./api.ts";
import { checkOptions } from "./arguments.ts";
import { live } from "./instance_cache.ts";
import { load } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { OWN_STEP, SAVE } from "./shapes.ts";
import { buildUnit, searchable } from "./unit.ts";
import { checkBytes, takeVariables } from "./values.ts";

function isOpen(status: InstanceStatus): boolean {
  return status === "running" || status === "suspended";
}

function withStatus(stored: StoredInstance, status: InstanceStatus): string {
  return status === stored.status ? stored.state : JSON.stringify({ ...JSON.parse(stored.state), status });
}

/**
 * What the end of an instance takes with it: its jobs, subscriptions, user tasks, incidents and called instances; and who
 * called it is told. Steps are the own executor's business.
 */
function endingUnit(
  { ids, maxVariablesBytes }: Runtime,
  model: ProcessModel,
  stored: StoredInstance,
  status: InstanceStatus,
  at: number,
): Unit {
  const entry = live(stored);
  const effects = noEffects();
  const done = transition(entry.instance, {
    kind: "cancel",
    status: status as "completed" | "cancelled" | "failed",
  }, { model, at, firstId: ids.first, effects });
  ids.use(done.idsUsed);
  effects.steps.length = 0;
  const nothing = { leases: [], doneJobs: [], updateJobs: [], takeMessages: [] };
  return buildUnit({ ...done, ...nothing, live: entry, effects, at }, {
    maxVariablesBytes,
    newId() {
      const id = ids.first;
      ids.use(1);
      return String(id);
    },
  });
}

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
  const ends = isOpen(stored.status) && !isOpen(status);
  let ending: Unit | undefined;
  if (ends) {
    const { model } = await runtime.models.get(stored.definitionId);
    while (!runtime.ids.ready) await runtime.ids.fill();
    ending = endingUnit(runtime, model, { ...stored, variables: variables ?? stored.variables }, status, at);
  }
  const unit: Unit = {
    ...ending,
    instanceId: save.id,
    tenant,
    revision: save.revision,
    status,
    endedAt: isOpen(status) ? undefined : stored.endedAt ?? at,
    reason: save.reason,
    state: ending?.state ?? withStatus(stored, status),
    variables,
    searchable: save.variables && searchable(save.variables),
    leases: [],
    steps: save.steps ?? [],
    openJobs: ending?.openJobs ?? [],
    closeJobs: ending?.closeJobs ?? [],
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
