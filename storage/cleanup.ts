/** Retention, as far as it is the same on every store: whose time is over, in batches, export before deletion. */
import type { CleanupRequest, CleanupResult, InstanceRecord, Store } from "./store.ts";

/** What a store does for it. */
export interface CleanupSource {
  /** Batches of a definition's instances that ended at `before` or earlier and whose call tree has ended. */
  expired(
    definitionId: string,
    before: number,
    batch: number,
  ): AsyncIterable<readonly InstanceRecord[]> | Iterable<readonly InstanceRecord[]>;
  /** Deletes them with all they own; those whose call tree runs after all stay. */
  remove(instances: readonly InstanceRecord[]): Promise<void>;
}

/** @throws {RangeError} If `defaultTtlMs` is negative, or `batch` not from 1 to 1,000. */
export async function cleanUp(
  store: Pick<Store, "now" | "listDefinitions">,
  request: CleanupRequest,
  source: CleanupSource,
): Promise<CleanupResult> {
  const { tenant, key, defaultTtlMs, batch = 100, dryRun = false, onInstance } = request;
  if (!Number.isInteger(batch) || batch < 1 || batch > 1_000) {
    throw new RangeError(
      `Cannot clean up in batches of "${batch}": it must be a whole number from 1 to 1,000`,
    );
  }
  if (defaultTtlMs !== undefined && !(defaultTtlMs >= 0)) {
    throw new RangeError(`Cannot keep instances for "${defaultTtlMs}" ms: the time must not be negative`);
  }
  const at = request.at ?? await store.now();
  let instances = 0;
  let cursor: string | undefined;
  do {
    const page = await store.listDefinitions({ tenant, key, take: 1_000, cursor });
    for (const { id, historyTimeToLiveMs = defaultTtlMs } of page.items) {
      if (historyTimeToLiveMs === undefined) continue;
      for await (const found of source.expired(id, at - historyTimeToLiveMs, batch)) {
        for (let i = 0; i < found.length; i += batch) {
          const some = found.slice(i, i + batch);
          if (onInstance) { for (const instance of some) await onInstance(instance); }
          if (!dryRun) await source.remove(some);
          instances += some.length;
        }
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return { instances, partitions: 0 };
}
