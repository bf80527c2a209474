import type { Job, NewJob } from "../../storage/store.ts";

/** One for all: a list of its own for each job would be kept until its commit stands. */
const NO_ATTEMPTS: Job["attempts"] = Object.freeze([]);

/** @returns A job that was leased in the commit that created it, as a lease would have given it. */
export function leasedJob(job: NewJob, tenant: string, at: number): Job {
  return {
    id: job.id,
    tenant,
    instanceId: job.instanceId,
    definitionId: job.definitionId,
    elementId: job.elementId,
    type: job.type,
    class: job.class,
    priority: job.priority ?? 0,
    dueAt: at + (job.lease?.leaseMs ?? 0),
    leaseNo: 1,
    worker: job.lease?.worker,
    failures: 0,
    retries: job.retries,
    retryDelaysMs: job.retryDelaysMs,
    lostLeases: 0,
    enqueuedAt: at,
    payload: job.payload,
    attempts: NO_ATTEMPTS,
  };
}
