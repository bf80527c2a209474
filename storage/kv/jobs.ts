/** The Deno KV store's job queue. */
import { compareDue, compareLeased, type DueSource, takeFairly } from "../fair_share.ts";
import {
  collectorJob,
  endedJob,
  enqueuedJob,
  heldJob,
  holdsLease,
  isGivenUp,
  leasedJob,
  retriedJob,
  updatedJob,
} from "../job_rules.ts";
import { KvBatch, type KvDatabase, pause, type Row } from "./database.ts";
import { idPart, type KvKeys, MAX_ID } from "./keys.ts";
import type {
  EndedJobs,
  Job,
  JobClass,
  JobEnd,
  JobUpdate,
  JobUpdateResult,
  Lease,
  LeaseRequest,
  NewJob,
} from "../store.ts";

/** A change of one job, so that it can be made later. */
export type JobChange =
  | { readonly kind: "update"; readonly id: string; readonly update: JobUpdate }
  | { readonly kind: "retry"; readonly id: string; readonly leased?: boolean }
  | { readonly kind: "hold"; readonly id: string; readonly held: string; readonly leased?: boolean }
  | { readonly kind: "close"; readonly id: string };

/** @returns The job after a change; `undefined`: deleted. A job whose lease is lost is not updated. */
export function changedJob(job: Job, change: JobChange, at: number): Job | undefined {
  if (change.kind === "close") return undefined;
  // What is done is not held or tried again, unless it is this unit that takes it.
  if (change.kind !== "update" && job.held === "ended" && !change.leased) return job;
  if (change.kind === "retry") return retriedJob(job, at);
  if (change.kind === "hold") return heldJob(job, change.held);
  return holdsLease(job, change.update) ? updatedJob(job, change.update, at) : job;
}

/** Puts the writing of one job with its index entries into a batch. */
export function writeJob(
  batch: KvBatch,
  keys: KvKeys,
  former: Row<Job> | undefined,
  job: Job | undefined,
): void {
  const was = former?.value;
  const dueBefore = was && keys.due(was);
  const dueAfter = job && keys.due(job);
  if (dueBefore && !(job && was?.dueAt === job.dueAt)) batch.delete(dueBefore);
  if (dueAfter && !(job && was?.dueAt === job.dueAt)) batch.set(dueAfter, 0);
  const endedBefore = keys.ended(was);
  const endedAfter = keys.ended(job);
  if (endedBefore && !endedAfter) batch.delete(endedBefore);
  if (endedAfter && !endedBefore) batch.set(endedAfter, 0);
  if (job) {
    batch.set(keys.job(job.id), job, keys, former);
    if (!was && job.instanceId !== undefined) batch.set(keys.jobsOf(job.instanceId, job.id), 0);
  } else if (was) {
    batch.delete(keys.job(was.id), keys, former);
    if (was.instanceId !== undefined) batch.delete(keys.jobsOf(was.instanceId, was.id));
  }
}

/** Jobs in Deno KV. */
export class KvJobs {
  readonly #database: KvDatabase;
  readonly #keys: KvKeys;
  #turn = 0;

  constructor(database: KvDatabase, keys: KvKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  /** Adds jobs whose ids are not there. */
  async enqueue(tenant: string, jobs: readonly NewJob[], at: number): Promise<void> {
    await this.#each(jobs.map((job) => job.id), (batch, row, i) => {
      if (row.value === undefined) writeJob(batch, this.#keys, row, enqueuedJob(tenant, jobs[i], at));
    });
  }

  /** @returns For each lease its new end, or `undefined` if it is lost. */
  async extend(leases: readonly Lease[], leaseMs: number, at: number): Promise<(number | undefined)[]> {
    const ends: (number | undefined)[] = [];
    await this.#each(leases.map((lease) => lease.jobId), (batch, row, i) => {
      ends[i] = row.value?.worker !== undefined && holdsLease(row.value, leases[i])
        ? at + leaseMs
        : undefined;
      if (row.value && ends[i] !== undefined) {
        writeJob(batch, this.#keys, row, { ...row.value, dueAt: at + leaseMs });
      }
    });
    return ends;
  }

  /** @returns For each update whether the lease was held. */
  async update(updates: readonly JobUpdate[], at: number): Promise<JobUpdateResult[]> {
    const results: JobUpdateResult[] = [];
    await this.#each(updates.map((update) => update.jobId), (batch, row, i) => {
      const { payloadIs } = updates[i];
      const held = holdsLease(row.value, updates[i]) &&
        (payloadIs === undefined || row.value?.payload === payloadIs);
      results[i] = held ? "done" : "lost";
      if (row.value && held) writeJob(batch, this.#keys, row, updatedJob(row.value, updates[i], at));
    });
    return results;
  }

  /** @returns Whether it was at a stop: see `Store.retryJob`. */
  async retry(tenant: string, id: string, at: number): Promise<boolean> {
    let stopped = false;
    await this.#each([id], (batch, row) => {
      stopped = row.value?.tenant === tenant && isGivenUp(row.value);
      if (row.value && stopped) writeJob(batch, this.#keys, row, retriedJob(row.value, at));
    });
    return stopped;
  }

  /** Keeps outcomes and opens the jobs that collect them: each with its instance's job in one commit. */
  async end(ends: readonly JobEnd[], mark: string, at: number): Promise<EndedJobs> {
    const done: { result: "kept" | "lost"; opened: boolean }[] = [];
    for (let i = 0; i < ends.length; i += ENDS) {
      done.push(...await this.#endSome(ends.slice(i, i + ENDS), mark, at));
    }
    return { results: done.map(({ result }) => result), opened: done.some(({ opened }) => opened) };
  }

  async #endSome(
    ends: readonly JobEnd[],
    mark: string,
    at: number,
  ): Promise<{ result: "kept" | "lost"; opened: boolean }[]> {
    for (let attempt = 0;; attempt++) {
      const rows = await this.#database.getMany<Job>(ends.map(({ jobId }) => this.#keys.job(jobId)));
      const stands = rows.map(({ value }, i) =>
        value?.instanceId !== undefined && holdsLease(value, ends[i])
      );
      const ids = [
        ...new Set(rows.flatMap(({ value }, i) => stands[i] ? [value?.instanceId as string] : [])),
      ];
      const collectors = await this.#database.getMany<Job>(ids.map((id) => this.#keys.job(id)));
      const batch = new KvBatch();
      const seen = new Set<string>();
      rows.forEach((row, i) => {
        if (!row.value || !stands[i] || seen.has(row.value.id)) return;
        seen.add(row.value.id);
        batch.check(row);
        writeJob(batch, this.#keys, row, endedJob(row.value, ends[i].outcome));
      });
      const opened = new Set<string>();
      collectors.forEach((row, i) => {
        const { tenant } = rows.find(({ value }) => value?.instanceId === ids[i])?.value as Job;
        if (!row.value) opened.add(ids[i]);
        batch.check(row);
        writeJob(batch, this.#keys, row.value && row, collectorJob(tenant, ids[i], row.value, mark, at));
      });
      await this.#database.writeChunks(batch);
      if (ends.length > 1 && !batch.fits()) {
        const half = ends.length >> 1;
        return [
          ...await this.#endSome(ends.slice(0, half), mark, at),
          ...await this.#endSome(ends.slice(half), mark, at),
        ];
      }
      if (batch.mutations.length === 0 || await this.#database.commit(batch)) {
        return rows.map(({ value }, i) => ({
          result: stands[i] ? "kept" : "lost",
          opened: opened.has(value?.instanceId ?? ""),
        }));
      }
      await pause(Math.min(2 ** attempt, 64));
    }
  }

  /** Leases due jobs, or exactly those named. */
  async lease(request: LeaseRequest, at: number): Promise<Job[]> {
    const { jobIds, tenants, worker, leaseMs, format = Infinity } = request;
    const rows = jobIds
      ? await this.#database.getMany<Job>([...new Set(jobIds)].map((id) => this.#keys.job(id)))
      : await this.#due(request, at);
    const free = rows.filter(({ value: job }) =>
      job !== undefined && job.dueAt !== null &&
      (job.dueAt <= at || (jobIds && job.worker === undefined)) &&
      (!tenants || tenants.includes(job.tenant)) && (job.needs ?? 1) <= format
    );
    if (!jobIds) free.sort(({ value: a }, { value: b }) => a && b ? compareLeased(a, b) : 0);
    const jobs: Job[] = [];
    for (let i = 0; i < free.length; i += BATCH) {
      jobs.push(...await this.#leaseRows(free.slice(i, i + BATCH), worker, leaseMs, at));
    }
    return jobs;
  }

  /** When the first job of these types is due. */
  async nextDueAt(types: readonly string[]): Promise<number | undefined> {
    let next: number | undefined;
    for (const type of new Set(types.map((each) => each.toLowerCase()))) {
      for (const jobClass of CLASSES) {
        for (const tenant of await this.#tenantsOf(type, jobClass)) {
          for (let shard = 0; shard < this.#keys.shards; shard++) {
            const prefix = [...this.#keys.dueOf(type, jobClass), tenant, shard];
            const [row] = await this.#database.list({ prefix }, 1);
            const dueAt = row?.key[row.key.length - 2] as number | undefined;
            if (dueAt !== undefined && (next === undefined || dueAt < next)) next = dueAt;
          }
        }
      }
    }
    return next;
  }

  /** A part of a batch that another claimer was faster with is tried in halves. */
  async #leaseRows(rows: readonly Row<Job>[], worker: string, leaseMs: number, at: number): Promise<Job[]> {
    const batch = new KvBatch();
    const jobs: Job[] = [];
    for (const row of rows) {
      const job = leasedJob(row.value as Job, worker, leaseMs, at);
      batch.check(row);
      writeJob(batch, this.#keys, row, job);
      jobs.push(job);
    }
    await this.#database.writeChunks(batch);
    if (batch.fits() && await this.#database.commit(batch)) return jobs;
    if (rows.length === 1) return [];
    const half = rows.length >> 1;
    return [
      ...await this.#leaseRows(rows.slice(0, half), worker, leaseMs, at),
      ...await this.#leaseRows(rows.slice(half), worker, leaseMs, at),
    ];
  }

  /** Due jobs, chosen fairly. Entries whose job is gone are removed on the way. */
  async #due(request: LeaseRequest, at: number): Promise<Row<Job>[]> {
    const wants = new Map<string, number>();
    for (const { type, max } of request.wants) {
      const name = type.toLowerCase();
      wants.set(name, (wants.get(name) ?? 0) + max);
    }
    const sources: ListSource[] = [];
    for (const [type, want] of wants) {
      for (const jobClass of CLASSES) {
        const allowed = request.tenants &&
          new Set(request.tenants.map((tenant) => this.#keys.tenantPart(tenant)));
        for (const tenant of await this.#tenantsOf(type, jobClass)) {
          if (allowed && !allowed.has(tenant)) continue;
          const items = await this.#oldest(type, jobClass, tenant, Math.min(want, request.max), at);
          if (items.length > 0) sources.push(new ListSource(type, jobClass, tenant, items));
        }
      }
    }
    return takeFairly(sources, wants, request.max, this.#turn++).map((item) => item.row);
  }

  async #oldest(
    type: string,
    jobClass: JobClass,
    tenant: string,
    want: number,
    at: number,
  ): Promise<DueEntry[]> {
    const entries: Row<unknown>[] = [];
    const first = Math.floor(Math.random() * this.#keys.shards);
    for (let i = 0; i < this.#keys.shards && entries.length < want; i++) {
      const shard = [...this.#keys.dueOf(type, jobClass), tenant, (first + i) % this.#keys.shards];
      const due = { start: shard, end: [...shard, at, MAX_ID] };
      entries.push(...await this.#database.list(due, want - entries.length));
    }
    const jobs = await this.#database.getMany<Job>(entries.map((row) => this.#keys.job(idOf(row))));
    const items: DueEntry[] = [];
    for (const [i, row] of entries.entries()) {
      const dueAt = row.key[row.key.length - 2] as number;
      if (jobs[i].value?.dueAt === dueAt) items.push({ id: idOf(row), dueAt, row: jobs[i] });
      else {
        // Left behind by a commit that closed the job while someone leased it. Every writer of an entry changes it.
        const batch = new KvBatch();
        batch.check(row);
        batch.delete(row.key);
        await this.#database.commit(batch);
      }
    }
    return items.sort(compareDue);
  }

  /** Tenants, as they stand in keys, that have jobs of a type and class: found by skipping from one to the next. */
  async #tenantsOf(type: string, jobClass: JobClass): Promise<string[]> {
    const prefix = this.#keys.dueOf(type, jobClass);
    const tenants: string[] = [];
    let start: Deno.KvKey = prefix;
    for (;;) {
      const range = tenants.length === 0 ? { prefix } : { prefix, start };
      const [row] = await this.#database.list(range, 1);
      if (!row) return tenants;
      const tenant = row.key[prefix.length] as string;
      tenants.push(tenant);
      start = [...prefix, `${tenant}\u0000`];
    }
  }

  /**
   * Reads jobs and writes what `change` says, in batches; one that another writer overtook is made again. A job that
   * is named twice, such as by a lease that is lost and one that is held, is read anew for the second time.
   */
  async #each(
    ids: readonly string[],
    change: (batch: KvBatch, row: Row<Job>, index: number) => void,
  ): Promise<void> {
    for (let rest = [...ids.keys()]; rest.length > 0;) {
      const part: number[] = [], later: number[] = [], seen = new Set<string>();
      for (const index of rest) {
        if (part.length === BATCH || seen.has(ids[index])) later.push(index);
        else part.push(index);
        seen.add(ids[index]);
      }
      await this.#change(ids, part, change);
      rest = later;
    }
  }

  /** @param indexes Of different jobs. */
  async #change(
    ids: readonly string[],
    indexes: readonly number[],
    change: (batch: KvBatch, row: Row<Job>, index: number) => void,
  ): Promise<void> {
    for (let attempt = 0;; attempt++) {
      const rows = await this.#database.getMany<Job>(indexes.map((index) => this.#keys.job(ids[index])));
      const batch = new KvBatch();
      rows.forEach((row, i) => {
        batch.check(row);
        change(batch, row, indexes[i]);
      });
      if (batch.mutations.length === 0) return;
      await this.#database.writeChunks(batch);
      if (batch.fits() && await this.#database.commit(batch)) return;
      if (!batch.fits() && indexes.length > 1) {
        const half = indexes.length >> 1;
        await this.#change(ids, indexes.slice(0, half), change);
        await this.#change(ids, indexes.slice(half), change);
        return;
      }
      await pause(Math.min(2 ** attempt, 64));
    }
  }
}

/** Jobs in one atomic commit: each has a check. */
const BATCH = 80;
/** The same when each may have another job that is checked. */
const ENDS = BATCH / 2;
const CLASSES: readonly JobClass[] = [0, 1, 2];

interface DueEntry {
  readonly id: string;
  readonly dueAt: number;
  readonly row: Row<Job>;
}

class ListSource implements DueSource<DueEntry> {
  readonly type: string;
  readonly class: JobClass;
  readonly tenant: string;
  readonly #items: readonly DueEntry[];
  #next = 0;

  constructor(type: string, jobClass: JobClass, tenant: string, items: readonly DueEntry[]) {
    this.type = type;
    this.class = jobClass;
    this.tenant = tenant;
    this.#items = items;
  }

  peek(): DueEntry | undefined {
    return this.#items[this.#next];
  }

  take(): DueEntry {
    return this.#items[this.#next++];
  }
}

function idOf(row: Row<unknown>): string {
  return String(row.key[row.key.length - 1] as ReturnType<typeof idPart>);
}
