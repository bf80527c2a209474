/**
 * The storage interface: what a store must do, and what it promises.
 *
 * Three stores implement it (memory, Deno KV, PostgreSQL) and pass the same contract suite
 * (`tests/contract/`). State and variables are opaque text to a store. Ids are positive integers as decimal
 * strings, opaque to users; their order is not time order. Times are milliseconds since 1970 UTC, and `at` in a
 * request overrides the store's own clock (tests, simulation).
 */
import type { NewJob, Step } from "../engine/mod.ts";
import type { AuditFinding, AuditRequest } from "./records/audit.ts";
import type { Definition, DefinitionQuery, DeployRequest } from "./records/definitions.ts";
import type { Incident, IncidentQuery } from "./records/incidents.ts";
import type { InstanceQuery, InstanceRecord, StoredInstance } from "./records/instances.ts";
import type {
  EndedJobs,
  Job,
  JobEnd,
  JobQuery,
  JobUpdate,
  JobUpdateResult,
  Lease,
  Leased,
  LeaseRequest,
} from "./records/jobs.ts";
import type { Kpi, KpiQuery } from "./records/kpis.ts";
import type { Message, NewMessage, Subscription, SubscriptionQuery } from "./records/messages.ts";
import type { Note } from "./records/notes.ts";
import type { Page } from "./records/page.ts";
import type { CleanupRequest, CleanupResult } from "./records/retention.ts";
import type { Unit, UnitResult } from "./records/units.ts";
import type { UserTask, UserTaskChange, UserTaskQuery } from "./records/user_tasks.ts";

export type {
  Attempt,
  ElementType,
  EventType,
  GatewayType,
  IncidentKind,
  JobClass,
  NewIncident,
  NewJob,
  NewSubscription,
  NewUserTask,
  ScopeType,
  Step,
  StepStatus,
  TaskType,
} from "../engine/mod.ts";
export type * from "./records/audit.ts";
export type * from "./records/definitions.ts";
export type * from "./records/incidents.ts";
export type * from "./records/instances.ts";
export type * from "./records/jobs.ts";
export type * from "./records/kpis.ts";
export type * from "./records/messages.ts";
export type * from "./records/notes.ts";
export type * from "./records/page.ts";
export type * from "./records/retention.ts";
export type * from "./records/units.ts";
export type * from "./records/user_tasks.ts";
export {
  ConflictError,
  LeaseLostError,
  NotFoundError,
  StoreError,
  SupersededError,
} from "./records/errors.ts";

/** The tenant of records when none is named. */
export const DEFAULT_TENANT = "default";

/** A user's own open transaction: READ COMMITTED only. `pg`'s clients fit as they are. */
export interface SqlTransaction {
  /** Runs one statement with `$1`, `$2`, … for `params`. */
  query(
    sql: string,
    params?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount?: number | null }>;
}

/** A store. Every method is safe to call from many processes at once. */
export interface Store extends AsyncDisposable {
  /** Which of the stores it is, for those who must know. */
  readonly kind: "memory" | "kv" | "postgres";

  /** Brings the schema up to this release; harmless when it is. @returns Names of the migrations that ran. */
  migrate(): Promise<readonly string[]>;
  /** The newest state format that releases may write here, at least 1. A release that cannot read it must not go on. */
  stateFormat(): Promise<number>;
  /** Allows a state format, for good: older releases are refused from now on. Harmless if it is allowed already. */
  finishFormat(format: number): Promise<void>;
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
  /** One version by its id; `undefined` if there is none. */
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
  /** Newest first, by `(startedAt, id)`, without state. */
  listInstances(query?: InstanceQuery): Promise<Page<InstanceRecord>>;

  /**
   * Commits many units in one call. Each is all-or-nothing by itself; one bad unit takes no other down. At most
   * one unit per instance in a call. @returns One result per unit, in order.
   *
   * @param options.notify Listeners are to be told right after it, as by {@link notify}. The results say whether they
   *   were; if not, `notify` is still to be called.
   */
  commit(
    units: readonly Unit[],
    options?: { readonly notify?: boolean },
  ): Promise<readonly UnitResult[]>;
  /** Whether `commit` heeds {@link NewInstance.latest}, so that callers may remember which definition is the latest. */
  readonly checksLatest?: boolean;

  /** Ended steps of an instance by sequence. Default 1,000 at a time. */
  listSteps(
    instanceId: string,
    options?: { readonly after?: number; readonly take?: number },
  ): Promise<readonly Step[]>;

  /** Adds jobs that belong to no unit. Ids that are there already are skipped. */
  enqueueJobs(tenant: string, jobs: readonly NewJob[], at?: number): Promise<void>;
  /** Leases due jobs: each to one caller. Expired leases are due again. */
  leaseJobs(request: LeaseRequest): Promise<Leased>;
  /** Moves the ends of leases on. @returns For each its new end, or `undefined` if it is lost. */
  extendLeases(
    leases: readonly Lease[],
    leaseMs: number,
    at?: number,
  ): Promise<readonly (number | undefined)[]>;
  /** Finishes or gives back leased jobs. @returns For each what became of it, in order. */
  updateJobs(updates: readonly JobUpdate[], at?: number): Promise<readonly JobUpdateResult[]>;
  /**
   * Makes a job due that has come to a stop and that no command to an instance brings back: held as `failed`, or as
   * `incident` without an instance. Its failures and lost leases count from zero, its attempts stay.
   *
   * @returns `false`: there is no such job of this tenant, or it is not at a stop; nothing was done.
   */
  retryJob(tenant: string, id: string, at?: number): Promise<boolean>;
  /**
   * Keeps what came of leased jobs in their rows, held as `ended`, without touching their instances: an instance that
   * many end at once would be written by all of them. In the same atomic step each instance's only `baton:collect`
   * job, whose id is the instance's, is opened and due; one that is leased is given the payload `mark` instead, so
   * that it does not end before it has looked once more. Harmless when repeated.
   *
   * @param mark A text that no call gave before.
   */
  endJobs(ends: readonly JobEnd[], mark: string, at?: number): Promise<EndedJobs>;
  /** Jobs of an instance that are held as `ended`, by id. */
  endedJobs(instanceId: string, take: number): Promise<readonly Job[]>;
  /** `undefined` if it never was or is done. */
  getJob(id: string): Promise<Job | undefined>;
  /** By id. */
  listJobs(query?: JobQuery): Promise<Page<Job>>;
  /**
   * When the next job of these types is due; `undefined`: none is waiting. A hint for timers, not a promise.
   *
   * @param until Milliseconds since 1970 UTC. What is due later need not be found.
   */
  nextDueAt(types: readonly string[], until?: number): Promise<number | undefined>;

  /**
   * Buffers a message together with the job that matches it. @returns `false` if its `messageId` is known for
   * this tenant and name: nothing was written.
   */
  publishMessage(message: NewMessage, job: NewJob): Promise<boolean>;
  /** Unexpired messages of a name and key, oldest first. */
  listMessages(tenant: string, name: string, key: string, at?: number): Promise<readonly Message[]>;
  /** Deletes messages; missing ones are skipped. */
  deleteMessages(ids: readonly string[]): Promise<void>;
  /** In order of `(armedAt, id)`. */
  findSubscriptions(query: SubscriptionQuery): Promise<Page<Subscription>>;

  /** Open or ended; `undefined` if it never was. */
  getUserTask(id: string): Promise<UserTask | undefined>;
  /** Highest priority first, then oldest. */
  listUserTasks(query?: UserTaskQuery): Promise<Page<UserTask>>;
  /** Changes an open task if its revision is still `revision`. @returns The changed task, or `undefined`. */
  updateUserTask(id: string, revision: number, change: UserTaskChange): Promise<UserTask | undefined>;
  /** Open ones, oldest first. */
  listIncidents(query?: IncidentQuery): Promise<Page<Incident>>;
  /** Adds a note; it cannot be changed. Whether the instance exists is not looked at. */
  addNote(note: Note): Promise<void>;
  /** Oldest first. */
  listNotes(instanceId: string): Promise<readonly Note[]>;
  /**
   * Sorted by key, then element id. Counts what ended and was committed, each once, whoever commits meanwhile; also
   * what {@link cleanup} has deleted since, except in the parts of an hour at the ends of `from` and `to`.
   * Percentiles are exact on small data, and less than 1 % off on large: see `docs/kpis.md`.
   */
  kpis(query?: KpiQuery): Promise<readonly Kpi[]>;
  /** Counts anew for {@link kpis}: what history holds, and nothing that was deleted from it. */
  rebuildKpis(): Promise<void>;
  /**
   * Housekeeping that keeps {@link kpis} fast: a worker calls it now and then. Harmless from many processes at once,
   * and when it is never called.
   */
  maintain?(): Promise<void>;
  /**
   * Whose turn it is among processes that share a store.
   *
   * @param forMs How long it lasts.
   * @returns True for one caller in that time.
   */
  takeTurn(name: string, forMs: number): Promise<boolean>;
  /**
   * Deletes ended instances that are older than their definition or the default allows, each with its steps, tasks,
   * notes and all else that it owns; none whose call tree still runs. What is left after an interruption goes next
   * time. Messages that an instance took stay until they expire, or another could take them again.
   *
   * @throws {RangeError} If `defaultTtlMs` is negative, or `batch` not from 1 to 1,000.
   */
  cleanup(request?: CleanupRequest): Promise<CleanupResult>;
  /**
   * Looks for rows that do not go together, as far as nothing else shows it; `baton doctor` asks. Changes nothing.
   * What others change meanwhile is no finding.
   */
  audit(request?: AuditRequest): Promise<readonly AuditFinding[]>;

  /**
   * Calls `listener` when jobs may have become due. Only a hint; polling is the truth.
   *
   * @param listener May be given the ids of such jobs, for {@link LeaseRequest.told}.
   */
  listen?(listener: (jobIds?: readonly string[]) => void): Promise<AsyncDisposable>;
  /** Tells listeners in other processes that jobs were added. Coalesced; never inside a commit. */
  notify?(): void;

  /** PostgreSQL: runs `work` in a transaction of the store's. @param options.signal Gives it up. */
  transaction?<T>(
    work: (tx: SqlTransaction) => Promise<T>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>;
  /**
   * PostgreSQL: the same store inside the user's open transaction: what it writes stands or falls with it.
   *
   * @param options.last Nothing but COMMIT follows what it does.
   */
  join?(tx: SqlTransaction, options?: { readonly last?: boolean }): Store;
  /**
   * Whether an error of this store says nothing about what was asked of it and passes by itself: `away`, it cannot be
   * reached, is read-only, full or broken; `busy`, others were in the way for too long.
   */
  passing?(error: unknown): "away" | "busy" | undefined;
}
