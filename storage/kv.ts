/**
 * The store on Deno KV: a file, `:memory:`, or Deno Deploy's. Only get, getMany, list and atomic are used.
 *
 * Keys: `kv/keys.ts`. How large values are kept: `kv/database.ts`. How units are committed: `kv/commit.ts`.
 *
 * @module
 */
import { cleanUp } from "./cleanup.ts";
import { pageSize } from "./cursor.ts";
import { enqueuedJob } from "./job_rules.ts";
import { type InstanceValue, KvCommit, type VariablesValue, writeTask } from "./kv/commit.ts";
import { KvBatch, KvDatabase, retry, type Row } from "./kv/database.ts";
import { KpiGroups, within } from "./kpi/groups.ts";
import { coverOf } from "./kpi/periods.ts";
import { auditKv } from "./kv/audit.ts";
import { KvCleanup } from "./kv/cleanup.ts";
import { KvDefinitions } from "./kv/definitions.ts";
import { KvInstances } from "./kv/instances.ts";
import { KvJobs, writeJob } from "./kv/jobs.ts";
import { idPart, KvKeys } from "./kv/keys.ts";
import { KvKpis } from "./kv/kpis.ts";
import { pageOf } from "./kv/pages.ts";
import {
  type AuditFinding,
  type AuditRequest,
  type CleanupRequest,
  type CleanupResult,
  type Definition,
  type DefinitionQuery,
  type DeployRequest,
  type EndedJobs,
  type Incident,
  type IncidentQuery,
  type InstanceQuery,
  type InstanceRecord,
  type Job,
  type JobEnd,
  type JobQuery,
  type JobUpdate,
  type JobUpdateResult,
  type Kpi,
  type KpiQuery,
  type Lease,
  type Leased,
  type LeaseRequest,
  type Message,
  type NewJob,
  type NewMessage,
  type Note,
  type Page,
  type Step,
  type Store,
  type StoredInstance,
  StoreError,
  type Subscription,
  type SubscriptionQuery,
  type Unit,
  type UnitResult,
  type UserTask,
  type UserTaskChange,
  type UserTaskQuery,
} from "./store.ts";
import { changedUserTask, matchesUserTask } from "./user_task_rules.ts";

export type * from "./store.ts";

/** How a {@link KvStore} is opened. */
export interface KvStoreOptions {
  /** The first part of every key; default `baton`. */
  readonly prefix?: string;
  /** The store's time in milliseconds since 1970 UTC; default `Date.now`. */
  readonly clock?: () => number;
  /** Over how many ranges due jobs are spread; default 16. All processes on one database must agree. */
  readonly shards?: number;
}

const ID_BLOCK = 1_000;
/** How often a leasing process removes chunks that nothing points to. */
const CLEAN_UP_MS = 60_000;

/** A store on Deno KV. */
export class KvStore implements Store {
  /** Always `kv`. */
  readonly kind = "kv";
  readonly #kv: Deno.Kv;
  readonly #owned: boolean;
  readonly #clock: () => number;
  readonly #keys: KvKeys;
  readonly #database: KvDatabase;
  readonly #jobs: KvJobs;
  readonly #commit: KvCommit;
  readonly #kpis: KvKpis;
  readonly #definitions: KvDefinitions;
  readonly #instances: KvInstances;
  readonly #listeners = new Set<() => void>();
  #notifying = false;
  #closed = false;
  #cleanedAt = Date.now();
  #ids = { next: 0, end: 0 };
  #reserving: Promise<unknown> = Promise.resolve();

  private constructor(kv: Deno.Kv, owned: boolean, options: KvStoreOptions) {
    this.#kv = kv;
    this.#owned = owned;
    this.#clock = options.clock ?? Date.now;
    this.#keys = new KvKeys([options.prefix ?? "baton"], options.shards ?? 16);
    this.#database = new KvDatabase(kv, this.#keys);
    this.#jobs = new KvJobs(this.#database, this.#keys);
    this.#commit = new KvCommit(this.#database, this.#keys);
    this.#kpis = new KvKpis(this.#database, this.#keys);
    this.#definitions = new KvDefinitions(this.#database, this.#keys);
    this.#instances = new KvInstances(this.#database, this.#keys);
  }

  /**
   * Opens a database.
   *
   * @param pathOrKv A file's path, `:memory:`, an open `Deno.Kv` (which stays open when the store closes), or
   *   nothing for the default database.
   * @throws {RangeError} If the number of shards is not from 1 to 256.
   * @throws {StoreError} If Deno KV is off.
   */
  static async open(pathOrKv?: string | Deno.Kv, options: KvStoreOptions = {}): Promise<KvStore> {
    const { shards = 16 } = options;
    if (!Number.isInteger(shards) || shards < 1 || shards > 256) {
      throw new RangeError(
        `Cannot open a store with "${shards}" shards: it must be a whole number from 1 to 256`,
      );
    }
    if (typeof Deno.openKv !== "function") {
      throw new StoreError("Cannot open Deno KV: it is off; run with --unstable-kv");
    }
    if (pathOrKv instanceof Deno.Kv) return new KvStore(pathOrKv, false, options);
    return new KvStore(await Deno.openKv(pathOrKv), true, options);
  }

  /** There is no schema. */
  migrate(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  async stateFormat(): Promise<number> {
    return (await this.#database.get<number>(this.#keys.format())).value ?? 1;
  }

  async finishFormat(format: number): Promise<void> {
    for (;;) {
      const row = await this.#database.get<number>(this.#keys.format());
      if ((row.value ?? 1) >= format) return;
      const batch = new KvBatch();
      batch.check(row);
      batch.set(row.key, format);
      if (await this.#database.commit(batch)) return;
    }
  }

  now(): Promise<number> {
    return Promise.resolve(this.#clock());
  }

  async reserveIds(count: number): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`Cannot reserve "${count}" ids: the number must be 1 or more`);
    }
    // One after the other: each may use up the block that the next one would have counted on.
    const reserved = this.#reserving.then(() => this.#reserve(count));
    this.#reserving = reserved.catch(() => undefined); // its caller hears of it
    return await reserved;
  }

  async #reserve(count: number): Promise<number> {
    if (this.#ids.end - this.#ids.next < count) {
      const size = Math.max(count, ID_BLOCK);
      await retry(async () => {
        const row = await this.#database.get<number>(this.#keys.ids());
        const next = row.value ?? 1;
        const batch = new KvBatch();
        batch.check(row);
        batch.set(row.key, next + size);
        if (!await this.#database.commit(batch)) return undefined;
        this.#ids = { next, end: next + size };
        return true;
      });
    }
    const first = this.#ids.next;
    this.#ids.next += count;
    return first;
  }

  // ---------------------------------------------------------------- definitions

  async deploy(
    request: DeployRequest,
  ): Promise<readonly { readonly definition: Definition; readonly created: boolean }[]> {
    return await this.#definitions.deploy(request, request.at ?? this.#clock());
  }

  async getDefinition(id: string): Promise<Definition | undefined> {
    return await this.#definitions.get(id);
  }

  async findDefinition(
    tenant: string,
    key: string,
    by: { readonly version?: number; readonly versionTag?: string } = {},
  ): Promise<Definition | undefined> {
    return await this.#definitions.find(tenant, key, by);
  }

  async getDefinitionXml(id: string): Promise<string | undefined> {
    return await this.#definitions.xml(id);
  }

  async listDefinitions(query: DefinitionQuery = {}): Promise<Page<Definition>> {
    return await this.#definitions.list(query);
  }

  // ---------------------------------------------------------------- instances

  async loadInstances(ids: readonly string[]): Promise<readonly StoredInstance[]> {
    const keys = this.#keys;
    const unique = [...new Set(ids)];
    const loaded: StoredInstance[] = [];
    // Three keys each, three instances a read: the keys of one instance are read at one moment.
    const threes = Array.from(
      { length: Math.ceil(unique.length / 3) },
      (_, i) => unique.slice(3 * i, 3 * i + 3),
    );
    const read = await Promise.all(threes.map((three) =>
      this.#database.getMany<unknown>(
        three.flatMap((id) => [keys.instance(id), keys.variables(id), keys.redo(id)]),
      )
    ));
    for (const rows of read) {
      for (let i = 0; i < rows.length; i += 3) {
        const instance = rows[i].value as InstanceValue | undefined;
        if (!instance) continue;
        if (rows[i + 2].value !== undefined) await this.#commit.finish(instance.id);
        const { variables, locals } = rows[i + 1].value as VariablesValue;
        const { uniqueKey: _uniqueKey, ...record } = instance;
        loaded.push({ ...record, variables, ...(locals !== undefined && { locals }) });
      }
    }
    return loaded;
  }

  async findByUniqueKey(tenant: string, uniqueKey: string): Promise<InstanceRecord | undefined> {
    const { value: id } = await this.#database.get<string>(this.#keys.unique(tenant, uniqueKey));
    return id === undefined ? undefined : (await this.#instances.records([id]))[0];
  }

  async listInstances(query: InstanceQuery = {}): Promise<Page<InstanceRecord>> {
    return await this.#instances.list(query);
  }

  async commit(units: readonly Unit[]): Promise<readonly UnitResult[]> {
    return await this.#commit.commit(units);
  }

  async listSteps(
    instanceId: string,
    options: { readonly after?: number; readonly take?: number } = {},
  ): Promise<readonly Step[]> {
    const take = options.take === undefined ? 1_000 : pageSize(options.take);
    await this.#commit.finish(instanceId);
    const prefix = this.#keys.step(instanceId);
    const range = options.after === undefined
      ? { prefix }
      : { prefix, start: [...prefix, options.after + 0.5] };
    return (await this.#database.list<Step>(range, take)).flatMap((row) => row.value ?? []);
  }

  // ---------------------------------------------------------------- jobs

  async enqueueJobs(tenant: string, jobs: readonly NewJob[], at: number = this.#clock()): Promise<void> {
    await this.#jobs.enqueue(tenant, jobs, at);
  }

  async leaseJobs(request: LeaseRequest): Promise<Leased> {
    await this.#commit.finishAll();
    if (Date.now() - this.#cleanedAt > CLEAN_UP_MS) {
      this.#cleanedAt = Date.now();
      await this.#database.cleanUp();
    }
    const at = request.at ?? this.#clock();
    const jobs = await this.#jobs.lease(request, at);
    const cached = new Set(request.cached);
    const ids = [...new Set(jobs.flatMap((job) => job.instanceId ?? []))];
    const instances = await this.loadInstances(ids.filter((id) => !cached.has(id)));
    const records = await this.#instances.records(ids.filter((id) => cached.has(id)));
    const revisions = records.flatMap((each) => each ? [{ id: each.id, revision: each.revision }] : []);
    return { at, jobs, instances, revisions };
  }

  async extendLeases(
    leases: readonly Lease[],
    leaseMs: number,
    at: number = this.#clock(),
  ): Promise<readonly (number | undefined)[]> {
    return await this.#jobs.extend(leases, leaseMs, at);
  }

  async updateJobs(
    updates: readonly JobUpdate[],
    at: number = this.#clock(),
  ): Promise<readonly JobUpdateResult[]> {
    return await this.#jobs.update(updates, at);
  }

  async retryJob(tenant: string, id: string, at: number = this.#clock()): Promise<boolean> {
    await this.#commit.finishAll();
    return await this.#jobs.retry(tenant, id, at);
  }

  async endJobs(ends: readonly JobEnd[], mark: string, at: number = this.#clock()): Promise<EndedJobs> {
    return await this.#jobs.end(ends, mark, at);
  }

  async endedJobs(instanceId: string, take: number): Promise<readonly Job[]> {
    await this.#commit.finishAll();
    const { items } = await pageOf<Job>(this.#database, {
      indexes: [this.#keys.endedJobsOf(instanceId)],
      numbers: 0,
      read: (ids) => this.#values<Job>(ids.map((id) => this.#keys.job(id))),
      // The index may be read before a commit of another process, and the rows after it.
      matches: (job) => job.held === "ended",
      take,
    });
    return items;
  }

  async getJob(id: string): Promise<Job | undefined> {
    await this.#commit.finishAll();
    return (await this.#database.get<Job>(this.#keys.job(id))).value;
  }

  async listJobs(query: JobQuery = {}): Promise<Page<Job>> {
    await this.#commit.finishAll();
    const type = query.type?.toLowerCase();
    return await pageOf<Job>(this.#database, {
      indexes: [query.instanceId === undefined ? this.#keys.job() : this.#keys.jobsOf(query.instanceId)],
      numbers: 0,
      read: (ids) => this.#values<Job>(ids.map((id) => this.#keys.job(id))),
      matches: (job) =>
        (query.tenant === undefined || job.tenant === query.tenant) &&
        (type === undefined || job.type === type) &&
        (query.held === undefined || (job.held !== undefined) === query.held),
      take: query.take,
      cursor: query.cursor,
    });
  }

  async nextDueAt(types: readonly string[]): Promise<number | undefined> {
    return await this.#jobs.nextDueAt(types);
  }

  // ---------------------------------------------------------------- messages and subscriptions

  async publishMessage(message: NewMessage, job: NewJob): Promise<boolean> {
    const keys = this.#keys;
    const { tenant, name, key, messageId, publishedAt } = message;
    return await retry(async () => {
      const batch = new KvBatch();
      if (messageId !== undefined) {
        const known = await this.#database.get<string>(keys.messageId(tenant, name, messageId));
        const former = known.value === undefined
          ? undefined
          : await this.#database.get<Message>(keys.message(known.value));
        if (former?.value && former.value.expiresAt > publishedAt) return false;
        batch.check(known);
        if (former) this.#removeMessage(batch, former);
        batch.set(known.key, message.id);
      }
      const stored: Message = { ...message, takenBy: [] };
      batch.set(keys.message(message.id), stored);
      batch.set([...keys.messagesByKey(tenant, name, key), publishedAt, idPart(message.id)], 0);
      writeJob(batch, keys, undefined, enqueuedJob(tenant, job, publishedAt));
      return await this.#database.commit(batch) ? true : undefined;
    });
  }

  async listMessages(
    tenant: string,
    name: string,
    key: string,
    at: number = this.#clock(),
  ): Promise<readonly Message[]> {
    const messages: Message[] = [];
    const index = this.#keys.messagesByKey(tenant, name, key);
    const ids: Deno.KvKey[] = [];
    for await (const row of this.#database.scan(index)) ids.push(this.#keys.message(String(row.key.at(-1))));
    for (const value of await this.#values<Message>(ids)) {
      if (value && value.expiresAt > at) messages.push(value);
    }
    return messages;
  }

  async deleteMessages(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await retry(async () => {
        const row = await this.#database.get<Message>(this.#keys.message(id));
        if (!row.value) return true;
        const batch = new KvBatch();
        batch.check(row);
        this.#removeMessage(batch, row);
        const { tenant, name, messageId } = row.value;
        if (messageId !== undefined) {
          const known = await this.#database.get<string>(this.#keys.messageId(tenant, name, messageId));
          batch.check(known);
          if (known.value === id) batch.delete(known.key);
        }
        return await this.#database.commit(batch) ? true : undefined;
      });
    }
  }

  #removeMessage(batch: KvBatch, row: Row<Message>): void {
    if (!row.value) return;
    const { tenant, name, key, publishedAt, id } = row.value;
    batch.delete(row.key, this.#keys, row);
    batch.delete([...this.#keys.messagesByKey(tenant, name, key), publishedAt, idPart(id)]);
  }

  async findSubscriptions(query: SubscriptionQuery): Promise<Page<Subscription>> {
    await this.#commit.finishAll();
    const { tenant, kind, name, key, instanceId } = query;
    const keys = this.#keys;
    const index = instanceId !== undefined
      ? keys.subscriptionsOf(instanceId)
      : name === undefined
      ? keys.subscriptionsByKind(tenant, kind)
      : key === undefined
      ? keys.subscriptionsByName(tenant, kind, name)
      : keys.subscriptionsByKey(tenant, kind, name, key);
    return await pageOf<Subscription>(this.#database, {
      indexes: [index],
      numbers: 1,
      to: query.armedBefore,
      read: (ids) => this.#values<Subscription>(ids.map((id) => keys.subscription(id))),
      matches: (row) =>
        row.tenant === tenant && row.kind === kind &&
        (name === undefined || row.name === name) && (key === undefined || row.key === key),
      take: query.take,
      cursor: query.cursor,
    });
  }

  // ---------------------------------------------------------------- people

  async getUserTask(id: string): Promise<UserTask | undefined> {
    return (await this.#database.get<UserTask>(this.#keys.task(id))).value;
  }

  async listUserTasks(query: UserTaskQuery = {}): Promise<Page<UserTask>> {
    await this.#commit.finishAll();
    const { instanceId, assignee, status = "open" } = query;
    const keys = this.#keys;
    const indexes = instanceId !== undefined
      ? [keys.tasksOf(instanceId)]
      : (await this.#instances.tenants(query.tenant)).map((tenant) =>
        assignee === undefined
          ? keys.tasksByStatus(tenant, status)
          : keys.tasksByAssignee(tenant, assignee, status)
      );
    return await pageOf<UserTask>(this.#database, {
      indexes,
      numbers: 2,
      read: (ids) => this.#values<UserTask>(ids.map((id) => keys.task(id))),
      matches: (task) => matchesUserTask(task, query),
      take: query.take,
      cursor: query.cursor,
    });
  }

  async updateUserTask(id: string, revision: number, change: UserTaskChange): Promise<UserTask | undefined> {
    return await retry(async () => {
      const row = await this.#database.get<UserTask>(this.#keys.task(id));
      if (row.value?.status !== "open" || row.value.revision !== revision) return { task: undefined };
      const task = changedUserTask(row.value, change);
      const batch = new KvBatch();
      batch.check(row);
      writeTask(batch, this.#keys, row, task);
      return await this.#database.commit(batch) ? { task } : undefined;
    }).then((result) => result.task);
  }

  async listIncidents(query: IncidentQuery = {}): Promise<Page<Incident>> {
    await this.#commit.finishAll();
    const { instanceId } = query;
    const keys = this.#keys;
    const indexes = instanceId !== undefined
      ? [keys.incidentsOf(instanceId)]
      : (await this.#instances.tenants(query.tenant)).map((tenant) => keys.incidentsByTenant(tenant));
    return await pageOf<Incident>(this.#database, {
      indexes,
      numbers: 1,
      read: (ids) => this.#values<Incident>(ids.map((id) => keys.incident(id))),
      matches: (incident) =>
        (query.tenant === undefined || incident.tenant === query.tenant) &&
        (query.processKey === undefined || incident.processKey === query.processKey) &&
        (query.kind === undefined || incident.kind === query.kind) &&
        (query.elementId === undefined || incident.elementId === query.elementId),
      take: query.take,
      cursor: query.cursor,
    });
  }

  async addNote(note: Note): Promise<void> {
    const batch = new KvBatch();
    batch.set([...this.#keys.notes(note.instanceId), note.createdAt, idPart(note.id)], note);
    if (!await this.#database.commit(batch)) throw new StoreError(`Cannot add note "${note.id}": try again`);
  }

  async listNotes(instanceId: string): Promise<readonly Note[]> {
    const notes: Note[] = [];
    for await (const { value } of this.#database.scan<Note>(this.#keys.notes(instanceId))) {
      if (value) notes.push(value);
    }
    return notes;
  }

  async kpis(query: KpiQuery = {}): Promise<readonly Kpi[]> {
    await this.#commit.finishAll();
    await this.#kpis.sumUp();
    const groups = new KpiGroups(query);
    const cover = coverOf(query.from, query.to);
    await this.#kpis.collect(groups, query, cover);
    const { rest } = cover;
    if (rest.length === 0) return groups.rows();
    const { tenant, key, definitionId, elementId } = query;
    for await (const instance of this.#instances.all({ tenant, key, definitionId, startedTo: query.to })) {
      const { endedAt } = instance;
      if (query.groupBy === "process") {
        if (endedAt !== undefined && within(rest, endedAt)) {
          groups.add(instance.key, "", { ...instance, endedAt });
        }
        continue;
      }
      // Its steps cannot have ended then.
      if (!rest.some(({ from, to }) => instance.startedAt < to && (endedAt ?? Infinity) >= from)) continue;
      for await (const { value: step } of this.#database.scan<Step>(this.#keys.step(instance.id))) {
        if (!step || (elementId !== undefined && step.elementId !== elementId)) continue;
        if (within(rest, step.endedAt)) groups.add(instance.key, step.elementId, step);
      }
    }
    return groups.rows();
  }

  /** An interruption leaves sums that are too small: run it again then. */
  async rebuildKpis(): Promise<void> {
    await this.#kpis.rebuild(this.#allIds(), async (id) => {
      await this.#commit.finish(id);
      const row = await this.#database.get<InstanceValue>(this.#keys.instance(id));
      const steps: Step[] = [];
      for await (const { value } of this.#database.scan<Step>(this.#keys.step(id))) {
        if (value) steps.push(value);
      }
      return { row, steps };
    });
  }

  async audit(request: AuditRequest = {}): Promise<readonly AuditFinding[]> {
    return await auditKv(this.#database, this.#keys, () => this.#commit.finishAll(), {
      ...request,
      at: request.at ?? this.#clock(),
    });
  }

  async maintain(): Promise<void> {
    await this.#commit.finishAll();
    await this.#kpis.sumUp();
  }

  async takeTurn(name: string, forMs: number): Promise<boolean> {
    const row = await this.#database.get<number>(this.#keys.turn(name));
    const now = Date.now();
    // The clock of whoever took it may be ahead, or have been set back.
    if (row.value !== undefined && now < row.value && row.value <= now + forMs * 2) return false;
    const batch = new KvBatch();
    batch.check(row);
    batch.set(row.key, now + forMs);
    return await this.#database.commit(batch);
  }

  async *#allIds(): AsyncGenerator<string> {
    for await (const { id } of this.#instances.all({})) yield id;
  }

  // ---------------------------------------------------------------- retention

  async cleanup(request: CleanupRequest = {}): Promise<CleanupResult> {
    const remover = new KvCleanup(this.#database, this.#keys);
    const runs = async ({ rootId }: InstanceRecord): Promise<boolean> => {
      const tree = { rootId, statuses: ["running", "suspended"] as const, take: 1 };
      return (await this.listInstances(tree)).items.length > 0;
    };
    return await cleanUp(this, request, {
      expired: (definitionId, before) => this.#expired(definitionId, before, runs),
      remove: async (instances) => {
        for (const instance of instances) {
          await this.#commit.finish(instance.id);
          if (!await runs(instance)) await remover.remove(instance.id);
        }
      },
    });
  }

  async *#expired(
    definitionId: string,
    before: number,
    runs: (instance: InstanceRecord) => Promise<boolean>,
  ): AsyncGenerator<InstanceRecord[]> {
    const statuses = ["completed", "cancelled", "failed"] as const;
    let cursor: string | undefined;
    do {
      const query = { definitionId, statuses, startedTo: before + 1, take: 1_000, cursor };
      const page: Page<InstanceRecord> = await this.listInstances(query);
      const found: InstanceRecord[] = [];
      for (const instance of page.items) {
        if ((instance.endedAt ?? Infinity) <= before && !await runs(instance)) found.push(instance);
      }
      yield found;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  // ---------------------------------------------------------------- waking up, closing

  /** Only within this process: Deno KV's `watch` does not see other processes either. */
  listen(listener: () => void): Promise<AsyncDisposable> {
    const own = () => listener(); // the same function may listen twice
    this.#listeners.add(own);
    return Promise.resolve({
      [Symbol.asyncDispose]: () => {
        this.#listeners.delete(own);
        return Promise.resolve();
      },
    });
  }

  notify(): void {
    if (this.#notifying || this.#listeners.size === 0) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /**
   * Removes parts of large values that nothing points to. Leasing does it every minute.
   *
   * @param olderThanMs Default ten minutes, which is more than any commit takes.
   * @returns How many values were removed.
   */
  async cleanUp(olderThanMs?: number): Promise<number> {
    return await this.#database.cleanUp(olderThanMs);
  }

  /** Closes the database if the store opened it. Closing twice is harmless. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    if (this.#owned && !this.#closed) this.#kv.close();
    this.#closed = true;
    return Promise.resolve();
  }

  async #values<T>(keys: readonly Deno.KvKey[]): Promise<(T | undefined)[]> {
    return (await this.#database.getMany<T>(keys)).map((row) => row.value);
  }
}
