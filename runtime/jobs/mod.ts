/** The engine's own jobs by type. */
import type { EngineJobType } from "../../engine/mod.ts";
import {
  ConflictError,
  type Job,
  type JobUpdate,
  LeaseLostError,
  NotFoundError,
} from "../../storage/store.ts";
import { RejectedError } from "../errors.ts";
import { jobFields, messageOf } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { updateJobs } from "../update_jobs.ts";
import { broadcast } from "./broadcast.ts";
import { cancelChild, childEnded, childThrows, startChild, throwAnswer } from "./children.ts";
import { collect, type Failed } from "./collect.ts";
import { finish, leaseOf, lostMessage, MAX_LOST_LEASES } from "./engine_job.ts";
import { correlate, expireMessage, publish } from "./message.ts";
import { goOn, timer } from "./timer.ts";

/** Carries out one leased job. The job is consumed by what it commits. */
type EngineJob = (runtime: Runtime, job: Job, failed: Failed) => Promise<void>;

const ENGINE_JOBS: Readonly<Record<EngineJobType, EngineJob>> = {
  "baton:timer": timer,
  "baton:continue": goOn,
  "baton:start-child": startChild,
  "baton:cancel-child": cancelChild,
  "baton:child-ended": childEnded,
  "baton:child-throws": childThrows,
  "baton:throw-answer": throwAnswer,
  "baton:publish": publish,
  "baton:correlate": correlate,
  "baton:broadcast": broadcast,
  "baton:expire-message": expireMessage,
  "baton:collect": collect,
};

/** Types that every worker takes. */
export const ENGINE_JOB_TYPES: readonly string[] = Object.keys(ENGINE_JOBS);

/** @returns Whether the engine itself does this type. */
export function isEngineJob(type: string): type is EngineJobType {
  return Object.hasOwn(ENGINE_JOBS, type);
}

/** A job for a suspended instance comes back after this long. */
const SUSPENDED_MS = 5_000;
/** A job that the store's absence has kept from being done comes back after this long. */
const AWAY_MS = 500;
/** How long a job is put off when it has lost as many workers as may be chance; twice as long the next time. */
const FIRST_LOST_MS = 5_000;
const MAX_FAILURES = 12;
const MAX_DELAY_MS = 300_000;

/**
 * Carries out one leased job. Never throws: what goes wrong is logged, and the job comes back later.
 *
 * @param failed Told of an outcome of a handler's job that cannot be written. Default: it is this job's failure.
 * @returns What went wrong, if anything did.
 */
export async function runEngineJob(
  runtime: Runtime,
  job: Job,
  failed: Failed = (_, error) => Promise.reject(error),
): Promise<string | undefined> {
  try {
    const later = await putOff(runtime, job);
    if (later !== undefined) return later;
    await ENGINE_JOBS[job.type as EngineJobType](
      runtime,
      job,
      (each, error) => isEngineJob(each.type) ? afterError(runtime, each, error) : failed(each, error),
    );
  } catch (error) {
    if (error instanceof LeaseLostError) return error.message;
    try {
      await afterError(runtime, job, error);
    } catch (cause) {
      // The store is away: the lease will end, and the job comes back by itself.
      runtime.logger.log("warn", "an engine job could not be given back", {
        ...jobFields(job),
        message: messageOf(cause),
      });
    }
    return messageOf(error);
  }
  return undefined;
}

/**
 * What may end its workers, or block them, is tried again ever more rarely, but not given up: nobody would notice a
 * message that waits for ever, and most jobs lose workers that they have not ended.
 *
 * @returns What was done; `undefined`: it is to be tried now.
 */
async function putOff(runtime: Runtime, job: Job): Promise<string | undefined> {
  const tried = job.lostLeases - MAX_LOST_LEASES;
  // Each time it is put off counts as a failure; so does what went wrong in other ways, which puts it off as well.
  if (tried < 0 || job.failures > tried) return undefined;
  const at = runtime.time.now();
  const failures = tried + 1;
  const dueAt = at + Math.min(MAX_DELAY_MS, FIRST_LOST_MS * 2 ** tried);
  const message = lostMessage(job);
  runtime.logger.log("error", "an engine job that loses its workers is put off", {
    ...jobFields(job),
    dueAt,
    message,
  });
  await giveBack(runtime, { ...leaseOf(job), action: "update", dueAt, failures, attempt: { at, message } });
  return message;
}

async function afterError(runtime: Runtime, job: Job, error: unknown): Promise<void> {
  const at = runtime.time.now();
  if (error instanceof RejectedError && error.code === "suspended") {
    return giveBack(runtime, { ...leaseOf(job), action: "update", dueAt: at + SUSPENDED_MS });
  }
  // Whom it was for is gone.
  if (error instanceof RejectedError || error instanceof NotFoundError) return finish(runtime, job);
  const message = messageOf(error);
  if (error instanceof ConflictError || runtime.store.passing?.(error)) {
    // The store was away, or others were in the way: nothing is wrong with the job.
    runtime.logger.log("warn", "an engine job is given back", { ...jobFields(job), message });
    return giveBack(runtime, { ...leaseOf(job), action: "update", dueAt: at + AWAY_MS });
  }
  const failures = job.failures + 1;
  // What was put off for its lost workers has not failed that often.
  const last = failures - Math.max(0, job.lostLeases - MAX_LOST_LEASES + 1) >= MAX_FAILURES;
  runtime.logger.log("error", last ? "an engine job is given up" : "an engine job failed", {
    ...jobFields(job),
    failures,
    message,
  });
  const delay = Math.min(MAX_DELAY_MS, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
  await giveBack(runtime, {
    ...leaseOf(job),
    action: "update",
    dueAt: last ? null : at + Math.round(delay),
    held: last ? "failed" : undefined,
    failures,
    attempt: { at, message },
  });
}

async function giveBack(runtime: Runtime, update: JobUpdate): Promise<void> {
  await updateJobs(runtime, [update]);
}
