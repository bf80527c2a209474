/** The memory store's job queue: one heap per type, class and tenant. */
import { TurnoverMap } from "../../collections/turnover_map.ts";
import { compareLeased, type DueSource, takeFairly } from "../fair_share.ts";
import { DueHeap } from "./due_heap.ts";
import { MemoryTable } from "./table.ts";
import type {
  Attempt,
  EndedJobs,
  Job,
  JobClass,
  JobEnd,
  JobQuery,
  JobUpdate,
  Lease,
  LeaseRequest,
  NewJob,
  Page,
} from "../store.ts";

/** A job as it is kept: the same fields, changeable, all present. */
class JobRow {
  heapIndex = -1;
  leaseNo = 0;
  failures = 0;
  lostLeases = 0;
  worker: string | undefined = undefined;
  attempts: readonly Attempt[] = NO_ATTEMPTS;
  readonly id: string;
  readonly tenant: string;
  readonly instanceId: string | undefined;
  readonly definitionId: string | undefined;
  readonly elementId: string | undefined;
  readonly type: string;
  readonly class: JobClass;
  readonly priority: number;
  readonly retries: number | undefined;
  readonly retryDelaysMs: readonly number[] | undefined;
  readonly enqueuedAt: number;
  dueAt: number | null;
  held: string | undefined;
  payload: string | undefined;
  outcome: string | undefined = undefined;

  constructor(tenant: string, job: NewJob, at: number) {
    this.id = job.id;
    this.tenant = tenant;
    this.instanceId = job.instanceId;
    this.definitionId = job.definitionId;
    this.elementId = job.elementId;
    this.type = job.type.toLowerCase();
    this.class = job.class;
    this.priority = job.priority ?? 0;
    this.retries = job.retries;
    this.retryDelaysMs = job.retryDelaysMs && Object.freeze([...job.retryDelaysMs]);
    this.enqueuedAt = at;
    this.dueAt = job.dueAt;
    this.held = job.held;
    this.payload = job.payload;
    if (job.lease) {
      this.leaseNo = 1;
      this.worker = job.lease.worker;
      this.dueAt = at + job.lease.leaseMs;
    }
  }

  toJob(): Job {
    const job: { -readonly [K in keyof Job]: Job[K] } = {
      id: this.id,
      tenant: this.tenant,
      type: this.type,
      class: this.class,
      priority: this.priority,
      dueAt: this.dueAt,
      leaseNo: this.leaseNo,
      failures: this.failures,
      lostLeases: this.lostLeases,
      enqueuedAt: this.enqueuedAt,
      attempts: this.attempts,
    };
    if (this.instanceId !== undefined) job.instanceId = this.instanceId;
    if (this.definitionId !== undefined) job.definitionId = this.definitionId;
    if (this.elementId !== undefined) job.elementId = this.elementId;
    if (this.held !== undefined) job.held = this.held;
    if (this.worker !== undefined) job.worker = this.worker;
    if (this.retries !== undefined) job.retries = this.retries;
    if (this.retryDelaysMs !== undefined) job.retryDelaysMs = this.retryDelaysMs;
    if (this.payload !== undefined) job.payload = this.payload;
    if (this.outcome !== undefined) job.outcome = this.outcome;
    return job;
  }
}

const NO_ATTEMPTS: readonly Attempt[] = Object.freeze([]);
/** How many failed attempts a job remembers. */
const KEPT_ATTEMPTS = 3;

/** All jobs, by id and by the time they are due. */
export class MemoryJobs {
  readonly #rows = new MemoryTable<JobRow>(
    () => ({ rank: 0, at: 0 }),
    (row) => row.instanceId === undefined ? [] : [row.instanceId],
  );
  /** Type, then class, then tenant. Empty heaps are removed. */
  readonly #due = new Map<string, [Heaps, Heaps, Heaps]>();
  #turn = 0;

  /** Adds a job; one with the same id is replaced. */
  add(tenant: string, job: NewJob, at: number): void {
    this.delete(job.id);
    const row = new JobRow(tenant, job, at);
    this.#rows.set(row);
    this.#queue(row);
  }

  /** Whether there is a job with this id. */
  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** A copy of the job with this id. */
  get(id: string): Job | undefined {
    return this.#rows.get(id)?.toJob();
  }

  /** Removes the jobs of an instance. */
  deleteOf(instanceId: string): void {
    for (const { id } of [...this.#rows.inIndex(instanceId)]) this.delete(id);
  }

  /** Removes a job if it is there. */
  delete(id: string): void {
    const row = this.#rows.delete(id);
    if (row) this.#unqueue(row);
  }

  /** Whether the lease is the job's latest and was not given back. */
  holds(lease: Lease): boolean {
    const row = this.#rows.get(lease.jobId);
    return row !== undefined && row.leaseNo === lease.leaseNo &&
      (row.worker !== undefined || row.held === "ended");
  }

  /** Keeps outcomes and opens the jobs that collect them. */
  end(ends: readonly JobEnd[], mark: string, at: number): EndedJobs {
    let opened = false;
    const results = ends.map((end) => {
      const row = this.#rows.get(end.jobId);
      if (!row || row.instanceId === undefined || !this.holds(end)) return "lost";
      row.worker = undefined;
      row.held = "ended";
      row.outcome = end.outcome;
      this.#moveTo(row, null);
      const id = row.instanceId;
      const collector = this.#rows.get(id);
      if (collector) {
        if (collector.worker !== undefined) collector.payload = mark;
        return "kept";
      }
      opened = true;
      const job: NewJob = { id, type: "baton:collect", class: 0, dueAt: at, instanceId: id, payload: mark };
      this.add(row.tenant, job, at);
      return "kept";
    });
    return { results, opened };
  }

  /** Jobs whose outcomes wait, by id. */
  ended(instanceId: string, take: number): Job[] {
    const { items } = this.#rows.page(
      { indexes: [instanceId], matches: (row) => row.held === "ended", take },
      (row) => row.toJob(),
    );
    return [...items];
  }

  /** Leases due jobs, or exactly those named. */
  lease(request: LeaseRequest, at: number): Job[] {
    const rows = request.jobIds
      ? this.#free(request.jobIds, request.tenants, at)
      : this.#dueRows(request, at);
    for (const row of rows) {
      if (row.worker !== undefined) row.lostLeases++;
      row.leaseNo++;
      row.worker = request.worker;
      this.#moveTo(row, at + request.leaseMs);
    }
    return rows.map((row) => row.toJob());
  }

  /** @returns The lease's new end, or `undefined` if it is lost. */
  extend(lease: Lease, leaseMs: number, at: number): number | undefined {
    const row = this.#rows.get(lease.jobId);
    if (!row || row.worker === undefined || !this.holds(lease)) return undefined;
    this.#moveTo(row, at + leaseMs);
    return at + leaseMs;
  }

  /** Whether its outcome waits. */
  hasEnded(id: string): boolean {
    return this.#rows.get(id)?.held === "ended";
  }

  /** Gives a leased job back; the caller has checked the lease. */
  update(update: JobUpdate, at: number): void {
    if (update.action === "delete") return this.delete(update.jobId);
    const row = this.#rows.get(update.jobId);
    if (!row) return;
    row.worker = undefined;
    row.outcome = undefined;
    row.held = update.held;
    if (update.failures !== undefined) row.failures = update.failures;
    if (update.payload !== undefined) row.payload = update.payload;
    if (update.attempt) {
      row.attempts = Object.freeze([...row.attempts, { ...update.attempt }].slice(-KEPT_ATTEMPTS));
    }
    this.#moveTo(row, update.dueAt === undefined ? at : update.dueAt);
  }

  /** Makes a job due now, as if it had never failed. */
  retry(id: string, at: number): void {
    const row = this.#rows.get(id);
    if (!row) return;
    row.worker = undefined;
    row.outcome = undefined;
    row.held = undefined;
    row.failures = 0;
    row.lostLeases = 0;
    this.#moveTo(row, at);
  }

  /** Takes a job out of the queue until it is retried. */
  hold(id: string, held: string): void {
    const row = this.#rows.get(id);
    if (!row) return;
    row.worker = undefined;
    row.outcome = undefined;
    row.held = held;
    this.#moveTo(row, null);
  }

  /** One page by id. */
  list(query: JobQuery): Page<Job> {
    const type = query.type?.toLowerCase();
    return this.#rows.page({
      ...(query.instanceId !== undefined && { indexes: [query.instanceId] }),
      matches: (row) =>
        (query.tenant === undefined || row.tenant === query.tenant) &&
        (type === undefined || row.type === type) &&
        (query.held === undefined || (row.held !== undefined) === query.held),
      take: query.take,
      cursor: query.cursor,
    }, (row) => row.toJob());
  }

  /** When the first job of these types is due, leased or not. */
  nextDueAt(types: readonly string[]): number | undefined {
    let next: number | undefined;
    for (const type of types) {
      for (const heaps of this.#due.get(type.toLowerCase()) ?? []) {
        for (const heap of heaps.values()) {
          const dueAt = heap.peek()?.dueAt;
          if (typeof dueAt === "number" && (next === undefined || dueAt < next)) next = dueAt;
        }
      }
    }
    return next;
  }

  #dueRows(request: LeaseRequest, at: number): JobRow[] {
    const wants = new Map<string, number>();
    for (const { type, max } of request.wants) {
      const name = type.toLowerCase();
      wants.set(name, (wants.get(name) ?? 0) + max);
    }
    const sources: DueSource<JobRow>[] = [];
    for (const type of wants.keys()) {
      this.#due.get(type)?.forEach((heaps, jobClass) => {
        for (const [tenant, heap] of heaps) {
          if (request.tenants && !request.tenants.includes(tenant)) continue;
          if ((heap.peek()?.dueAt ?? Infinity) > at) continue;
          sources.push(new HeapSource(type, jobClass as JobClass, tenant, heap, at));
        }
      });
    }
    const rows = takeFairly(sources, wants, request.max, this.#turn++);
    for (const row of rows) this.#queue(row);
    return rows.sort(compareLeased);
  }

  #free(ids: readonly string[], tenants: readonly string[] | undefined, at: number): JobRow[] {
    return ids.flatMap((id) => {
      const row = this.#rows.get(id);
      if (!row || row.dueAt === null || (row.worker !== undefined && row.dueAt > at)) return [];
      return tenants && !tenants.includes(row.tenant) ? [] : [row];
    });
  }

  #moveTo(row: JobRow, dueAt: number | null): void {
    this.#unqueue(row);
    row.dueAt = dueAt;
    this.#queue(row);
  }

  #queue(row: JobRow): void {
    if (row.dueAt === null) return;
    let classes = this.#due.get(row.type);
    if (!classes) {
      this.#due.set(row.type, classes = [new TurnoverMap(), new TurnoverMap(), new TurnoverMap()]);
    }
    let heap = classes[row.class].get(row.tenant);
    if (!heap) classes[row.class].set(row.tenant, heap = new DueHeap<JobRow>());
    heap.add(row);
  }

  #unqueue(row: JobRow): void {
    if (row.heapIndex < 0) return;
    const heaps = this.#due.get(row.type)?.[row.class];
    const heap = heaps?.get(row.tenant);
    if (!heaps || !heap) return;
    heap.delete(row);
    if (heap.size === 0) heaps.delete(row.tenant);
  }
}

type Heaps = TurnoverMap<string, DueHeap<JobRow>>;

/** The due part of a heap. What is taken leaves the heap. */
class HeapSource implements DueSource<JobRow> {
  readonly type: string;
  readonly class: JobClass;
  readonly tenant: string;
  readonly #heap: DueHeap<JobRow>;
  readonly #at: number;

  constructor(type: string, jobClass: JobClass, tenant: string, heap: DueHeap<JobRow>, at: number) {
    this.type = type;
    this.class = jobClass;
    this.tenant = tenant;
    this.#heap = heap;
    this.#at = at;
  }

  peek(): JobRow | undefined {
    const row = this.#heap.peek();
    return row !== undefined && row.dueAt !== null && row.dueAt <= this.#at ? row : undefined;
  }

  take(): JobRow {
    const row = this.#heap.peek() as JobRow;
    this.#heap.delete(row);
    return row;
  }
}
