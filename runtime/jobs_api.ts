/** The job queue for those who do the work themselves. */
import type { Job, JobQuery, Page, SqlTransaction } from "../storage/store.ts";
import type { VariableValues } from "./api.ts";
import { pending } from "./pending.ts";

/** A job of one's own, without an instance. */
export interface EnqueueOptions {
  readonly type: string;
  /** Any JSON. */
  readonly payload?: unknown;
  /** Default: now. Milliseconds since 1970 UTC. */
  readonly dueAt?: number;
  /** Higher first; default 0. */
  readonly priority?: number;
  /** Retries after the first attempt; default 3. */
  readonly retries?: number;
}

/** What to claim. */
export interface ClaimOptions {
  /** Who claims; default: this engine's own name. */
  readonly worker?: string;
  /** Any of these types. */
  readonly types?: readonly string[];
  /** Exactly these jobs, due or not, if they are free. */
  readonly jobIds?: readonly string[];
  /** Default 1. */
  readonly max?: number;
  /** Default 30,000. */
  readonly leaseMs?: number;
}

/** A claimed job: the proof of holding it, and what it is about. */
export interface ClaimedJob extends Job {
  /** Variables that the job's element sees; empty for jobs without an instance. */
  readonly variables: Record<string, unknown>;
  /** When the lease ends, unless it is extended. */
  readonly leasedUntil: number;
}

/** Identifies a claim: the id and the lease number, as `claim` gave them. */
export interface JobClaim {
  readonly id: string;
  readonly leaseNo: number;
}

/** Options of `complete`. */
export interface CompleteOptions {
  /** Values by name. */
  readonly variables?: VariableValues;
  /** The single result, for models that name a result variable; else its properties become variables. */
  readonly result?: unknown;
  /** Complete within this open PostgreSQL transaction: it stands or falls with it. */
  readonly transaction?: SqlTransaction;
}

/** Options of `fail`. */
export interface FailJobOptions {
  readonly message: string;
  /** Default: the job's policy, else exponential backoff. */
  readonly retryInMs?: number;
  /** False: an incident at once. */
  readonly retry?: boolean;
}

/** Options of `throwError`. */
export interface ThrowErrorOptions {
  readonly message?: string;
  readonly variables?: VariableValues;
}

/** Jobs: enqueue, claim, extend, complete, fail, release, list. */
export class JobsApi {
  /** Adds a job that belongs to no instance. @returns Its id. */
  enqueue(_options: EnqueueOptions): Promise<string> {
    return pending("jobs.enqueue");
  }
  /** Leases due jobs; each goes to one caller, and comes back when the lease ends without a word. */
  claim(_options: ClaimOptions): Promise<readonly ClaimedJob[]> {
    return pending("jobs.claim");
  }
  /** @returns The lease's new end. @throws {LeaseLostError} If the claim is over. */
  extend(_claim: JobClaim, _leaseMs: number): Promise<number> {
    return pending("jobs.extend");
  }
  /**
   * The work is done: the instance goes on.
   *
   * @throws {LeaseLostError} If the claim is over, or was never the caller's.
   * @throws {TypeError} If the variables are not JSON.
   */
  complete(_claim: JobClaim, _options: CompleteOptions = {}): Promise<void> {
    return pending("jobs.complete");
  }
  /** The attempt failed: tried again later, or an incident when no retries are left. */
  fail(_claim: JobClaim, _options: FailJobOptions): Promise<void> {
    return pending("jobs.fail");
  }
  /** The task ends with a BPMN error. */
  throwError(_claim: JobClaim, _code: string, _options: ThrowErrorOptions = {}): Promise<void> {
    return pending("jobs.throwError");
  }
  /** Gives the job back, as if it had not been claimed. */
  release(_claim: JobClaim): Promise<void> {
    return pending("jobs.release");
  }
  /** @throws {NotFoundError} */
  get(_id: string): Promise<Job> {
    return pending("jobs.get");
  }
  /** By id. */
  list(_query: Omit<JobQuery, "tenant"> = {}): Promise<Page<Job>> {
    return pending("jobs.list");
  }
}
