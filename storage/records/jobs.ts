/** Jobs, and what is done with leased ones. */
import type { Attempt, JobClass } from "../../engine/mod.ts";
import type { StoredInstance } from "./instances.ts";

/** One row of the only queue. */
export interface Job {
  /** Decimal string; the same until the job's element ends, through retries and incidents. */
  readonly id: string;
  /** Whose it is. A worker may serve only some tenants. */
  readonly tenant: string;
  /** The instance that it moves; absent for messages, signals and timer starts. */
  readonly instanceId?: string;
  /** The definition that a timer start event starts; absent for other jobs. */
  readonly definitionId?: string;
  /** The element that it does the work of; absent for jobs of no single element. */
  readonly elementId?: string;
  /** Lower case. The engine's own begin with `baton:`. */
  readonly type: string;
  /** What is leased first: see {@link JobClass}. */
  readonly class: JobClass;
  /** Higher first among due jobs of a lease; 0 by default. */
  readonly priority: number;
  /** The oldest state format whose readers can run it; absent: 1, which every release reads. */
  readonly needs?: number;
  /** When it may be leased; the lease's end while leased; `null` while held. */
  readonly dueAt: number | null;
  /**
   * Why it is not due: `incident`, `suspended`, `answer` (a caller decides about a BPMN error), `failed`, `ended`
   * (its work is done, its instance takes the outcome soon); absent when it may be leased.
   */
  readonly held?: string;
  /** Grows at every lease: the fence. */
  readonly leaseNo: number;
  /** The worker that holds it or lost it; absent when free. */
  readonly worker?: string;
  /** What the retry policy counts. */
  readonly failures: number;
  /** Retries after the first attempt; absent: the worker's default. */
  readonly retries?: number;
  /** Milliseconds before each retry, the last one for all further ones; absent: the worker's backoff. */
  readonly retryDelaysMs?: readonly number[];
  /** Leases that ended without a word. */
  readonly lostLeases: number;
  /** Milliseconds since 1970 UTC; never changes. */
  readonly enqueuedAt: number;
  /** JSON text for the one who executes it; absent if there is none. */
  readonly payload?: string;
  /** The last three failed attempts. */
  readonly attempts: readonly Attempt[];
  /** While it is held as `ended`: what came of it, as {@link Store.endJobs} was given it. */
  readonly outcome?: string;
}

/**
 * Proof of holding a job. It is lost when the job is leased again, given back, held or deleted. A lease whose time
 * is over but that nobody else took still counts: the fence is `leaseNo`, not the clock. The lease of a job that is held
 * as `ended` counts, too, for commits and updates: whoever takes its outcome shows it.
 */
export interface Lease {
  /** The job that is held. */
  readonly jobId: string;
  /** The number that the lease was given: {@link Job.leaseNo}. */
  readonly leaseNo: number;
}

/** A request for due jobs. */
export interface LeaseRequest {
  /** The name that the leases are held under. */
  readonly worker: string;
  /** How many of which type, lower case. Every type is asked for by itself, so that none starves another. */
  readonly wants: readonly { readonly type: string; readonly max: number }[];
  /** Limit over all types. */
  readonly max: number;
  /** How long others leave the jobs alone, in milliseconds. */
  readonly leaseMs: number;
  /** Only these tenants; absent: all. No tenant gets more than half while others wait. */
  readonly tenants?: readonly string[];
  /**
   * Lease exactly these jobs if they are free and not held, due or not (manual stepping). `wants` and `max` are then
   * ignored.
   */
  readonly jobIds?: readonly string[];
  /**
   * Jobs that are said to be due, for a caller with nothing to do. A store may lease those of them that are wanted and
   * due, without a look at the others, unless it gets none.
   */
  readonly told?: readonly string[];
  /** Instances whose state the caller holds: they come back as `revisions`, without state. */
  readonly cached?: readonly string[];
  /** The newest state format that the caller reads: jobs that need a newer one are left to others. Absent: any. */
  readonly format?: number;
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** What a lease gives. */
export interface Leased {
  /** The store's time of this lease. */
  readonly at: number;
  /** The leased jobs, at most `max`, in no promised order. */
  readonly jobs: readonly Job[];
  /** The instances of the jobs, with state, without those named in `cached`. */
  readonly instances: readonly StoredInstance[];
  /** Current revisions of the cached ones. */
  readonly revisions: readonly { readonly id: string; readonly revision: number }[];
}

/** A change to a leased job that touches no instance: retry later, release, finish. */
export interface JobUpdate extends Lease {
  /** `delete`: done. `update`: give it back with the fields below; the lease ends. */
  readonly action: "delete" | "update";
  /** Absent: now. `null`: hold it. */
  readonly dueAt?: number | null;
  /** With `dueAt: null`: why. */
  readonly held?: string;
  /** The new count of failures; absent: unchanged. */
  readonly failures?: number;
  /** Added to `attempts`, of which the last three are kept. */
  readonly attempt?: Attempt;
  /** The new payload; absent: unchanged. */
  readonly payload?: string;
  /** Only if its payload is this; if not, nothing is done and the lease stays. Not for units. */
  readonly payloadIs?: string;
}

/**
 * What {@link Store.updateJobs} did with a job. `lost`: the lease is over, nothing was done. `busy`: somebody is writing
 * the job and nothing was done, ask again.
 */
export type JobUpdateResult = "done" | "lost" | "busy";

/** The end of a leased job's work: see {@link Store.endJobs}. */
export interface JobEnd extends Lease {
  /** JSON text for whoever takes it. */
  readonly outcome: string;
}

/** What {@link Store.endJobs} did. */
export interface EndedJobs {
  /** In order. `lost`: the lease is over, or the job has no instance. `busy`: somebody is writing it, ask again. */
  readonly results: readonly ("kept" | "lost" | "busy")[];
  /** A `baton:collect` job was opened. */
  readonly opened: boolean;
}

/** Which jobs to list, by id. */
export interface JobQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only jobs of this instance. */
  readonly instanceId?: string;
  /** Only this type; compared without regard to case. */
  readonly type?: string;
  /** True: only held ones. False: only others. Absent: both. */
  readonly held?: boolean;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}
