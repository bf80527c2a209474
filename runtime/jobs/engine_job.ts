/** What the engine's own jobs have in common. */
import type { Job, Lease } from "../../storage/store.ts";
import type { Runtime } from "../runtime.ts";
import { updateJobs } from "../update_jobs.ts";

/** Carries out one leased job of a type of the engine's own. The job is consumed by what it commits. */
export type EngineJob = (runtime: Runtime, job: Job) => Promise<void>;

/**
 * After this many lost leases a job may be what kills its workers: a handler's is not tried again, one of the engine's own
 * is put off.
 */
export const MAX_LOST_LEASES = 3;

/** @returns What an incident, or an attempt, says of a job whose workers were lost. */
export function lostMessage({ lostLeases, type }: Job): string {
  return `The job's lease was lost ${lostLeases} times: the work of "${type}" may end its workers, or block them`;
}

/** @returns What the job carries. */
export function payloadOf<T>(job: Job): T {
  return JSON.parse(job.payload ?? "{}") as T;
}

/** @returns The proof of holding the job. */
export function leaseOf(job: Job): Lease {
  return { jobId: job.id, leaseNo: job.leaseNo };
}

/** The job's work is done, or has no receiver any more, and no unit has deleted it. */
export async function finish(runtime: Runtime, job: Job): Promise<void> {
  await updateJobs(runtime, [{ ...leaseOf(job), action: "delete" }]);
}

/** @returns The instance that the job belongs to. @throws {TypeError} If it has none. */
export function instanceOf(job: Job): string {
  if (job.instanceId === undefined) throw new TypeError(`Cannot run job "${job.id}": it has no instance`);
  return job.instanceId;
}
