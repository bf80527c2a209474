/** Retention, as far as it is the same on every store: whose time is over, in batches, export before deletion. */
import { compareText } from "./order.ts";
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
  const { tenant, key, defaultTtlMs, batch = 100, dryRun = false, onBatch, signal } = request;
  if (!Number.isInteger(batch) || batch < 1 || batch > 1_000) {
    throw new RangeError(
      `Cannot clean up in batches of "${batch}": it must be a whole number from 1 to 1,000`,
    );
  }
  if (defaultTtlMs !== undefined && !(defaultTtlMs >= 0)) {
    throw new RangeError(`Cannot keep instances for "${defaultTtlMs}" ms: the time must not be negative`);
  }
  const at = request.at ?? await store.now();
  const counts = new Map<string, number>();
  const result = (): CleanupResult => {
    const processes = [...counts].map(([key, instances]) => ({ key, instances }))
      .sort((a, b) => compareText(a.key, b.key));
    const instances = processes.reduce((sum, each) => sum + each.instances, 0);
    return { instances, processes, partitions: 0, more: signal?.aborted ?? false };
  };
  let cursor: string | undefined;
  do {
    const page = await store.listDefinitions({ tenant, key, take: 1_000, cursor });
    for (const { id, key, historyTimeToLiveMs = defaultTtlMs } of page.items) {
      if (historyTimeToLiveMs === undefined) continue;
      for await (const found of source.expired(id, at - historyTimeToLiveMs, batch)) {
        for (let i = 0; i < found.length; i += batch) {
          if (signal?.aborted) return result();
          const some = found.slice(i, i + batch);
          await onBatch?.(some);
          if (!dryRun) await source.remove(some);
          counts.set(key, (counts.get(key) ?? 0) + some.length);
        }
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return { ...result(), more: false };
}
