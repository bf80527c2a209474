/**
 * The storage interface: what a store must do, and what it promises.
 *
 * Three stores implement it (memory, Deno KV, PostgreSQL) and pass the same contract suite
 * (`tests/contract/`). State and variables are opaque text to a store. Ids are positive integers as decimal
 * strings, opaque to users; their order is not time order. Times are milliseconds since 1970 UTC, and `at` in a
 * request overrides the store's own clock (tests, simulation).
 */
import type {
  Attempt,
  JobClass,
  NewIncident,
  NewJob,
  NewSubscription,
  NewUserTask,
  Step,
} from "../engine/mod.ts";

export type { Attempt, JobClass, NewIncident, NewJob, NewSubscription, NewUserTask, Step };

/** The tenant of records when none is named. */
export const DEFAULT_TENANT = "default";

// ---------------------------------------------------------------- definitions

/** One version of one process. */
export interface Definition {
  readonly id: string;
  readonly tenant: string;
  /** The process id in the file: the same for all versions. */
  readonly key: string;
  /** 1, 2, 3, ... per tenant and key. */
  readonly version: number;
  readonly name?: string;
  readonly versionTag?: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  readonly deployedAt: number;
  /** True for the highest version of its key. */
  readonly latest: boolean;
  readonly historyTimeToLiveMs?: number;
}

/** One process of a file to be deployed. */
export interface NewDefinition {
  readonly id: string;
  readonly key: string;
  readonly name?: string;
  readonly versionTag?: string;
  readonly historyTimeToLiveMs?: number;
  /** Message, signal and conditional start events: they replace those of the version before. */
  readonly subscriptions: readonly NewSubscription[];
  /** Timer start events: they replace those of the version before. `definitionId` is set by the store. */
  readonly jobs: readonly NewJob[];
}

/** A file to be deployed. */
export interface DeployRequest {
  readonly tenant: string;
  readonly xml: string;
  readonly hash: string;
  readonly definitions: readonly NewDefinition[];
  readonly at?: number;
}

/** Which definitions to list; all given filters apply. */
export interface DefinitionQuery {
  readonly tenant?: string;
  readonly key?: string;
  readonly latestOnly?: boolean;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  readonly cursor?: string;
}

// ---------------------------------------------------------------- instances

export type InstanceStatus = "running" | "suspended" | "completed" | "cancelled" | "failed";

/** One process instance, without its state. */
export interface InstanceRecord {
  readonly id: string;
  readonly tenant: string;
  readonly definitionId: string;
  readonly key: string;
  readonly version: number;
  readonly businessKey?: string;
  readonly status: InstanceStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Grows by one at every commit; 1 after the first. */
  readonly revision: number;
  /** The calling instance, for called processes. */
  readonly parentId?: string;
  /** The top of the call tree; its own id for a top instance. */
  readonly rootId: string;
  /** Why it was cancelled or failed. */
  readonly reason?: string;
}

/** One process instance with everything the core needs. */
export interface StoredInstance extends InstanceRecord {
  /** The core's state as it was written. */
  readonly state: string;
  /** Variables of the instance's own scope: a JSON object. */
  readonly variables: string;
  /** Variables of inner scopes: a JSON object by scope id; absent if there are none. */
  readonly locals?: string;
}

/** Which instances to list; all given filters apply. Newest first, by `(startedAt, id)`. */
export interface InstanceQuery {
  readonly tenant?: string;
  readonly key?: string;
  readonly definitionId?: string;
  readonly businessKey?: string;
  readonly statuses?: readonly InstanceStatus[];
  /** Inclusive. */
  readonly startedFrom?: number;
  /** Exclusive. */
  readonly startedTo?: number;
  /** Searchable variables that must equal these scalars. */
  readonly variables?: readonly { readonly name: string; readonly value: string | number | boolean | null }[];
  readonly parentId?: string;
  readonly rootId?: string;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** At most 10,000; prefer `cursor`. */
  readonly skip?: number;
  /** From the page before. Stable while rows are added. */
  readonly cursor?: string;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` for the next page; absent on the last one. */
  readonly next?: string;
}

// ---------------------------------------------------------------- jobs

/** One row of the only queue. */
export interface Job {
  readonly id: string;
  readonly tenant: string;
  readonly instanceId?: string;
  readonly definitionId?: string;
  readonly elementId?: string;
  readonly type: string;
  readonly class: JobClass;
  readonly priority: number;
  /** When it may be leased; the lease's end while leased; `null` while held. */
  readonly dueAt: number | null;
  readonly held?: string;
  /** Grows at every lease: the fence. */
  readonly leaseNo: number;
  /** The worker that holds it or lost it; absent when free. */
  readonly worker?: string;
  /** What the retry policy counts. */
  readonly failures: number;
  readonly retries?: number;
  readonly retryDelaysMs?: readonly number[];
  /** Leases that ended without a word. */
  readonly lostLeases: number;
  readonly enqueuedAt: number;
  readonly payload?: string;
  /** The last three failed attempts. */
  readonly attempts: readonly Attempt[];
}

/**
 * Proof of holding a job. It is lost when the job is leased again, given back, held or deleted. A lease whose time
 * is over but that nobody else took still counts: the fence is `leaseNo`, not the clock.
 */
export interface Lease {
  readonly jobId: string;
  readonly leaseNo: number;
}

/** A request for due jobs. */
export interface LeaseRequest {
  readonly worker: string;
  /** How many of which type, lower case. Every type is asked for by itself, so that none starves another. */
  readonly wants: readonly { readonly type: string; readonly max: number }[];
  /** Limit over all types. */
  readonly max: number;
  readonly leaseMs: number;
  /** Only these tenants; absent: all. No tenant gets more than half while others wait. */
  readonly tenants?: readonly string[];
  /**
   * Lease exactly these jobs if they are free and not held, due or not (manual stepping). `wants` and `max` are then
   * ignored.
   */
  readonly jobIds?: readonly string[];
  /** Instances whose state the caller holds: they come back as `revisions`, without state. */
  readonly cached?: readonly string[];
  readonly at?: number;
}

/** What a lease gives. */
export interface Leased {
  /** The store's time of this lease. */
  readonly at: number;
  readonly jobs: readonly Job[];
  /** The instances of the jobs, with state, without those named in `cached`. */
  readonly instances: readonly StoredInstance[];
  /** Current revisions of the cached ones. */
  readonly revisions: readonly { readonly id: string; readonly revision: number }[];
}

/** A change to a leased job that touches no instance: retry later, release, finish. */
export interface JobUpdate extends Lease {
  /** `delete`: done. `update`: give it back with the fields below; the lease ends. */
  readonly action: "delete" | "update";
  /** Absent: now. `null`: hold it. */
  readonly dueAt?: number | null;
  readonly held?: string;
  readonly failures?: number;
  /** Added to `attempts`, of which the last three are kept. */
  readonly attempt?: Attempt;
  readonly payload?: string;
}

/** Which jobs to list, by id. */
export interface JobQuery {
  readonly tenant?: string;
  readonly instanceId?: string;
  readonly type?: string;
  readonly held?: boolean;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  readonly cursor?: string;
}

// ---------------------------------------------------------------- commit

/** The fields of a new instance. */
export interface NewInstance {
  readonly definitionId: string;
  readonly key: string;
  readonly version: number;
  readonly businessKey?: string;
  /** At most one instance per tenant has it, as long as it is kept: see {@link Unit.releaseUniqueKey}. */
  readonly uniqueKey?: string;
  readonly startedAt: number;
  readonly parentId?: string;
  readonly rootId: string;
}

/** All that one command changes: exactly one instance, all or nothing. */
export interface Unit {
  readonly instanceId: string;
  readonly tenant: string;
  /** The revision that was loaded; 0 together with `create`. */
  readonly revision: number;
  readonly create?: NewInstance;
  readonly status: InstanceStatus;
  /** Set with the statuses completed, cancelled and failed. */
  readonly endedAt?: number;
  readonly reason?: string;
  /** Free the instance's unique key (a message start with a key allows the next one). */
  readonly releaseUniqueKey?: boolean;
  readonly state: string;
  /** Present if changed. */
  readonly variables?: string;
  /** Present if changed; `null`: there are none now. */
  readonly locals?: string | null;
  /** Present if `variables` changed: the searchable ones, all of them, as name and JSON scalar. */
  readonly searchable?: readonly (readonly [name: string, json: string])[];
  /** Each must be held now, else nothing is written and the answer is `lease-lost`. */
  readonly leases: readonly Lease[];
  readonly steps: readonly Step[];
  readonly openJobs: readonly NewJob[];
  /** Deleted if there: leased ones that are done, and others that are not needed any more. */
  readonly closeJobs: readonly string[];
  /** Leased jobs that go back (each is named in `leases`, too). */
  readonly updateJobs?: readonly JobUpdate[];
  /** Made due now, `failures`, `lostLeases` and `held` cleared. */
  readonly retryJobs?: readonly string[];
  /** `dueAt` null with this reason; a lease on them is lost. */
  readonly holdJobs?: readonly { readonly id: string; readonly held: string }[];
  readonly openSubscriptions?: readonly NewSubscription[];
  readonly closeSubscriptions?: readonly string[];
  readonly openUserTasks?: readonly NewUserTask[];
  readonly closeUserTasks?: readonly { readonly id: string; readonly status: "completed" | "cancelled" }[];
  readonly openIncidents?: readonly NewIncident[];
  readonly closeIncidents?: readonly string[];
  /**
   * Messages that this unit takes. A message is taken once per process key: if it is taken already or gone, nothing
   * is written and the answer is `duplicate`.
   */
  readonly takeMessages?: readonly { readonly messageId: string; readonly processKey: string }[];
  /** The command's time. */
  readonly at: number;
}

/** What became of a unit. */
export type UnitResult =
  | { readonly outcome: "committed"; readonly revision: number }
  /** Another revision is there, or the instance is missing: load again, run the command again. */
  | { readonly outcome: "conflict" }
  /** Someone holds a lock on it for an unknown time: try again later, nothing was written. */
  | { readonly outcome: "busy" }
  /** These leases are lost: fold without them. */
  | { readonly outcome: "lease-lost"; readonly jobIds: readonly string[] }
  /** `create`: the instance id or its unique key is taken. `takeMessages`: a message is taken. */
  | { readonly outcome: "duplicate"; readonly instanceId?: string }
  /** The store refuses the data itself; trying again will not help. */
  | { readonly outcome: "rejected"; readonly error: Error }
  /** The connection broke: it may stand or not. Send the same unit again. */
  | { readonly outcome: "unknown"; readonly error: Error };

// ---------------------------------------------------------------- messages, subscriptions

/** A message to be buffered. */
export interface NewMessage {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly key: string;
  /** The publisher's own id: the same one again within its life is a duplicate. */
  readonly messageId?: string;
  /** JSON object. */
  readonly variables: string;
  /** Only this process may take it (message flow). */
  readonly targetProcess?: string;
  readonly publishedAt: number;
  readonly expiresAt: number;
}

/** A buffered message. */
export interface Message extends NewMessage {
  /** Process keys that took it. */
  readonly takenBy: readonly string[];
}

/** An armed subscription. */
export interface Subscription extends NewSubscription {
  readonly tenant: string;
  /** The store's time when it was armed. */
  readonly armedAt: number;
}

/** Which subscriptions to find; in order of `(armedAt, id)`. */
export interface SubscriptionQuery {
  readonly tenant: string;
  readonly kind: "message" | "signal" | "conditional";
  readonly name?: string;
  readonly key?: string;
  readonly instanceId?: string;
  /** Exclusive. */
  readonly armedBefore?: number;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  readonly cursor?: string;
}

// ---------------------------------------------------------------- user tasks, incidents, notes, KPIs

/** Work for a person, as stored. */
export interface UserTask extends NewUserTask {
  readonly tenant: string;
  readonly instanceId: string;
  readonly processKey: string;
  readonly status: "open" | "completed" | "cancelled";
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly revision: number;
}

/** The fields of a user task that people may change. `null` clears. */
export interface UserTaskChange {
  readonly assignee?: string | null;
  readonly candidateUsers?: readonly string[];
  readonly candidateGroups?: readonly string[];
  readonly dueDate?: string | null;
  readonly followUpDate?: string | null;
  readonly priority?: number;
  readonly formKey?: string | null;
}

/** Which user tasks to list; highest priority first, then oldest. */
export interface UserTaskQuery {
  readonly tenant?: string;
  readonly instanceId?: string;
  readonly processKey?: string;
  readonly elementId?: string;
  readonly assignee?: string;
  /** True: only those without an assignee. */
  readonly unassigned?: boolean;
  readonly candidateUser?: string;
  /** Any of them. */
  readonly candidateGroups?: readonly string[];
  /** ISO 8601; inclusive. */
  readonly dueBefore?: string;
  readonly followUpBefore?: string;
  /** Default `open`. */
  readonly status?: "open" | "completed" | "cancelled";
  readonly take?: number;
  readonly cursor?: string;
}

/** An open incident. */
export interface Incident extends NewIncident {
  readonly tenant: string;
  readonly instanceId: string;
  readonly processKey: string;
  readonly createdAt: number;
}

/** Which incidents to list; oldest first. */
export interface IncidentQuery {
  readonly tenant?: string;
  readonly instanceId?: string;
  readonly processKey?: string;
  readonly kind?: string;
  readonly elementId?: string;
  readonly take?: number;
  readonly cursor?: string;
}

export type NoteKind = "info" | "user" | "system" | "audit";

/** A remark on an instance. */
export interface Note {
  readonly id: string;
  readonly instanceId: string;
  readonly kind: NoteKind;
  readonly text: string;
  readonly author?: string;
  readonly createdAt: number;
}

/** What KPIs are asked for. */
export interface KpiQuery {
  readonly tenant?: string;
  /** `process`: durations of ended instances. The other two: durations of ended steps. Default `process-element`. */
  readonly groupBy?: "process" | "process-element" | "element";
  readonly key?: string;
  readonly definitionId?: string;
  readonly elementId?: string;
  /** On the end time; inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

/** One row of KPIs. Durations in milliseconds. */
export interface Kpi {
  readonly key?: string;
  readonly elementId?: string;
  readonly count: number;
  /** How many ended as failed. */
  readonly failures: number;
  readonly averageMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

// ---------------------------------------------------------------- the store

/** A user's own open transaction: READ COMMITTED only. `pg`'s clients fit as they are. */
export interface SqlTransaction {
  query(
    sql: string,
    params?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount?: number | null }>;
}

/** A store. Every method is safe to call from many processes at once. */
export interface Store extends AsyncDisposable {
  readonly kind: "memory" | "kv" | "postgres";

  /** Brings the schema up to this release; harmless when it is. @returns Names of the migrations that ran. */
  migrate(): Promise<readonly string[]>;
  /** The store's time. */
  now(): Promise<number>;
  /** Reserves `count` consecutive ids for the caller alone. @returns The first; all are safe integers. */
  reserveIds(count: number): Promise<number>;

  /**
   * Stores a file's definitions in one atomic step. A definition whose latest version has the same hash is
   * returned as it is; otherwise it becomes version + 1 and its start subscriptions and timer jobs replace the
   * former version's. Concurrent deploys of one file give one version.
   */
  deploy(
    request: DeployRequest,
  ): Promise<readonly { readonly definition: Definition; readonly created: boolean }[]>;
  getDefinition(id: string): Promise<Definition | undefined>;
  /** By key: the latest, a version, or the highest version with a tag. */
  findDefinition(
    tenant: string,
    key: string,
    by?: { readonly version?: number; readonly versionTag?: string },
  ): Promise<Definition | undefined>;
  /** The file a definition came from. */
  getDefinitionXml(id: string): Promise<string | undefined>;
  /** By key, then version, newest version first. */
  listDefinitions(query?: DefinitionQuery): Promise<Page<Definition>>;

  /** Missing ids are left out. @param options.lock Only in a joined transaction: locks the rows. */
  loadInstances(
    ids: readonly string[],
    options?: { readonly lock?: boolean },
  ): Promise<readonly StoredInstance[]>;
  /** The instance that holds a unique key. */
  findByUniqueKey(tenant: string, uniqueKey: string): Promise<InstanceRecord | undefined>;
  listInstances(query?: InstanceQuery): Promise<Page<InstanceRecord>>;

  /**
   * Commits many units in one call. Each is all-or-nothing by itself; one bad unit takes no other down. At most
   * one unit per instance in a call. @returns One result per unit, in order.
   */
  commit(units: readonly Unit[]): Promise<readonly UnitResult[]>;

  /** Ended steps of an instance by sequence. Default 1,000 at a time. */
  listSteps(
    instanceId: string,
    options?: { readonly after?: number; readonly take?: number },
  ): Promise<readonly Step[]>;

  /** Adds jobs that belong to no unit. Ids that are there already are skipped. */
  enqueueJobs(tenant: string, jobs: readonly NewJob[], at?: number): Promise<void>;
  /** Leases due jobs: each to one caller. Expired leases are due again. */
  leaseJobs(request: LeaseRequest): Promise<Leased>;
  /** @returns For each lease its new end, or `undefined` if it is lost. */
  extendLeases(
    leases: readonly Lease[],
    leaseMs: number,
    at?: number,
  ): Promise<readonly (number | undefined)[]>;
  /** @returns For each update whether the lease was still held; if not, nothing was done. */
  updateJobs(updates: readonly JobUpdate[], at?: number): Promise<readonly boolean[]>;
  getJob(id: string): Promise<Job | undefined>;
  /** By id. */
  listJobs(query?: JobQuery): Promise<Page<Job>>;
  /** When the next job of these types is due; `undefined`: none is waiting. A hint for timers, not a promise. */
  nextDueAt(types: readonly string[]): Promise<number | undefined>;

  /**
   * Buffers a message together with the job that matches it. @returns `false` if its `messageId` is known for
   * this tenant and name: nothing was written.
   */
  publishMessage(message: NewMessage, job: NewJob): Promise<boolean>;
  /** Unexpired messages of a name and key, oldest first. */
  listMessages(tenant: string, name: string, key: string, at?: number): Promise<readonly Message[]>;
  /** Deletes messages; missing ones are skipped. */
  deleteMessages(ids: readonly string[]): Promise<void>;
  findSubscriptions(query: SubscriptionQuery): Promise<Page<Subscription>>;

  getUserTask(id: string): Promise<UserTask | undefined>;
  listUserTasks(query?: UserTaskQuery): Promise<Page<UserTask>>;
  /** Changes an open task if its revision is still `revision`. @returns The changed task, or `undefined`. */
  updateUserTask(id: string, revision: number, change: UserTaskChange): Promise<UserTask | undefined>;
  listIncidents(query?: IncidentQuery): Promise<Page<Incident>>;
  addNote(note: Note): Promise<void>;
  /** Oldest first. */
  listNotes(instanceId: string): Promise<readonly Note[]>;
  /** Sorted by key, then element id. */
  kpis(query?: KpiQuery): Promise<readonly Kpi[]>;

  /** Calls `listener` when jobs may have become due. Only a hint; polling is the truth. */
  listen?(listener: () => void): Promise<AsyncDisposable>;
  /** Tells listeners in other processes that jobs were added. Coalesced; never inside a commit. */
  notify?(): void;

  /** PostgreSQL: runs `work` in a transaction of the store's. */
  transaction?<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T>;
  /** PostgreSQL: the same store inside the user's open transaction: what it writes stands or falls with it. */
  join?(tx: SqlTransaction): Store;
}

// ---------------------------------------------------------------- errors

/** Someone else changed it first: load again and retry. */
export class ConflictError extends Error {
  readonly code = "conflict";
  override name = "ConflictError";
}

/** The caller's lease is over: another worker may have the job. Drop the result. */
export class LeaseLostError extends Error {
  readonly code = "lease-lost";
  override name = "LeaseLostError";
}

/** There is no such definition, instance, job, task or incident. */
export class NotFoundError extends Error {
  readonly code = "not-found";
  override name = "NotFoundError";
}

/** The store cannot be used as it is: newer schema, missing migration, closed. */
export class StoreError extends Error {
  readonly code = "store";
  override name = "StoreError";
}
