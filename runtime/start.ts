/** Starting instances. */
import { TurnoverMap } from "../collections/turnover_map.ts";
import { type Definition, type InstanceRecord, NotFoundError, SupersededError } from "../storage/store.ts";
import type { StartedInstance, StartOptions } from "./api.ts";
import { checkArgument, checkOptions } from "./arguments.ts";
import { executeStart } from "./execute_start.ts";
import type { Live } from "./instance_cache.ts";
import { joinStore } from "./joined.ts";
import type { Runtime } from "./runtime.ts";
import { START, VERSION } from "./shapes.ts";
import { takeVariables } from "./values.ts";
import { type Done, DuplicateError, type WorkItem } from "./work_item.ts";

/** Look-ups under way: starts of one turn share one. */
const lookups = new WeakMap<Runtime, TurnoverMap<string, Promise<Definition | undefined>>>();

/**
 * Finds a definition by key: the latest, a version or a tag.
 *
 * @throws {NotFoundError} If there is none.
 */
export async function findDefinition(
  runtime: Runtime,
  tenant: string,
  key: string,
  by: { readonly version?: number; readonly versionTag?: string },
): Promise<Definition> {
  checkArgument(key, "name", "key");
  checkOptions(by, VERSION);
  let pending = lookups.get(runtime);
  if (!pending) lookups.set(runtime, pending = new TurnoverMap());
  const name = JSON.stringify([tenant, key, by.version, by.versionTag]);
  let lookup = pending.get(name);
  if (!lookup) {
    lookup = runtime.store.findDefinition(tenant, key, { version: by.version, versionTag: by.versionTag })
      .finally(() => pending.delete(name));
    pending.set(name, lookup);
  }
  const definition = await lookup;
  if (definition) return definition;
  const which = by.version !== undefined
    ? ` with version ${by.version}`
    : by.versionTag !== undefined
    ? ` with version tag "${by.versionTag}"`
    : "";
  throw new NotFoundError(`Cannot find process "${key}"${which}: it is not deployed`);
}

/** See `Engine.start`. */
export async function startInstance(
  runtime: Runtime,
  tenant: string,
  key: string,
  options: StartOptions,
): Promise<StartedInstance> {
  checkArgument(key, "name", "key");
  checkOptions(options, START);
  const variables = takeVariables(options.variables);
  const { businessKey, uniqueBusinessKey, transaction } = options;
  if (uniqueBusinessKey && businessKey === undefined) {
    throw new TypeError("Cannot start with uniqueBusinessKey: businessKey is missing");
  }
  const { definition, remembered } = await definitionToStart(runtime, tenant, key, options);
  await runtime.ready();
  const id = await runtime.ids.take();
  const uniqueKey = uniqueBusinessKey ? `b:${key}:${businessKey}` : undefined;
  const create = newInstance(runtime, id, definition, { businessKey, uniqueKey });
  const item: WorkItem = {
    instanceId: id,
    tenant,
    command: {
      kind: "start",
      variables,
      startEvent: options.startEvent,
      manual: options.manual,
      startedBy: options.initiator,
    },
    create: remembered ? { ...create, latest: true } : create,
    maxWaves: options.manual ? 0 : undefined,
  };
  try {
    const done = await executeStart(runtime, item, transaction);
    return { ...recordOf(done), created: true };
  } catch (error) {
    if (error instanceof SupersededError) {
      runtime.latest.forget(definition);
      return await startInstance(runtime, tenant, key, options);
    }
    if (!(error instanceof DuplicateError)) throw error;
    const store = transaction ? joinStore(runtime, transaction) : runtime.store;
    const found = error.instanceId !== undefined
      ? (await store.loadInstances([error.instanceId]))[0]
      : uniqueKey !== undefined
      ? await store.findByUniqueKey(tenant, uniqueKey)
      : undefined;
    if (!found) throw error;
    // Its own id: an earlier try, whose answer was lost, has started it.
    return { ...withoutState(found), created: found.id === id };
  }
}

/** @returns What a start is of. If it is `remembered`, the store must check that it is the latest still. */
async function definitionToStart(
  runtime: Runtime,
  tenant: string,
  key: string,
  { version, versionTag, transaction }: StartOptions,
): Promise<{ readonly definition: Definition; readonly remembered: boolean }> {
  const { store, latest } = runtime;
  // A user's transaction may see what it has deployed itself, and its start is never tried again.
  const mayRemember = store.checksLatest === true && version === undefined && versionTag === undefined &&
    transaction === undefined;
  const known = mayRemember ? latest.get(tenant, key) : undefined;
  if (known) return { definition: known, remembered: true };
  const definition = await findDefinition(runtime, tenant, key, { version, versionTag });
  if (mayRemember) latest.put(definition);
  return { definition, remembered: false };
}

/** The record fields of a new top instance. */
export function newInstance(
  runtime: Runtime,
  id: string,
  definition: Definition,
  more: {
    readonly businessKey?: string;
    readonly uniqueKey?: string;
    readonly parentId?: string;
    readonly rootId?: string;
  } = {},
): NonNullable<WorkItem["create"]> {
  return {
    definitionId: definition.id,
    key: definition.key,
    version: definition.version,
    businessKey: more.businessKey,
    uniqueKey: more.uniqueKey,
    startedAt: runtime.time.now(),
    parentId: more.parentId,
    rootId: more.rootId ?? id,
  };
}

/** @returns The record as it stands after a commit. */
export function recordOf(done: Done): InstanceRecord {
  const live: Live = done.live;
  return {
    id: live.id,
    tenant: live.tenant,
    definitionId: live.definitionId,
    key: live.key,
    version: live.version,
    ...(live.businessKey !== undefined && { businessKey: live.businessKey }),
    status: done.status,
    startedAt: live.startedAt,
    ...(done.endedAt !== undefined && { endedAt: done.endedAt }),
    revision: done.revision,
    ...(live.parentId !== undefined && { parentId: live.parentId }),
    rootId: live.rootId,
    ...(done.reason !== undefined && { reason: done.reason }),
  };
}

/** Leaves out what a record does not have. */
export function withoutState(instance: InstanceRecord): InstanceRecord {
  const { state: _s, variables: _v, locals: _l, ...record } = instance as InstanceRecord & {
    state?: string;
    variables?: string;
    locals?: string;
  };
  return record;
}
