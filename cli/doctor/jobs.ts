/** What the queue tells: whose jobs there are, what is late, what nobody does. */
import type { Job, Store } from "../../storage/store.ts";
import { count, formatDuration } from "../format.ts";
import { type Finding, Group } from "./finding.ts";

/** Jobs whose lease ended longer ago than this: nobody who could take them looks. */
const LATE_MS = 60_000;
/** Instances asked for at once. */
const BATCH = 100;

/** @param handlers Job types that there are handlers for; absent: not known. */
export async function checkJobs(
  store: Store,
  jobs: readonly Job[],
  now: number,
  handlers: ReadonlySet<string> | undefined,
): Promise<Finding[]> {
  const expired = new Group(), unserved = new Map<string, number>(), ended = new Group();
  const failed = new Group(), stopped = new Group(), orphans = new Group(), outcomes = new Group();
  const uncollected = await withoutCollector(store, jobs);
  let oldest: Job | undefined;
  for (const job of jobs) {
    const { dueAt, worker, type } = job;
    if (job.held === "failed") failed.add(job.id);
    else if (job.held === "incident" && job.instanceId === undefined) stopped.add(job.id);
    else if (job.held === "ended" && !uncollected.has(job.id)) outcomes.add(job.id);
    if (dueAt !== null && dueAt <= now) {
      if (worker !== undefined && now - dueAt > LATE_MS) expired.add(job.id);
      if (!oldest || dueAt < (oldest.dueAt ?? 0)) oldest = job;
    }
    if (handlers && !type.startsWith("baton:") && !handlers.has(type)) {
      unserved.set(type, (unserved.get(type) ?? 0) + 1);
    }
  }
  for (const [job, status] of await suspects(store, jobs)) (status === "none" ? orphans : ended).add(job.id);
  const lateMs = oldest ? now - (oldest.dueAt ?? now) : 0;
  return [
    ...orphans.finding(
      "job-without-instance",
      "error",
      (n) => `${count(n, "job")} of instances that are not there`,
      "Rows of instances were deleted by hand, or a backup is of several moments; restore it as one, or delete the jobs",
    ),
    ...ended.finding(
      "job-of-ended-instance",
      "info",
      (n) => `${count(n, "job")} of instances that have ended`,
      "Nothing: the next worker that leases one drops it",
    ),
    ...expired.finding(
      "expired-lease",
      "warning",
      (n) => `${count(n, "lease")} ended over a minute ago, and no worker has taken the job since`,
      "Start a worker with handlers for them: those that held them are gone",
    ),
    ...failed.finding(
      "engine-job-given-up",
      "error",
      (n) => `${count(n, "job")} of the engine's own failed again and again and will not run by itself`,
      "jobs --held shows the error of each; when its cause is gone, retry --job ID",
    ),
    ...stopped.finding(
      "job-given-up",
      "warning",
      (n) => `${count(n, "job")} without an instance used up all retries, and no incident says so`,
      "jobs --held shows the error of each; when its cause is gone, retry --job ID",
    ),
    ...uncollectedGroup(uncollected).finding(
      "outcome-not-collected",
      "error",
      (n) => `${count(n, "job")} done, whose outcomes nothing will bring to their instances`,
      "The baton:collect job of the instance was deleted by hand, or a backup is of several moments; the next job of the instance that ends while many wait opens one, else cancel the instance and start it anew",
    ),
    ...outcomes.finding(
      "outcome-waits",
      "info",
      (n) => `${count(n, "job")} done, whose outcomes the instances have not taken yet`,
      "Nothing while a worker runs: it takes them in a moment",
    ),
    ...(oldest && lateMs > LATE_MS
      ? [{
        check: "lag",
        severity: "warning" as const,
        message: `The oldest due job (type ${oldest.type}) has been due for ${formatDuration(lateMs)}`,
        advice: `Start more workers, or one with a handler for ${oldest.type}`,
        ids: [oldest.id],
      }]
      : []),
    ...[...unserved].map(([type, n]): Finding => ({
      check: "no-handler",
      severity: "warning",
      message: `${count(n, "job")} of type "${type}", for which the module has no handler`,
      advice: `Export a handler for "${type}", or serve it by another worker`,
      count: n,
    })),
  ];
}

/** Ids of jobs with an outcome whose instance has no job that would take it. */
async function withoutCollector(store: Store, jobs: readonly Job[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const ids = new Set(jobs.flatMap((job) => job.held === "ended" ? job.instanceId ?? [] : []));
  for (const instanceId of ids) {
    // Asked in this order: as long as an outcome waits, its collector is there.
    const waiting = await store.listJobs({ instanceId, held: true, take: 1_000 });
    const { items: collectors } = await store.listJobs({ instanceId, type: "baton:collect", take: 1 });
    if (collectors.length > 0) continue;
    for (const job of waiting.items) {
      // Taken meanwhile, and the collector has ended: all is well.
      if (job.held === "ended" && (await store.getJob(job.id))?.held === "ended") found.add(job.id);
    }
  }
  return found;
}

function uncollectedGroup(ids: ReadonlySet<string>): Group {
  const group = new Group();
  for (const id of ids) group.add(id);
  return group;
}

/** Jobs whose instance has ended or is not there. Asked twice: an instance may end between two questions. */
async function suspects(store: Store, jobs: readonly Job[]): Promise<(readonly [Job, "none" | "ended"])[]> {
  const first = await outlived(store, jobs);
  const again: Job[] = [];
  for (const [job] of first) {
    const now = await store.getJob(job.id);
    if (now) again.push(now);
  }
  return await outlived(store, again);
}

async function outlived(store: Store, jobs: readonly Job[]): Promise<(readonly [Job, "none" | "ended"])[]> {
  const found: (readonly [Job, "none" | "ended"])[] = [];
  const ids = [...new Set(jobs.flatMap((job) => job.instanceId ?? []))];
  for (let i = 0; i < ids.length; i += BATCH) {
    const part = ids.slice(i, i + BATCH);
    const instances = new Map((await store.loadInstances(part)).map((instance) => [instance.id, instance]));
    const asked = new Set(part);
    for (const job of jobs) {
      if (job.instanceId === undefined || !asked.has(job.instanceId)) continue;
      const instance = instances.get(job.instanceId);
      if (!instance) found.push([job, "none"]);
      else if (instance.endedAt !== undefined) found.push([job, "ended"]);
    }
  }
  return found;
}
