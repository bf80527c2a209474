/**
 * The store on PostgreSQL 15 and newer: durable, for many processes at once.
 *
 * Longer than other files because it is the whole interface, one short method after the other; what takes
 * thought is in `storage/postgres/` and in `sql/queries/`.
 *
 * @module
 */
import { AUDITED } from "./audit.ts";
import { cleanUp } from "./cleanup.ts";
import { pageSize } from "./cursor.ts";
import { boolArray, checkText, int4Array, int8Array, isId, textArray, timeArray } from "./postgres/arrays.ts";
import {
  Database,
  type DatabaseOptions,
  type PostgresPool,
  type Row,
  type Runner,
} from "./postgres/client.ts";
import { jobParams } from "./postgres/columns.ts";
import { commitUnits } from "./postgres/commit.ts";
import { passing, sqlState } from "./postgres/failures.ts";
import { extraParams, instant } from "./postgres/extras.ts";
import { Ids } from "./postgres/ids.ts";
import { expiredInstances, readKpis, rebuildKpis, sumUpKpis } from "./postgres/kpis.ts";
import { FEW, Lanes } from "./postgres/lanes.ts";
import {
  findSubscriptions,
  isIdOrAbsent,
  listDefinitions,
  listIncidents,
  listInstances,
  listJobs,
  listUserTasks,
} from "./postgres/lists.ts";
import { Notifier } from "./postgres/listen.ts";
import { checkMigrated, checkSchemaName, migrate } from "./postgres/migrate.ts";
import {
  booleanOf,
  definitionOf,
  instanceOf,
  jobOf,
  leasedOf,
  messageOf,
  noteOf,
  stepOf,
  storedInstanceOf,
  userTaskOf,
} from "./postgres/rows.ts";
import type { PostgresStoreOptions } from "./postgres/settings.ts";
import { PoolTarget, type Target, TransactionTarget } from "./postgres/targets.ts";
import {
  type AuditFinding,
  type AuditRequest,
  type CleanupRequest,
  type CleanupResult,
  ConflictError,
  DEFAULT_TENANT,
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
  type SqlTransaction,
  type Step,
  type Store,
  type StoredInstance,
  type Subscription,
  type SubscriptionQuery,
  type Unit,
  type UnitResult,
  type UserTask,
  type UserTaskChange,
  type UserTaskQuery,
} from "./store.ts";

export type { PostgresConnection, PostgresPool } from "./postgres/client.ts";
export type { PostgresStoreOptions } from "./postgres/settings.ts";
export type * from "./store.ts";

const TIMEOUT_MS = 10_000;

/** What a store and the stores that it joins to transactions have in common. */
interface Shared {
  readonly database: Database;
  readonly ids: Ids;
  readonly lanes: Lanes;
  readonly notifier: Notifier;
  readonly tenants: Set<string>;
  readonly clock?: () => number;
}

/** A store on PostgreSQL. */
export class PostgresStore implements Store {
  /** Always `postgres`. */
  readonly kind = "postgres";
  /** Starts may remember which definition is the latest: commits check it. */
  readonly checksLatest = true;
  readonly #shared: Shared;
  readonly #target: Target;
  /** Made by {@link join}: it owns nothing. */
  readonly #joined: boolean;

  private constructor(shared: Shared, target: Target, joined: boolean) {
    this.#shared = shared;
    this.#target = target;
    this.#joined = joined;
  }

  /**
   * Opens a store.
   *
   * @param urlOrPool A connection string (`postgres://…`), or a `pg.Pool` of the application's, which stays open.
   * @throws {TypeError} If the schema's name is not a plain one.
   * @throws {RangeError} If `timeoutMs` is not a number from 1 on, or the pool opens fewer than two connections.
   * @throws {StoreError} If the schema is newer than this release, or not migrated while `migrate` is false.
   */
  static async open(
    urlOrPool: string | PostgresPool,
    options: PostgresStoreOptions = {},
  ): Promise<PostgresStore> {
    const schema = options.schema ?? "baton";
    checkSchemaName(schema);
    const database = await openDatabase(urlOrPool, {
      schema,
      maxConnections: options.maxConnections ?? 10,
      namedStatements: options.namedStatements,
      timeoutMs: checkTimeout(options.timeoutMs ?? TIMEOUT_MS),
    });
    const shared: Shared = {
      database,
      ids: new Ids(database),
      lanes: new Lanes(),
      notifier: new Notifier(database),
      tenants: new Set(),
      ...(options.clock && { clock: options.clock }),
    };
    try {
      if (options.migrate ?? true) await migrate(database);
      else await checkMigrated(database);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new PostgresStore(shared, new PoolTarget(database), false);
  }

  /** Statements sent so far by this store and those joined to it; each is a round trip. */
  get roundTrips(): number {
    return this.#shared.database.roundTrips;
  }

  migrate(): Promise<readonly string[]> {
    return migrate(this.#shared.database);
  }

  async stateFormat(): Promise<number> {
    const [row] = await this.#target.run("state_format", []);
    return Number(row.format);
  }

  async finishFormat(format: number): Promise<void> {
    await this.#target.run("finish_format", [format]);
  }

  async now(): Promise<number> {
    if (this.#shared.clock) return this.#shared.clock();
    const [row] = await this.#target.run("now", [], "any");
    return Number(row.at);
  }

  /** Never part of a transaction: ids that are given back would be given out twice. */
  reserveIds(count: number): Promise<number> {
    return this.#shared.ids.reserve(count);
  }

  // ---------------------------------------------------------------- definitions

  async deploy(
    request: DeployRequest,
  ): Promise<readonly { readonly definition: Definition; readonly created: boolean }[]> {
    checkText(request.xml);
    await this.#knowTenant(request.tenant);
    const definitions = JSON.stringify(request.definitions.map((definition) => ({
      id: definition.id,
      key: definition.key,
      name: definition.name,
      version_tag: definition.versionTag,
      history_ttl_ms: definition.historyTimeToLiveMs,
    })));
    const { tenant, hash, xml } = request;
    const deployed = await this.#waiting(`deploy for tenant "${tenant}"`, async (runner) => {
      await runner.run("lock_deploy", [tenant, textArray(request.definitions.map((each) => each.key))]);
      const rows = await runner.run("deploy", [tenant, hash, xml, definitions, this.#at(request.at) ?? null]);
      for (const [i, { subscriptions, jobs }] of request.definitions.entries()) {
        const row = rows[i];
        if (!booleanOf(row.created)) continue;
        const definitionId = String(row.id);
        const at = Number(row.at);
        if (subscriptions.length > 0) {
          const openSubscriptions = subscriptions.map((subscription) => ({ ...subscription, definitionId }));
          await runner.run("commit_extras", extraParams([{ tenant, at, openSubscriptions }]));
        }
        if (jobs.length > 0) {
          const added = jobs.map((job) => ({ job: { ...job, definitionId }, at }));
          await runner.run("enqueue_jobs", [tenant, ...jobParams(added)]);
        }
      }
      return rows;
    });
    for (const { jobs } of request.definitions) this.#added(jobs);
    return deployed.map((row) => ({ definition: definitionOf(row), created: booleanOf(row.created) }));
  }

  async getDefinition(id: string): Promise<Definition | undefined> {
    return await this.#one("get_definition", id, definitionOf);
  }

  async findDefinition(
    tenant: string,
    key: string,
    by: { readonly version?: number; readonly versionTag?: string } = {},
  ): Promise<Definition | undefined> {
    const [row] = await this.#target.run("find_definition", [tenant, key, by.version, by.versionTag], "any");
    return row && definitionOf(row);
  }

  async getDefinitionXml(id: string): Promise<string | undefined> {
    return await this.#one("get_definition_xml", id, (row) => String(row.xml));
  }

  async listDefinitions(query: DefinitionQuery = {}): Promise<Page<Definition>> {
    return await listDefinitions(this.#target, query);
  }

  // ---------------------------------------------------------------- instances

  /** In no promised order. @throws {TypeError} If rows are to be locked outside of a joined transaction. */
  async loadInstances(
    ids: readonly string[],
    options: { readonly lock?: boolean } = {},
  ): Promise<readonly StoredInstance[]> {
    if (options.lock && !this.#joined) {
      throw new TypeError("Cannot lock instances: only a joined transaction can hold locks");
    }
    const known = ids.filter(isId);
    if (known.length === 0) return [];
    const rows = await this.#target.run(options.lock ? "lock_instances" : "load_instances", [
      int8Array(known),
    ]);
    return rows.map((row) => storedInstanceOf(row));
  }

  async findByUniqueKey(tenant: string, uniqueKey: string): Promise<InstanceRecord | undefined> {
    const [row] = await this.#target.run("find_by_unique_key", [tenant, uniqueKey]);
    return row && instanceOf(row);
  }

  async listInstances(query: InstanceQuery = {}): Promise<Page<InstanceRecord>> {
    return await listInstances(this.#target, query);
  }

  async commit(
    units: readonly Unit[],
    options: { readonly notify?: boolean } = {},
  ): Promise<readonly UnitResult[]> {
    if (units.length === 0) return [];
    try {
      for (const unit of units) if (unit.create) await this.#knowTenant(unit.tenant);
    } catch (error) {
      // Nothing was sent yet, but neither can the caller do anything but try again.
      return units.map(() => ({ outcome: "unknown", error: error as Error }));
    }
    const { notifier } = this.#shared;
    const notifying = options.notify && !this.#joined
      ? { claim: () => notifier.claim(dueJobs(units)), took: (ms: number) => notifier.took(ms) }
      : undefined;
    const results = await commitUnits(this.#target, units, notifying);
    units.forEach((unit, i) => {
      if (results[i].outcome !== "committed") return;
      this.#added(unit.openJobs);
      if (unit.retryJobs?.length) this.#shared.lanes.dueFrom(unit.at);
      this.#updated(unit.updateJobs ?? [], unit.at);
    });
    return results;
  }

  async listSteps(
    instanceId: string,
    options: { readonly after?: number; readonly take?: number } = {},
  ): Promise<readonly Step[]> {
    const take = options.take === undefined ? 1_000 : pageSize(options.take);
    if (!isId(instanceId)) return [];
    return (await this.#target.run("list_steps", [instanceId, options.after ?? 0, take])).map(stepOf);
  }

  // ---------------------------------------------------------------- jobs

  async enqueueJobs(tenant: string, jobs: readonly NewJob[], at?: number): Promise<void> {
    if (jobs.length === 0) return;
    await this.#knowTenant(tenant);
    const enqueuedAt = this.#at(at) ?? await this.now();
    const added = jobs.map((job) => ({ job, at: enqueuedAt }));
    await this.#target.run("enqueue_jobs", [tenant, ...jobParams(added)]);
    this.#added(jobs);
  }

  async leaseJobs(request: LeaseRequest): Promise<Leased> {
    const at = this.#at(request.at) ?? null;
    const tenants = request.tenants ? textArray(request.tenants) : null;
    const cached = int8Array((request.cached ?? []).filter(isId));
    const format = request.format ?? 32_767;
    if (request.jobIds) {
      const ids = int8Array(request.jobIds.filter(isId));
      const { worker, leaseMs } = request;
      const rows = await this.#target.run("lease_jobs_by_id", [
        ids,
        tenants,
        worker,
        leaseMs,
        at,
        cached,
        format,
      ]);
      return leasedOf(rows).leased;
    }
    if (request.told?.length && !this.#joined) {
      const told = await this.#leaseTold(request, request.told, [tenants, at, cached, format]);
      if (told.jobs.length > 0) return told;
    }
    const { lanes } = this.#shared;
    const few = this.#joined ? undefined : await this.#leaseFew(request, [at, cached, format]);
    if (few) {
      // More than a few came at once: the others as well, and from now on by the other statement.
      const rest = lanes.crowded ? restOf(request, few.jobs) : undefined;
      if (!rest) return few;
      try {
        return together(few, await this.leaseJobs(rest));
      } catch {
        return few; // they are held by now: whatever it is, the next lease is told
      }
    }
    const { lanes: asked, params } = lanes.params(request);
    const began = performance.now();
    const rows = await this.#target.run("lease_jobs", [
      ...params,
      request.max,
      request.worker,
      request.leaseMs,
      at,
      tenants,
      cached,
      format,
      !this.#joined,
    ], "generic");
    const { leased, oldest } = leasedOf(rows);
    lanes.lastLeased = leased.jobs.length;
    // What is filtered by tenant says nothing about where the others' jobs begin.
    if (!request.tenants) {
      const idle = leased.jobs.length < request.max;
      lanes.leased(asked, { at: leased.at, oldest, idle, tookMs: performance.now() - began });
    }
    return leased;
  }

  async #leaseTold(
    { wants, max, worker, leaseMs }: LeaseRequest,
    told: readonly string[],
    [tenants, at, cached, format]: readonly unknown[],
  ): Promise<Leased> {
    const types = wants.filter((want) => want.max >= told.length).map(({ type }) => type.toLowerCase());
    const rows = await this.#target.run(
      "lease_told_jobs",
      [int8Array(told.slice(0, max)), textArray(types), tenants, worker, leaseMs, at, cached, format, true],
      "generic",
    );
    return leasedOf(rows).leased;
  }

  async #leaseFew(
    request: LeaseRequest,
    [at, cached, format]: readonly unknown[],
  ): Promise<Leased | undefined> {
    const { lanes } = this.#shared;
    const params = lanes.fewParams(request);
    if (!params) return undefined;
    const rows = await this.#target.run(
      "lease_few_jobs",
      [...params, FEW, request.worker, request.leaseMs, at, cached, format, true],
      "generic",
    );
    if (rows.length === 0) {
      lanes.leasedFew(0, undefined);
      return undefined;
    }
    const { leased } = leasedOf(rows);
    lanes.leasedFew(leased.jobs.length, Number(rows[0].seen));
    return leased;
  }

  async extendLeases(
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
      this.#at(at) ?? null,
    ]);
    const ends = new Map(rows.map((row) => [`${row.id} ${row.lease_no}`, Number(row.due_at)]));
    return leases.map(({ jobId, leaseNo }) => ends.get(`${jobId} ${leaseNo}`));
  }

  async updateJobs(updates: readonly JobUpdate[], at?: number): Promise<readonly JobUpdateResult[]> {
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
      this.#at(at) ?? null,
      textArray(known.map(({ payloadIs }) => payloadIs)),
    ]);
    this.#updated(updates, at);
    const results = new Map(
      rows.map((row) => [`${row.job_id} ${row.lease_no}`, row.result as JobUpdateResult]),
    );
    return updates.map(({ jobId, leaseNo }) => results.get(`${jobId} ${leaseNo}`) ?? "lost");
  }

  async endJobs(ends: readonly JobEnd[], mark: string, at?: number): Promise<EndedJobs> {
    const known = ends.filter(({ jobId }) => isId(jobId));
    if (known.length === 0) return { results: ends.map(() => "lost"), opened: false };
    const rows = await this.#target.run("end_jobs", [
      int8Array(known.map(({ jobId }) => jobId)),
      int4Array(known.map(({ leaseNo }) => leaseNo)),
      textArray(known.map(({ outcome }) => outcome)),
      mark,
      this.#at(at) ?? null,
    ], "generic");
    const opened = rows.some((row) => Number(row.opened) > 0);
    if (opened) this.#shared.lanes.added("baton:collect", 0, 0);
    const results = new Map(
      rows.map((row) => [`${row.job_id} ${row.lease_no}`, row.outcome as "kept" | "busy"]),
    );
    return {
      results: ends.map(({ jobId, leaseNo }) => results.get(`${jobId} ${leaseNo}`) ?? "lost"),
      opened,
    };
  }

  async endedJobs(instanceId: string, take: number): Promise<readonly Job[]> {
    if (!isId(instanceId)) return [];
    return (await this.#target.run("list_ended_jobs", [instanceId, take], "generic")).map(jobOf);
  }

  async getJob(id: string): Promise<Job | undefined> {
    return await this.#one("get_job", id, jobOf);
  }

  async listJobs(query: JobQuery = {}): Promise<Page<Job>> {
    return await listJobs(this.#target, query);
  }

  async nextDueAt(types: readonly string[], until?: number): Promise<number | undefined> {
    const [row] = await this.#target.run(
      "next_due_at",
      [...this.#shared.lanes.nextParams(types), until ?? null],
      "generic",
    );
    return row.due_at === null ? undefined : Number(row.due_at);
  }

  // ---------------------------------------------------------------- messages, subscriptions

  async publishMessage(message: NewMessage, job: NewJob): Promise<boolean> {
    for (const text of [message.variables, message.name, message.key]) checkText(text);
    await this.#knowTenant(message.tenant);
    const published = await this.#waiting(`publish message "${message.name}"`, async (runner) => {
      const rows = await runner.run("publish_message", [
        message.id,
        message.tenant,
        message.name,
        message.key,
        message.messageId,
        message.variables,
        message.targetProcess,
        message.publishedAt,
        message.expiresAt,
      ]);
      if (rows.length === 0) return false;
      await runner.run("enqueue_jobs", [message.tenant, ...jobParams([{ job, at: message.publishedAt }])]);
      return true;
    });
    if (published) this.#added([job]);
    return published;
  }

  async listMessages(tenant: string, name: string, key: string, at?: number): Promise<readonly Message[]> {
    return (await this.#target.run("list_messages", [tenant, name, key, this.#at(at)])).map(messageOf);
  }

  async deleteMessages(ids: readonly string[]): Promise<void> {
    const known = ids.filter(isId);
    if (known.length > 0) await this.#target.run("delete_messages", [int8Array(known)]);
  }

  async findSubscriptions(query: SubscriptionQuery): Promise<Page<Subscription>> {
    return await findSubscriptions(this.#target, query);
  }

  // ---------------------------------------------------------------- people

  async getUserTask(id: string): Promise<UserTask | undefined> {
    return await this.#one("get_user_task", id, userTaskOf);
  }

  async listUserTasks(query: UserTaskQuery = {}): Promise<Page<UserTask>> {
    return await listUserTasks(this.#target, query);
  }

  async updateUserTask(id: string, revision: number, change: UserTaskChange): Promise<UserTask | undefined> {
    if (!isId(id)) return undefined;
    const [row] = await this.#target.run("update_user_task", [
      id,
      revision,
      JSON.stringify(change),
      instant(change.dueDate),
      instant(change.followUpDate),
    ]);
    return row && userTaskOf(row);
  }

  async listIncidents(query: IncidentQuery = {}): Promise<Page<Incident>> {
    return await listIncidents(this.#target, query);
  }

  async addNote(note: Note): Promise<void> {
    checkText(note.text);
    const { id, instanceId, kind, text, author, createdAt } = note;
    await this.#target.run("add_note", [id, instanceId, kind, text, author, createdAt, DEFAULT_TENANT]);
  }

  async listNotes(instanceId: string): Promise<readonly Note[]> {
    return isId(instanceId) ? (await this.#target.run("list_notes", [instanceId])).map(noteOf) : [];
  }

  async kpis(query: KpiQuery = {}): Promise<readonly Kpi[]> {
    return isIdOrAbsent(query.definitionId) ? await readKpis(this.#target, query) : [];
  }

  async rebuildKpis(): Promise<void> {
    await rebuildKpis(this.#shared.database);
  }

  async audit({ tenant, take = AUDITED, at }: AuditRequest = {}): Promise<readonly AuditFinding[]> {
    const rows = await this.#target.run("audit", [tenant ?? null, take, this.#at(at)]);
    return rows.map(({ kind, id }) => ({ kind: kind as AuditFinding["kind"], id: String(id) }));
  }

  async maintain(): Promise<void> {
    if (!this.#joined) await sumUpKpis(this.#shared.database);
  }

  async takeTurn(name: string, forMs: number): Promise<boolean> {
    checkText(name);
    return (await this.#shared.database.run("take_turn", [name, Math.ceil(forMs)], "any")).length > 0;
  }

  // ---------------------------------------------------------------- retention

  /** Not part of a joined transaction: each batch is one of its own. */
  async cleanup(request: CleanupRequest = {}): Promise<CleanupResult> {
    const { database } = this.#shared;
    const cleaned = await cleanUp(this, { ...request, at: this.#at(request.at) }, {
      expired: (definitionId, before, batch) => expiredInstances(database, definitionId, before, batch),
      remove: async (instances) => {
        await database.run("delete_instances", [int8Array(instances.map(({ id }) => id))]);
      },
    });
    if (request.dryRun) return cleaned;
    const [{ dropped }] = await database.run("drop_steps_partitions", []);
    return { ...cleaned, partitions: Number(dropped) };
  }

  // ---------------------------------------------------------------- waking up

  listen(listener: (jobIds?: readonly string[]) => void): Promise<AsyncDisposable> {
    return this.#shared.notifier.listen(listener);
  }

  notify(): void {
    // The rows of a user's transaction are nobody else's yet.
    if (!this.#joined) this.#shared.notifier.notify();
  }

  // ---------------------------------------------------------------- transactions

  /**
   * Runs `work` in a transaction; it is rolled back if `work` throws. Never retried.
   *
   * @param options.signal Gives it up: its connection is closed, and whatever it waits for rejects.
   */
  transaction<T>(
    work: (tx: SqlTransaction) => Promise<T>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    if (this.#joined) throw new TypeError("Cannot begin a transaction: this store is in one already");
    const { database } = this.#shared;
    return database.transaction(
      (connection) => work({ query: (sql, params) => database.query(connection, sql, params) }),
      "",
      options.signal,
    );
  }

  /**
   * The same store inside an open transaction.
   *
   * @param tx A `pg` client between BEGIN and COMMIT, or what {@link transaction} gives. At another isolation level
   *   than READ COMMITTED the first use rejects with a `StoreError`.
   * @param options.last Nothing but COMMIT follows what this store does: the server may end the transaction when
   *   nothing comes any more, so that a client that is gone does not hold the instance.
   */
  join(tx: SqlTransaction, options: { readonly last?: boolean } = {}): PostgresStore {
    return new PostgresStore(
      this.#shared,
      new TransactionTarget(this.#shared.database, tx, options.last ?? false),
      true,
    );
  }

  /** See `Store.passing`. What an application's own connections say is not meant. */
  passing(error: unknown): "away" | "busy" | undefined {
    return this.#shared.database.isOwn(error) ? passing(error) : undefined;
  }

  /** Closes the store and a pool of its own. What is running fails. A joined store owns nothing to close. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#joined) return;
    await this.#shared.notifier[Symbol.asyncDispose]();
    await this.#shared.database.close();
  }

  // ----------------------------------------------------------------

  /** `undefined`: the server's clock. */
  #at(at: number | undefined): number | undefined {
    return at ?? this.#shared.clock?.();
  }

  #added(jobs: readonly NewJob[]): void {
    for (const job of jobs) this.#shared.lanes.added(job.type, job.class, job.dueAt);
  }

  #updated(updates: readonly JobUpdate[], at: number | undefined): void {
    for (const { action, dueAt } of updates) {
      // Without a time the store's own counts, and no mark is later than that.
      const from = dueAt === undefined ? at : dueAt;
      if (action === "update" && typeof from === "number") this.#shared.lanes.dueFrom(from);
    }
  }

  async #one<T>(
    name: "get_definition" | "get_definition_xml" | "get_job" | "get_user_task",
    id: string,
    of: (row: Row) => T,
  ): Promise<T | undefined> {
    if (!isId(id)) return undefined;
    const [row] = await this.#target.run(name, [id]);
    return row && of(row);
  }

  /**
   * Lists and leases go by the table of tenants, so a tenant must be there before its first row is. On a connection
   * of its own: in a user's transaction the row would keep others from adding it.
   */
  async #knowTenant(tenant: string): Promise<void> {
    const { tenants, database } = this.#shared;
    if (tenants.has(tenant)) return;
    checkText(tenant);
    await database.run("add_tenant", [tenant]);
    // Bounded: it only saves a round trip.
    if (tenants.size >= 10_000) tenants.clear();
    tenants.add(tenant);
  }

  /** Several statements that may wait for somebody else's lock. @throws {ConflictError} If that takes too long. */
  async #waiting<T>(what: string, work: (runner: Runner) => Promise<T>): Promise<T> {
    try {
      return await this.#target.atomic(work);
    } catch (error) {
      if (sqlState(error) !== "55P03") throw error;
      throw new ConflictError(`Cannot ${what}: another transaction holds its lock`, { cause: error });
    }
  }
}

/** Prepares statements by name unless it is told not to, or a pooler would give them to other sessions. */
async function openDatabase(
  urlOrPool: string | PostgresPool,
  { namedStatements, ...options }: Omit<DatabaseOptions, "namedStatements"> & {
    readonly namedStatements?: boolean;
  },
): Promise<Database> {
  const isAddress = typeof urlOrPool === "string";
  const database = new Database(urlOrPool, { ...options, namedStatements: namedStatements ?? isAddress });
  if (namedStatements !== undefined || !isAddress) return database;
  let isShared = true;
  try {
    isShared = await database.isShared();
  } finally {
    if (isShared) await database.close();
  }
  return isShared ? new Database(urlOrPool, { ...options, namedStatements: false }) : database;
}

function checkTimeout(ms: number): number {
  if (ms >= 1) return ms;
  throw new RangeError(`Cannot open the PostgreSQL store: timeoutMs is ${ms}`);
}

/** @returns The jobs of units that workers may take at once. */
function dueJobs(units: readonly Unit[]): string[] {
  const ids: string[] = [];
  for (const { openJobs, at } of units) {
    for (const { id, lease, dueAt } of openJobs) if (!lease && dueAt !== null && dueAt <= at) ids.push(id);
  }
  return ids;
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
