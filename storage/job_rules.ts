/** How a stored job changes: the same on every store that keeps jobs as records. Pure. */
import type { Job, JobUpdate, Lease, NewJob } from "./store.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** How many failed attempts a job remembers. */
export const KEPT_ATTEMPTS = 3;

/** @returns A new job as it is stored. */
export function enqueuedJob(tenant: string, job: NewJob, at: number): Job {
  const { lease, ...fields } = job;
  const result: Mutable<Job> = {
    ...fields,
    tenant,
    type: job.type.toLowerCase(),
    priority: job.priority ?? 0,
    leaseNo: 0,
    failures: 0,
    lostLeases: 0,
    enqueuedAt: at,
    attempts: [],
  };
  if (lease) {
    result.leaseNo = 1;
    result.worker = lease.worker;
    result.dueAt = at + lease.leaseMs;
  }
  return withoutUndefined(result);
}

/** @returns Whether the lease is the job's latest and was not given back. */
export function holdsLease(job: Job | undefined, lease: Lease): boolean {
  return job !== undefined && job.leaseNo === lease.leaseNo &&
    (job.worker !== undefined || job.held === "ended");
}

/** @returns The job with its outcome, until its instance takes it. */
export function endedJob(job: Job, outcome: string): Job {
  return withoutUndefined({ ...job, worker: undefined, held: "ended", dueAt: null, outcome });
}

/** @returns The job that collects the outcomes of an instance's jobs: a new one, or the one there is. */
export function collectorJob(
  tenant: string,
  instanceId: string,
  former: Job | undefined,
  mark: string,
  at: number,
): Job {
  if (former) return former.worker === undefined ? former : { ...former, payload: mark };
  const type = "baton:collect";
  return enqueuedJob(tenant, { id: instanceId, type, class: 0, dueAt: at, instanceId, payload: mark }, at);
}

/** @returns The job, leased once more; a lease that ended without a word is counted. */
export function leasedJob(job: Job, worker: string, leaseMs: number, at: number): Job {
  const lostLeases = job.lostLeases + (job.worker === undefined ? 0 : 1);
  return { ...job, lostLeases, leaseNo: job.leaseNo + 1, worker, dueAt: at + leaseMs };
}

/** @returns The job given back with what its holder learned; `undefined`: it is done. */
export function updatedJob(job: Job, update: JobUpdate, at: number): Job | undefined {
  if (update.action === "delete") return undefined;
  return withoutUndefined<Job>({
    ...job,
    worker: undefined,
    outcome: undefined,
    held: update.held,
    dueAt: update.dueAt === undefined ? at : update.dueAt,
    failures: update.failures ?? job.failures,
    payload: update.payload ?? job.payload,
    attempts: update.attempt ? [...job.attempts, update.attempt].slice(-KEPT_ATTEMPTS) : job.attempts,
  });
}

/** @returns Whether it has come to a stop, and no command to an instance brings it back: see `Store.retryJob`. */
export function isGivenUp({ held, instanceId }: Pick<Job, "held" | "instanceId">): boolean {
  return held === "failed" || (held === "incident" && instanceId === undefined);
}

/** @returns The job made due now, as if it had never failed. */
export function retriedJob(job: Job, at: number): Job {
  return withoutUndefined({
    ...job,
    worker: undefined,
    outcome: undefined,
    held: undefined,
    failures: 0,
    lostLeases: 0,
    dueAt: at,
  });
}

/** @returns The job taken out of the queue until it is retried. */
export function heldJob(job: Job, held: string): Job {
  return withoutUndefined({ ...job, worker: undefined, outcome: undefined, held, dueAt: null });
}

/** @returns The record without fields that are `undefined`: absent and `undefined` must not differ. */
export function withoutUndefined<T extends object>(record: T): T {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) if (value !== undefined) result[name] = value;
  return result as T;
}
