/** The queue of jobs: leases, what becomes of them, and when the next job is due. */
import type {
  EndedJobs,
  Job,
  JobEnd,
  JobUpdate,
  JobUpdateResult,
  Lease,
  Leased,
  LeaseRequest,
  NewJob,
} from "../store.ts";
import { boolArray, int4Array, int8Array, isId, textArray, timeArray } from "./arrays.ts";
import { FEW, type Lanes } from "./lanes.ts";
import { leasedOf } from "./leased_rows.ts";
import { jobOf } from "./rows.ts";
import type { Target } from "./targets.ts";

/** The part of a store that workers ask all the time. Times are the caller's, or the server's without one. */
export class Queue {
  readonly #target: Target;
  readonly #lanes: Lanes;
  /** In a user's transaction: what it sees and holds says nothing about the queue. */
  readonly #joined: boolean;

  /** @param lanes Shared by a store and those that it joins to transactions. */
  constructor(target: Target, lanes: Lanes, joined: boolean) {
    this.#target = target;
    this.#lanes = lanes;
    this.#joined = joined;
  }

  /** See `Store.leaseJobs`: by id, those that a notification named, a few, or a batch of all that is wanted. */
  async lease(request: LeaseRequest): Promise<Leased> {
    if (request.jobIds) return await this.#leaseById(request, request.jobIds);
    if (this.#joined) return await this.#leaseMany(request);
    if (request.told?.length) {
      const told = await this.#leaseTold(request, request.told);
      if (told.jobs.length > 0) return told;
    }
    const few = await this.#leaseFew(request);
    if (!few) return await this.#leaseMany(request);
    // More than a few came at once: the others as well, and from now on by the other statement.
    const rest = this.#lanes.crowded ? restOf(request, few.jobs) : undefined;
    if (!rest) return few;
    try {
      return together(few, await this.lease(rest));
    } catch {
      return few; // they are held by now: whatever it is, the next lease is told
    }
  }

  async #leaseById(request: LeaseRequest, jobIds: readonly string[]): Promise<Leased> {
    const { tenants, at, cached, format } = encoded(request);
    const { worker, leaseMs } = request;
    const ids = int8Array(jobIds.filter(isId));
    const rows = await this.#target.values("lease_jobs_by_id", [
      ids,
      tenants,
      worker,
      leaseMs,
      at,
      cached,
      format,
    ]);
    return leasedOf(rows, request).leased;
  }

  async #leaseMany(request: LeaseRequest): Promise<Leased> {
    const { tenants, at, cached, format } = encoded(request);
    const { lanes, params } = this.#lanes.params(request);
    const { max, worker, leaseMs } = request;
    const began = performance.now();
    const rows = await this.#target.values(
      "lease_jobs",
      [...params, max, worker, leaseMs, at, tenants, cached, format, !this.#joined],
      "generic",
    );
    const { leased, more } = leasedOf(rows, request);
    // The due time of the oldest job of each class and type where any is due.
    const oldest = new Map<string, number>(Object.entries(JSON.parse(String(more ?? "{}"))));
    this.#lanes.lastLeased = leased.jobs.length;
    // What is filtered by tenant says nothing about where the others' jobs begin.
    if (!request.tenants) {
      const idle = leased.jobs.length < max;
      this.#lanes.leased(lanes, { at: leased.at, oldest, idle, tookMs: performance.now() - began });
    }
    return leased;
  }

  async #leaseTold(request: LeaseRequest, told: readonly string[]): Promise<Leased> {
    const { tenants, at, cached, format } = encoded(request);
    const { wants, max, worker, leaseMs } = request;
    const types = wants.filter((want) => want.max >= told.length).map(({ type }) => type.toLowerCase());
    const rows = await this.#target.values(
      "lease_told_jobs",
      [int8Array(told.slice(0, max)), textArray(types), tenants, worker, leaseMs, at, cached, format, true],
      "generic",
    );
    return leasedOf(rows, request).leased;
  }

  async #leaseFew(request: LeaseRequest): Promise<Leased | undefined> {
    const params = this.#lanes.fewParams(request);
    if (!params) return undefined;
    const { at, cached, format } = encoded(request);
    const rows = await this.#target.values(
      "lease_few_jobs",
      [...params, FEW, request.worker, request.leaseMs, at, cached, format, true],
      "generic",
    );
    if (rows.length === 0) {
      this.#lanes.leasedFew(0, undefined);
      return undefined;
    }
    const { leased, more: seen } = leasedOf(rows, request);
    this.#lanes.leasedFew(leased.jobs.length, Number(seen));
    return leased;
  }

  /** See `Store.extendLeases`. */
  async extend(
    leases: readonly Lease[],
    leaseMs: number,
    at?: number,
  ): Promise<readonly (number | undefined)[]> {
    const known = leases.filter(({ jobId }) => isId(jobId));
    if (known.length === 0) return leases.map(() => undefined);
    const rows = await this.#target.run("extend_leases", [
      int8Array(known.map(({ jobId }) => jobId)),
      int4Array(known.map(({ leaseNo }) => leaseNo)),
      leaseMs,
      at ?? null,
    ]);
    const ends = new Map(rows.map((row) => [`${row.id} ${row.lease_no}`, Number(row.due_at)]));
    return leases.map(({ jobId, leaseNo }) => ends.get(`${jobId} ${leaseNo}`));
  }

  /** See `Store.updateJobs`. */
  async update(updates: readonly JobUpdate[], at?: number): Promise<readonly JobUpdateResult[]> {
    const known = updates.filter(({ jobId }) => isId(jobId));
    if (known.length === 0) return updates.map(() => "lost");
    const rows = await this.#target.run("update_jobs", [
      int8Array(known.map(({ jobId }) => jobId)),
      int4Array(known.map(({ leaseNo }) => leaseNo)),
      boolArray(known.map(({ action }) => action === "delete")),
      timeArray(known.map(({ dueAt }) => dueAt)),
      boolArray(known.map(({ dueAt }) => dueAt !== undefined)),
      textArray(known.map(({ held }) => held)),
      int4Array(known.map(({ failures }) => failures)),
      textArray(known.map(({ attempt }) => attempt && JSON.stringify(attempt))),
      textArray(known.map(({ payload }) => payload)),
      at ?? null,
      textArray(known.map(({ payloadIs }) => payloadIs)),
    ]);
    this.updated(updates, at);
    const results = new Map(
      rows.map((row) => [`${row.job_id} ${row.lease_no}`, row.result as JobUpdateResult]),
    );
    return updates.map(({ jobId, leaseNo }) => results.get(`${jobId} ${leaseNo}`) ?? "lost");
  }

  /** See `Store.retryJob`. */
  async retry(tenant: string, id: string, at?: number): Promise<boolean> {
    if (!isId(id)) return false;
    const rows = await this.#target.run("retry_job", [tenant, id, at ?? null]);
    // Without a time the store's own counts, and no mark is later than that.
    if (rows.length > 0 && at !== undefined) this.#lanes.dueFrom(at);
    return rows.length > 0;
  }

  /** See `Store.endJobs`. */
  async end(ends: readonly JobEnd[], mark: string, at?: number): Promise<EndedJobs> {
    const known = ends.filter(({ jobId }) => isId(jobId));
    if (known.length === 0) return { results: ends.map(() => "lost"), opened: false };
    const rows = await this.#target.run("end_jobs", [
      int8Array(known.map(({ jobId }) => jobId)),
      int4Array(known.map(({ leaseNo }) => leaseNo)),
      textArray(known.map(({ outcome }) => outcome)),
      mark,
      at ?? null,
      !this.#joined,
    ], "generic");
    const opened = rows.some((row) => Number(row.opened) > 0);
    if (opened) this.#lanes.added("baton:collect", 0, 0);
    const results = new Map(
      rows.map((row) => [`${row.job_id} ${row.lease_no}`, row.outcome as "kept" | "busy"]),
    );
    return {
      results: ends.map(({ jobId, leaseNo }) => results.get(`${jobId} ${leaseNo}`) ?? "lost"),
      opened,
    };
  }

  /** See `Store.endedJobs`. */
  async ended(instanceId: string, take: number): Promise<readonly Job[]> {
    if (!isId(instanceId)) return [];
    return (await this.#target.run("list_ended_jobs", [instanceId, take], "generic")).map(jobOf);
  }

  /** See `Store.nextDueAt`. */
  async nextDueAt(types: readonly string[], until?: number): Promise<number | undefined> {
    const [row] = await this.#target.run(
      "next_due_at",
      [...this.#lanes.nextParams(types), until ?? null],
      "generic",
    );
    return row.due_at === null ? undefined : Number(row.due_at);
  }

  /** Notes jobs that were stored: no lease may start behind them. */
  added(jobs: readonly NewJob[]): void {
    for (const job of jobs) this.#lanes.added(job.type, job.class, job.dueAt);
  }

  /** The same for jobs that become due at another time than before. */
  updated(updates: readonly JobUpdate[], at: number | undefined): void {
    for (const { action, dueAt } of updates) {
      // Without a time the store's own counts, and no mark is later than that.
      const from = dueAt === undefined ? at : dueAt;
      if (action === "update" && typeof from === "number") this.#lanes.dueFrom(from);
    }
  }
}

/** What all leases send. */
function encoded({ at, tenants, cached, format }: LeaseRequest): {
  readonly at: number | null;
  readonly tenants: Uint8Array | null;
  readonly cached: Uint8Array;
  readonly format: number;
} {
  return {
    at: at ?? null,
    tenants: tenants ? textArray(tenants) : null,
    cached: int8Array((cached ?? []).filter(isId)),
    format: format ?? 32_767,
  };
}

/** @returns What is wanted besides these jobs, if anything is. */
function restOf(request: LeaseRequest, jobs: readonly Job[]): LeaseRequest | undefined {
  const wants = request.wants.map(({ type, max }) => ({
    type,
    max: max - jobs.filter((job) => job.type === type.toLowerCase()).length,
  }));
  const max = request.max - jobs.length;
  return max > 0 ? { ...request, max, wants: wants.filter((want) => want.max > 0) } : undefined;
}

/** @returns Both leases as one; of an instance that both brought the later one. */
function together(first: Leased, second: Leased): Leased {
  const later = new Set([...second.instances, ...second.revisions].map(({ id }) => id));
  return {
    at: second.at,
    jobs: [...first.jobs, ...second.jobs],
    instances: [...first.instances.filter(({ id }) => !later.has(id)), ...second.instances],
    revisions: [...first.revisions.filter(({ id }) => !later.has(id)), ...second.revisions],
  };
}
