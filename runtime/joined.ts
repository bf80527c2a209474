/**
 * Commands inside a user's own open transaction.
 *
 * The instance row is locked, loaded, moved and written through the user's transaction. Nothing is retried around
 * the user's work, and no cache or handler sees anything: others can only see the rows after the user's commit.
 */
import {
  ConflictError,
  LeaseLostError,
  NotFoundError,
  type SqlTransaction,
  type Store,
  StoreError,
} from "../storage/store.ts";
import { RejectedError, VariablesSizeError } from "./errors.ts";
import { fold } from "./fold.ts";
import { live as decode } from "./instance_cache.ts";
import { newLive } from "./new_instance.ts";
import type { Runtime } from "./runtime.ts";
import { type Done, DuplicateError, type WorkItem } from "./work_item.ts";

/** @throws {StoreError} If the store has no transactions. */
export function joinStore(runtime: Runtime, tx: SqlTransaction, last?: boolean): Store {
  const joined = runtime.store.join?.(tx, { last });
  if (!joined) throw new StoreError(`Cannot join a transaction: a ${runtime.store.kind} store has none`);
  return joined;
}

/**
 * Does one thing to one instance within a transaction. Errors as `Executor.execute`.
 *
 * @param options.last Nothing but COMMIT follows.
 */
export async function executeJoined(
  runtime: Runtime,
  item: WorkItem,
  tx: SqlTransaction,
  options: { readonly last?: boolean } = {},
): Promise<Done> {
  const store = joinStore(runtime, tx, options.last);
  await runtime.ready();
  const { instanceId, create, tenant } = item;
  const [stored] = create ? [] : await store.loadInstances([instanceId], { lock: true });
  if (!create && (!stored || (tenant !== undefined && stored.tenant !== tenant))) {
    throw new NotFoundError(`Cannot find instance "${instanceId}": there is none`);
  }
  const { model } = await runtime.models.get(create?.definitionId ?? stored.definitionId);
  const foldInto = async (measured: boolean) => {
    const live = create ? newLive(instanceId, tenant ?? runtime.tenant, create, model) : decode(stored);
    const place = { live, model, at: Math.max(runtime.time.now(), live.startedAt), joined: true, measured };
    return { live, done: await fold(place, [{ item }], runtime.environment) };
  };
  const { live, done } = await foldInto(false).catch((error) => {
    if (error instanceof VariablesSizeError) return foldInto(true);
    throw error;
  });
  if (done.rejected.length > 0) throw new RejectedError(done.rejected[0].rejection);
  if (!done.unit) throw new StoreError(`Cannot change instance "${instanceId}": the command did nothing`);
  const [result] = await store.commit([done.unit]);
  switch (result.outcome) {
    case "committed":
      return {
        status: done.unit.status,
        endedAt: done.unit.endedAt,
        reason: done.unit.reason,
        revision: result.revision,
        live,
        effects: done.effects,
      };
    case "conflict":
    case "busy":
      throw new ConflictError(`Cannot change instance "${instanceId}": another transaction has changed it`);
    case "lease-lost":
      throw new LeaseLostError(`Cannot finish job "${result.jobIds[0]}": its lease is over`);
    case "duplicate":
      throw new DuplicateError(result.instanceId);
    case "rejected":
    case "unknown":
      throw result.error;
  }
}
