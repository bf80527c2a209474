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
import { checkText, int8Array, isId, textArray } from "./postgres/arrays.ts";
import { Database, type DatabaseOptions, type Row, type Runner } from "./postgres/client.ts";
import type { PostgresPool } from "./postgres/connections.ts";
import { jobParams } from "./postgres/columns.ts";
import { commitUnits } from "./postgres/commit.ts";
import { passing, sqlState } from "./postgres/failures.ts";
import { extraParams, instant } from "./postgres/extras.ts";
import { Ids } from "./postgres/ids.ts";
import { expiredInstances, readKpis, rebuildKpis, sumUpKpis } from "./postgres/kpis.ts";
import { Lanes } from "./postgres/lanes.ts";
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
import { Queue } from "./postgres/queue.ts";
import {
  booleanOf,
  definitionOf,
  instanceOf,
  jobOf,
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

export type { PostgresConnection, PostgresPool } from "./postgres/connections.ts";
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
  readonly #queue: Queue;
  /** Made by {@link join}: it owns nothing. */
  readonly #joined: boolean;

  private constructor(shared: Shared, target: Target, joined: boolean) {
    this.#shared = shared;
    this.#target = target;
    this.#queue = new Queue(target, shared.lanes, joined);
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
          const added = jobs.map((job) => ({ ...job, definitionId }));
          await runner.run("enqueue_jobs", [tenant, ...jobParams(added, () => at)]);
        }
      }
      return rows;
    });
    for (const { jobs } of request.definitions) this.#queue.added(jobs);
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
      this.#queue.added(unit.openJobs);
      if (unit.retryJobs?.length) this.#shared.lanes.dueFrom(unit.at);
      this.#queue.updated(unit.updateJobs ?? [], unit.at);
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
    await this.#target.run("enqueue_jobs", [tenant, ...jobParams(jobs, () => enqueuedAt)]);
    this.#queue.added(jobs);
  }

  leaseJobs(request: LeaseRequest): Promise<Leased> {
    return this.#queue.lease({ ...request, at: this.#at(request.at) });
  }

  extendLeases(
    leases: readonly Lease[],
    leaseMs: number,
    at?: number,
  ): Promise<readonly (number | undefined)[]> {
    return this.#queue.extend(leases, leaseMs, this.#at(at));
  }

  updateJobs(updates: readonly JobUpdate[], at?: number): Promise<readonly JobUpdateResult[]> {
    return this.#queue.update(updates, this.#at(at));
  }

  retryJob(tenant: string, id: string, at?: number): Promise<boolean> {
    checkText(tenant);
    return this.#queue.retry(tenant, id, this.#at(at));
  }

  endJobs(ends: readonly JobEnd[], mark: string, at?: number): Promise<EndedJobs> {
    return this.#queue.end(ends, mark, this.#at(at));
  }

  endedJobs(instanceId: string, take: number): Promise<readonly Job[]> {
    return this.#queue.ended(instanceId, take);
  }

  async getJob(id: string): Promise<Job | undefined> {
    return await this.#one("get_job", id, jobOf);
  }

  async listJobs(query: JobQuery = {}): Promise<Page<Job>> {
    return await listJobs(this.#target, query);
  }

  nextDueAt(types: readonly string[], until?: number): Promise<number | undefined> {
    return this.#queue.nextDueAt(types, until);
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
      await runner.run("enqueue_jobs", [message.tenant, ...jobParams([job], () => message.publishedAt)]);
      return true;
    });
    if (published) this.#queue.added([job]);
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
