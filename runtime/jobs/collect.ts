/**
 * `baton:collect`: takes the outcomes that wait in the rows of an instance's jobs, in order of job id.
 *
 * There is one such job per instance, so one process at a time: what ends there meanwhile goes straight into the same
 * units. Each outcome is guarded by its job's lease like any other command: it is applied once, and not at all if its
 * element has been cancelled.
 */
import { type Job, LeaseLostError, NotFoundError } from "../../storage/store.ts";
import { RejectedError } from "../errors.ts";
import type { Outcome } from "../job_ends.ts";
import type { Runtime } from "../runtime.ts";
import { updateJobs } from "../update_jobs.ts";
import { finish, instanceOf, leaseOf } from "./engine_job.ts";

/** Outcomes on their way at once. */
const MOST = 1_000;
/** Then it is some other worker's turn: one that is to stop does not go on for ever. */
const TURN_MS = 2_000;

/** Told what an outcome has led to that cannot be written, or is refused. */
export type Failed = (job: Job, error: unknown) => Promise<void>;

export async function collect(runtime: Runtime, job: Job, failed: Failed): Promise<void> {
  const { crowds } = runtime;
  const instanceId = instanceOf(job);
  const until = performance.now() + TURN_MS;
  crowds.add(instanceId);
  let { payload } = job;
  try {
    for (;;) {
      crowds.collecting.add(instanceId);
      await takeAll(runtime, instanceId, until, failed);
      // From here on what ends here is kept, too: this job may be gone before it is written.
      crowds.collecting.delete(instanceId);
      while (runtime.executor.busy(instanceId)) await runtime.executor.quiet(instanceId);
      if (performance.now() >= until) return await handOver(runtime, job);
      if (await finishIf(runtime, job, payload)) return;
      const now = await runtime.store.getJob(job.id);
      if (now?.leaseNo !== job.leaseNo || now.worker === undefined) return; // its lease was lost: another one goes on
      payload = now.payload;
    }
  } finally {
    crowds.collecting.delete(instanceId);
  }
}

/** Returns when nothing waits and nothing is on its way. */
async function takeAll(runtime: Runtime, instanceId: string, until: number, failed: Failed): Promise<void> {
  const { store, executor } = runtime;
  const taking = new Map<string, Promise<void>>();
  const errors: unknown[] = [];
  for (;;) {
    const jobs = performance.now() < until ? await store.endedJobs(instanceId, MOST) : [];
    const fresh = jobs.filter(({ id }) => !taking.has(id));
    for (const each of fresh) {
      const taken = take(runtime, each, instanceId, failed)
        .catch((error) => void errors.push(error))
        .finally(() => taking.delete(each.id));
      taking.set(each.id, taken);
    }
    if (errors.length > 0) {
      await Promise.all(taking.values());
      throw errors[0];
    }
    // Looked again while the next unit is on its way: what comes then goes into the one after it.
    if (executor.busy(instanceId)) await executor.quiet(instanceId);
    else if (taking.size > 0) await Promise.race(taking.values());
    else if (fresh.length === 0) return;
  }
}

async function take(runtime: Runtime, job: Job, instanceId: string, failed: Failed): Promise<void> {
  try {
    const outcome = JSON.parse(job.outcome ?? "") as Outcome;
    if (outcome.command.kind === "continue" && job.elementId === undefined) {
      await runtime.crowds.rests(instanceId);
    }
    await runtime.executor.execute({ ...outcome, instanceId, tenant: job.tenant, lease: leaseOf(job) });
  } catch (error) {
    // Cancelled meanwhile, or another process has taken it.
    if (error instanceof LeaseLostError) return;
    // It waits until the instance is resumed.
    if (error instanceof RejectedError && error.code === "suspended") throw error;
    if (error instanceof RejectedError || error instanceof NotFoundError) return await finish(runtime, job);
    await failed(job, error);
  }
}

/** Ends the job unless more was kept since its payload was read. */
async function finishIf(runtime: Runtime, job: Job, payload: string | undefined): Promise<boolean> {
  const update = { ...leaseOf(job), action: "delete", payloadIs: payload } as const;
  const [done] = await updateJobs(runtime, [update]);
  return done;
}

async function handOver(runtime: Runtime, job: Job): Promise<void> {
  await updateJobs(runtime, [{ ...leaseOf(job), action: "update" }]);
  if (!runtime.executor.handOns.wake()) runtime.store.notify?.();
}
