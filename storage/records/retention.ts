/** Deleting what is old. */
import type { InstanceRecord } from "./instances.ts";

/** What {@link Store.cleanup} deletes. */
export interface CleanupRequest {
  /** Only this tenant's instances; absent: all tenants'. */
  readonly tenant?: string;
  /** Only instances of this process, of all its versions. */
  readonly key?: string;
  /** Time to live of instances whose model names none, in milliseconds; absent: those are kept. */
  readonly defaultTtlMs?: number;
  /** True: nothing is deleted, only counted. Default false. */
  readonly dryRun?: boolean;
  /** How many instances go at once; default 100, at most 1,000. */
  readonly batch?: number;
  /**
   * Called, and awaited, before a batch is deleted: the place to export it. If it throws, its batch is kept and the
   * cleaning ends with that error. Also called in a dry run.
   */
  readonly onBatch?: (instances: readonly InstanceRecord[]) => void | Promise<void>;
  /** Ends the cleaning after the batch that is under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** What {@link Store.cleanup} did, or would do. */
export interface CleanupResult {
  /** How many instances were deleted. */
  readonly instances: number;
  /** The same by process, sorted by key. */
  readonly processes: readonly { readonly key: string; readonly instances: number }[];
  /** It was ended by its signal: there may be more. */
  readonly more: boolean;
  /** PostgreSQL: how many partitions of steps were dropped, because none of their instances was left. */
  readonly partitions: number;
}
