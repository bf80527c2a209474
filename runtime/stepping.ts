/** Moving instances in this process, without a worker: wave by wave, or until all wait. */
import { decodeInstance, findToken, type NewJob, STATE_FORMAT, tokenOfJob } from "../engine/mod.ts";
import type { Job, StoredInstance, Unit } from "../storage/store.ts";
import type { RunOptions, RunResult } from "./api.ts";
import { checkOptions } from "./arguments.ts";
import { RejectedError } from "./errors.ts";
import { isEngineJob } from "./jobs/mod.ts";
import { deliverBuffered } from "./messages.ts";
import { childrenOf, jobsOf, load, positionsOf } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { RUN } from "./shapes.ts";
import { JobRunner } from "./worker/job_runner.ts";
import { leasedJob } from "./worker/leased_job.ts";

const LEASE_MS = 60_000;
const MAX_JOBS = 100_000;

/** See `Engine.canStep`. */
export async function canStep(runtime: Runtime, tenant: string, id: string): Promise<boolean> {
  const stored = await load(runtime, tenant, id);
  if (stored.status !== "running") return false;
  return hasReady(stored) || (await steppable(runtime, stored)).length > 0;
}

/** See `Engine.step`. */
export async function step(runtime: Runtime, tenant: string, id: string): Promise<RunResult> {
  const stored = await load(runtime, tenant, id);
  if (stored.status !== "running") {
    throw new RejectedError({
      code: "not-running",
      message: `Cannot step instance "${id}": it is ${stored.status}`,
    });
  }
  await runtime.ready();
  const runner = new JobRunner(runtime, LEASE_MS, 0);
  const lease = { worker: runtime.worker, leaseMs: LEASE_MS };
  const jobs = await leaseExactly(runtime, (await steppable(runtime, stored)).map((job) => job.id));
  if (hasReady(stored)) {
    const opened: NewJob[] = [];
    const done = await runtime.executor.execute({
      instanceId: id,
      tenant,
      command: { kind: "continue", id: await runtime.ids.take() },
      maxWaves: 1,
      leaseNew: (job) => {
        if (job.instanceId !== id || !runtime.handlers.has(job.type)) return undefined;
        opened.push(job);
        return lease;
      },
    });
    // A conflict runs the wave again: only what the commit that stands has opened counts.
    const stands = new Set(done.effects.openJobs.map((job) => job.id));
    for (const job of opened) {
      if (stands.has(job.id)) jobs.push(leasedJob({ ...job, lease }, tenant, runtime.time.now()));
    }
  }
  await runAll(runner, jobs);
  return await result(runtime, tenant, id);
}

/** See `Engine.run`. */
export async function run(
  runtime: Runtime,
  tenant: string,
  id: string,
  options: RunOptions,
): Promise<RunResult> {
  checkOptions(options, RUN);
  const { maxJobs = MAX_JOBS } = options;
  const stored = await load(runtime, tenant, id);
  await runtime.ready();
  const runner = new JobRunner(runtime, LEASE_MS, Infinity);
  // Jobs that belong to no instance (messages, signals) but come from this one's call tree.
  const loose = new Set<string>();
  const watch = (unit: Unit): void => {
    for (const job of unit.openJobs) {
      if (job.instanceId === undefined && job.dueAt !== null) loose.add(job.id);
    }
  };
  runtime.executor.committed.add(watch);
  try {
    if (stored.status === "running" && hasReady(stored)) {
      const command = { kind: "continue", id: await runtime.ids.take() } as const;
      await runtime.executor.execute({ instanceId: id, tenant, command, maxWaves: Infinity });
    }
    for (let count = 0;;) {
      const ids = [...await dueJobs(runtime, tenant, id), ...loose];
      loose.clear();
      const jobs = ids.length > 0 ? await leaseExactly(runtime, ids) : [];
      if (jobs.length === 0 && !await deliverBufferedTo(runtime, tenant, id)) break;
      count += jobs.length;
      if (count > maxJobs) {
        throw new RangeError(`Cannot run instance "${id}" to its end: more than ${maxJobs} jobs`);
      }
      await runAll(runner, jobs);
    }
  } finally {
    runtime.executor.committed.delete(watch);
  }
  return await result(runtime, tenant, id);
}

/** Messages that came before an instance of the call tree waited for them. @returns Whether any was delivered. */
async function deliverBufferedTo(runtime: Runtime, tenant: string, id: string): Promise<boolean> {
  let delivered = 0;
  for (const instanceId of await callTreeIds(runtime, tenant, id)) {
    let cursor: string | undefined;
    do {
      const page = await runtime.store.findSubscriptions({ tenant, kind: "message", instanceId, cursor });
      for (const { name, key } of page.items) delivered += await deliverBuffered(runtime, tenant, name, key);
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return delivered > 0;
}

async function callTreeIds(runtime: Runtime, tenant: string, id: string): Promise<string[]> {
  const ids = [id];
  for (const each of ids) {
    for (const child of await childrenOf(runtime.store, tenant, each)) ids.push(child.id);
  }
  return ids;
}

async function runAll(runner: JobRunner, jobs: readonly Job[]): Promise<void> {
  const now = performance.now();
  await Promise.all(jobs.map((job) => runner.runAny(runner.leases.hold(job, now))));
}

async function result(runtime: Runtime, tenant: string, id: string): Promise<RunResult> {
  const stored = await load(runtime, tenant, id);
  return { status: stored.status, positions: await positionsOf(runtime, stored) };
}

function hasReady(stored: StoredInstance): boolean {
  const instance = decodeInstance(stored.id, { ...stored, locals: stored.locals });
  return findToken(instance.state.root, (token) => token.ready === true) !== undefined;
}

/** Jobs that tokens stand at and this engine can do. */
async function steppable(runtime: Runtime, stored: StoredInstance): Promise<Job[]> {
  await runtime.time.ready();
  const instance = decodeInstance(stored.id, { ...stored, locals: stored.locals });
  const jobs = await jobsOf(runtime.store, stored.id);
  return jobs.filter((job) =>
    isFree(job, runtime.time.now()) && canDo(runtime, job) &&
    (job.elementId === undefined || tokenOfJob(instance.state, job.id) !== undefined)
  );
}

/** Due jobs of an instance and of what it has called. */
async function dueJobs(runtime: Runtime, tenant: string, id: string): Promise<string[]> {
  await runtime.time.ready();
  const now = runtime.time.now();
  const due: string[] = [];
  for (const each of await callTreeIds(runtime, tenant, id)) {
    for (const job of await jobsOf(runtime.store, each)) {
      if (isFree(job, now) && (job.dueAt ?? Infinity) <= now && canDo(runtime, job)) due.push(job.id);
    }
  }
  return due;
}

function isFree(job: Job, now: number): boolean {
  return job.dueAt !== null && (job.worker === undefined || job.dueAt <= now);
}

function canDo(runtime: Runtime, job: Job): boolean {
  return isEngineJob(job.type) || runtime.handlers.has(job.type);
}

async function leaseExactly(runtime: Runtime, jobIds: readonly string[]): Promise<Job[]> {
  if (jobIds.length === 0) return [];
  const leased = await runtime.store.leaseJobs({
    worker: runtime.worker,
    wants: [],
    max: jobIds.length,
    leaseMs: LEASE_MS,
    jobIds,
    format: STATE_FORMAT,
    at: runtime.time.override,
  });
  runtime.time.observe(leased.at);
  return [...leased.jobs];
}
