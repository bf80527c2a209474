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
};

/** The tenant of records when none is named. */
export const DEFAULT_TENANT = "default";

// ---------------------------------------------------------------- definitions

/** One version of one process. */
export interface Definition {
  /** Decimal string; one per version. */
  readonly id: string;
  /** Whose it is; only this tenant's queries find it. */
  readonly tenant: string;
  /** The process id in the file: the same for all versions. */
  readonly key: string;
  /** 1, 2, 3, ... per tenant and key. */
  readonly version: number;
  /** The process's name in the file; absent if it has none. */
  readonly name?: string;
  /** The author's own name for this version (`zeebe:` or `camunda:versionTag`); absent if it has none. */
  readonly versionTag?: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  /** Milliseconds since 1970 UTC. */
  readonly deployedAt: number;
  /** True for the highest version of its key. */
  readonly latest: boolean;
  /**
   * How long an ended instance is kept, in milliseconds (`historyTimeToLive`); absent: the model does not
   * say.
   */
  readonly historyTimeToLiveMs?: number;
}

/** One process of a file to be deployed. */
export interface NewDefinition {
  /** Decimal string, reserved by the caller. Not used if the latest version has the same hash. */
  readonly id: string;
  /** The process id in the file. */
  readonly key: string;
  /** The process's name in the file. */
  readonly name?: string;
  /** The author's own name for this version. */
  readonly versionTag?: string;
  /** How long an ended instance is to be kept, in milliseconds. */
  readonly historyTimeToLiveMs?: number;
  /** Message, signal and conditional start events: they replace those of the version before. */
  readonly subscriptions: readonly NewSubscription[];
  /** Timer start events: they replace those of the version before. `definitionId` is set by the store. */
  readonly jobs: readonly NewJob[];
}

/** A file to be deployed. */
export interface DeployRequest {
  /** Who deploys. */
  readonly tenant: string;
  /** The file, as it was given. */
  readonly xml: string;
  /** SHA-256 of `xml`, hex: what makes a repeat known. */
  readonly hash: string;
  /** The file's executable processes. */
  readonly definitions: readonly NewDefinition[];
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** Which definitions to list; all given filters apply. */
export interface DefinitionQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only versions of this process. */
  readonly key?: string;
  /** True: only the highest version of each key. Default false. */
  readonly latestOnly?: boolean;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}

// ---------------------------------------------------------------- instances

/** Where an instance is in its life. The last three are for good: it moves no more. */
export type InstanceStatus = "running" | "suspended" | "completed" | "cancelled" | "failed";

/** One process instance, without its state. */
export interface InstanceRecord {
  /** Decimal string. */
  readonly id: string;
  /** Whose it is; only this tenant's queries find it. */
  readonly tenant: string;
  /** The definition that it runs. */
  readonly definitionId: string;
  /** The process id in the file. */
  readonly key: string;
  /** The definition's version. */
  readonly version: number;
  /** The user's own name for it; several instances may share one, unless uniqueness was asked for. */
  readonly businessKey?: string;
  /** Running, suspended, or how it ended. */
  readonly status: InstanceStatus;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Milliseconds since 1970 UTC; absent until it ends. */
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
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only instances of this process, of all its versions. */
  readonly key?: string;
  /** Only instances of this version. */
  readonly definitionId?: string;
  /** Only instances with exactly this business key. */
  readonly businessKey?: string;
  /** Any of them; absent: all. */
  readonly statuses?: readonly InstanceStatus[];
  /** Inclusive. */
  readonly startedFrom?: number;
  /** Exclusive. */
  readonly startedTo?: number;
  /** Searchable variables that must equal these scalars. */
  readonly variables?: readonly { readonly name: string; readonly value: string | number | boolean | null }[];
  /** Only instances that this one called. */
  readonly parentId?: string;
  /** Only this call tree, its top included. */
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
  /** At most `take` rows, in the list's order. */
  readonly items: readonly T[];
  /** Give it as `cursor` for the next page; absent on the last one. */
  readonly next?: string;
}

// ---------------------------------------------------------------- jobs

/** One row of the only queue. */
export interface Job {
  /** Decimal string; the same until the job's element ends, through retries and incidents. */
  readonly id: string;
  /** Whose it is. A worker may serve only some tenants. */
  readonly tenant: string;
  /** The instance that it moves; absent for messages, signals and timer starts. */
  readonly instanceId?: string;
  /** The definition that a timer start event starts; absent for other jobs. */
  readonly definitionId?: string;
  /** The element that it does the work of; absent for jobs of no single element. */
  readonly elementId?: string;
  /** Lower case. The engine's own begin with `baton:`. */
  readonly type: string;
  /** What is leased first: see {@link JobClass}. */
  readonly class: JobClass;
  /** Higher first among due jobs of a lease; 0 by default. */
  readonly priority: number;
  /** The oldest state format whose readers can run it; absent: 1, which every release reads. */
  readonly needs?: number;
  /** When it may be leased; the lease's end while leased; `null` while held. */
  readonly dueAt: number | null;
  /**
   * Why it is not due: `incident`, `suspended`, `answer` (a caller decides about a BPMN error), `failed`, `ended`
   * (its work is done, its instance takes the outcome soon); absent when it may be leased.
   */
  readonly held?: string;
  /** Grows at every lease: the fence. */
  readonly leaseNo: number;
  /** The worker that holds it or lost it; absent when free. */
  readonly worker?: string;
  /** What the retry policy counts. */
  readonly failures: number;
  /** Retries after the first attempt; absent: the worker's default. */
  readonly retries?: number;
  /** Milliseconds before each retry, the last one for all further ones; absent: the worker's backoff. */
  readonly retryDelaysMs?: readonly number[];
  /** Leases that ended without a word. */
  readonly lostLeases: number;
  /** Milliseconds since 1970 UTC; never changes. */
  readonly enqueuedAt: number;
  /** JSON text for the one who executes it; absent if there is none. */
  readonly payload?: string;
  /** The last three failed attempts. */
  readonly attempts: readonly Attempt[];
  /** While it is held as `ended`: what came of it, as {@link Store.endJobs} was given it. */
  readonly outcome?: string;
}

/**
 * Proof of holding a job. It is lost when the job is leased again, given back, held or deleted. A lease whose time
 * is over but that nobody else took still counts: the fence is `leaseNo`, not the clock. The lease of a job that is held
 * as `ended` counts, too, for commits and updates: whoever takes its outcome shows it.
 */
export interface Lease {
  /** The job that is held. */
  readonly jobId: string;
  /** The number that the lease was given: {@link Job.leaseNo}. */
  readonly leaseNo: number;
}

/** A request for due jobs. */
export interface LeaseRequest {
  /** The name that the leases are held under. */
  readonly worker: string;
  /** How many of which type, lower case. Every type is asked for by itself, so that none starves another. */
  readonly wants: readonly { readonly type: string; readonly max: number }[];
  /** Limit over all types. */
  readonly max: number;
  /** How long others leave the jobs alone, in milliseconds. */
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
  /** The newest state format that the caller reads: jobs that need a newer one are left to others. Absent: any. */
  readonly format?: number;
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** What a lease gives. */
export interface Leased {
  /** The store's time of this lease. */
  readonly at: number;
  /** The leased jobs, at most `max`, in no promised order. */
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
  /** With `dueAt: null`: why. */
  readonly held?: string;
  /** The new count of failures; absent: unchanged. */
  readonly failures?: number;
  /** Added to `attempts`, of which the last three are kept. */
  readonly attempt?: Attempt;
  /** The new payload; absent: unchanged. */
  readonly payload?: string;
  /** Only if its payload is this; if not, nothing is done and the lease stays. Not for units. */
  readonly payloadIs?: string;
}

/**
 * What {@link Store.updateJobs} did with a job. `lost`: the lease is over, nothing was done. `busy`: somebody is writing
 * the job and nothing was done, ask again.
 */
export type JobUpdateResult = "done" | "lost" | "busy";

/** The end of a leased job's work: see {@link Store.endJobs}. */
export interface JobEnd extends Lease {
  /** JSON text for whoever takes it. */
  readonly outcome: string;
}

/** What {@link Store.endJobs} did. */
export interface EndedJobs {
  /** In order. `lost`: the lease is over, or the job has no instance. `busy`: somebody is writing it, ask again. */
  readonly results: readonly ("kept" | "lost" | "busy")[];
  /** A `baton:collect` job was opened. */
  readonly opened: boolean;
}

/** Which jobs to list, by id. */
export interface JobQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only jobs of this instance. */
  readonly instanceId?: string;
  /** Only this type; compared without regard to case. */
  readonly type?: string;
  /** True: only held ones. False: only others. Absent: both. */
  readonly held?: boolean;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}

// ---------------------------------------------------------------- commit

/** The fields of a new instance. */
export interface NewInstance {
  /** The definition that it runs. */
  readonly definitionId: string;
  /** The process id in the file. */
  readonly key: string;
  /** The definition's version. */
  readonly version: number;
  /**
   * Only if the definition is the latest of its key still: else nothing is written, and the answer is `rejected` with
   * a {@link SupersededError}. For stores with {@link Store.checksLatest}.
   */
  readonly latest?: boolean;
  /** The user's own name for it; not unique by itself. */
  readonly businessKey?: string;
  /** At most one instance per tenant has it, as long as it is kept: see {@link Unit.releaseUniqueKey}. */
  readonly uniqueKey?: string;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** The calling instance, for called processes. */
  readonly parentId?: string;
  /** The top of the call tree; its own id for a top instance. */
  readonly rootId: string;
}

/** All that one command changes: exactly one instance, all or nothing. */
export interface Unit {
  /** The one instance that it changes. */
  readonly instanceId: string;
  /** The instance's tenant: all that the unit opens belongs to it. */
  readonly tenant: string;
  /** The revision that was loaded; 0 together with `create`. */
  readonly revision: number;
  /** Present for the first unit of an instance, absent for all others. */
  readonly create?: NewInstance;
  /** The instance's status from now on. */
  readonly status: InstanceStatus;
  /** Set with the statuses completed, cancelled and failed. */
  readonly endedAt?: number;
  /** Why it was cancelled or failed. */
  readonly reason?: string;
  /** Free the instance's unique key (a message start with a key allows the next one). */
  readonly releaseUniqueKey?: boolean;
  /** The core's state, as text. */
  readonly state: string;
  /** Present if changed. */
  readonly variables?: string;
  /** Present if changed; `null`: there are none now. */
  readonly locals?: string | null;
  /** Present if `variables` changed: the searchable ones, all of them, as name and JSON scalar. */
  readonly searchable?: readonly (readonly [name: string, json: string])[];
  /** Each must be held now, else nothing is written and the answer is `lease-lost`. */
  readonly leases: readonly Lease[];
  /** Appended to the history; the core gives each sequence once. */
  readonly steps: readonly Step[];
  /** Added; their ids were reserved by the caller. */
  readonly openJobs: readonly NewJob[];
  /** Deleted if there: leased ones that are done, and others that are not needed any more. */
  readonly closeJobs: readonly string[];
  /** Leased jobs that go back (each is named in `leases`, too). */
  readonly updateJobs?: readonly JobUpdate[];
  /** Made due now, `failures`, `lostLeases` and `held` cleared. One that has `ended` stays, unless it is in `leases`. */
  readonly retryJobs?: readonly string[];
  /** `dueAt` null with this reason; a lease on them is lost. One that has `ended` stays, unless it is in `leases`. */
  readonly holdJobs?: readonly { readonly id: string; readonly held: string }[];
  /** Armed at the store's time of this commit. */
  readonly openSubscriptions?: readonly NewSubscription[];
  /** Deleted if there. */
  readonly closeSubscriptions?: readonly string[];
  /** Added with status `open` and revision 1. */
  readonly openUserTasks?: readonly NewUserTask[];
  /** Ended with this status, if open. */
  readonly closeUserTasks?: readonly { readonly id: string; readonly status: "completed" | "cancelled" }[];
  /** Added. */
  readonly openIncidents?: readonly NewIncident[];
  /** Deleted if there. */
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
  /** `notified`: listeners are told already. */
  | { readonly outcome: "committed"; readonly revision: number; readonly notified?: boolean }
  /** Another revision is there, or the instance is missing: load again, run the command again. */
  | { readonly outcome: "conflict" }
  /** Someone holds a lock on it for an unknown time, or the store cannot write now: try later, nothing was written. */
  | { readonly outcome: "busy"; readonly error?: Error }
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
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** Only this tenant's subscriptions match. */
  readonly tenant: string;
  /** What subscriptions name. */
  readonly name: string;
  /** Correlation key; empty matches only empty. */
  readonly key: string;
  /** The publisher's own id: the same one again within its life is a duplicate. */
  readonly messageId?: string;
  /** JSON object. */
  readonly variables: string;
  /** Only this process may take it (message flow). */
  readonly targetProcess?: string;
  /** Milliseconds since 1970 UTC. */
  readonly publishedAt: number;
  /** Milliseconds since 1970 UTC; from then on nobody gets it. */
  readonly expiresAt: number;
}

/** A buffered message. */
export interface Message extends NewMessage {
  /** Process keys that took it. */
  readonly takenBy: readonly string[];
}

/** An armed subscription. */
export interface Subscription extends NewSubscription {
  /** The tenant of its instance or definition. */
  readonly tenant: string;
  /** The store's time when it was armed. */
  readonly armedAt: number;
}

/** Which subscriptions to find; in order of `(armedAt, id)`. */
export interface SubscriptionQuery {
  /** Whose subscriptions. */
  readonly tenant: string;
  /** What is waited for. */
  readonly kind: "message" | "signal" | "conditional";
  /** Only this message or signal. */
  readonly name?: string;
  /** Only this correlation key; empty: only those without one. */
  readonly key?: string;
  /** Only this instance's. */
  readonly instanceId?: string;
  /** Exclusive. */
  readonly armedBefore?: number;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}

// ---------------------------------------------------------------- user tasks, incidents, notes, KPIs

/** Work for a person, as stored. */
export interface UserTask extends NewUserTask {
  /** The instance's tenant. */
  readonly tenant: string;
  /** The instance that waits for it. */
  readonly instanceId: string;
  /** The process id in the file. */
  readonly processKey: string;
  /** Completed and cancelled ones stay as they are. */
  readonly status: "open" | "completed" | "cancelled";
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
  /** Milliseconds since 1970 UTC; absent while open. */
  readonly endedAt?: number;
  /** 1 at first, one more at every change: the fence of {@link Store.updateUserTask}. */
  readonly revision: number;
}

/** The fields of a user task that people may change. `null` clears. */
export interface UserTaskChange {
  /** The one person who has it. */
  readonly assignee?: string | null;
  /** All of them anew: people who may claim it. */
  readonly candidateUsers?: readonly string[];
  /** All of them anew: groups whose members may claim it. */
  readonly candidateGroups?: readonly string[];
  /** ISO 8601. */
  readonly dueDate?: string | null;
  /** ISO 8601: when to look at it again. */
  readonly followUpDate?: string | null;
  /** Whole number, higher is more urgent; the core's default is 50. */
  readonly priority?: number;
  /** The form to show; opaque to the engine. */
  readonly formKey?: string | null;
}

/** Which user tasks to list; highest priority first, then oldest. */
export interface UserTaskQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only tasks of this instance. */
  readonly instanceId?: string;
  /** Only tasks of this process, of all its versions. */
  readonly processKey?: string;
  /** Only tasks of this element. */
  readonly elementId?: string;
  /** Only tasks of this person. */
  readonly assignee?: string;
  /** True: only those without an assignee. */
  readonly unassigned?: boolean;
  /** Only tasks that name this person as a candidate; groups are not looked at. */
  readonly candidateUser?: string;
  /** Any of them. */
  readonly candidateGroups?: readonly string[];
  /** ISO 8601; inclusive. */
  readonly dueBefore?: string;
  /** ISO 8601; inclusive. */
  readonly followUpBefore?: string;
  /** Default `open`. */
  readonly status?: "open" | "completed" | "cancelled";
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}

/** An open incident. */
export interface Incident extends NewIncident {
  /** The instance's tenant. */
  readonly tenant: string;
  /** The instance that it stands in. */
  readonly instanceId: string;
  /** The process id in the file. */
  readonly processKey: string;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

/** Which incidents to list; oldest first. */
export interface IncidentQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only incidents of this instance. */
  readonly instanceId?: string;
  /** Only incidents of this process, of all its versions. */
  readonly processKey?: string;
  /** Only this kind: see `docs/incidents.md`. */
  readonly kind?: string;
  /** Only incidents at this element. */
  readonly elementId?: string;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}

/**
 * What a note is for: `audit` records who did what, `system` is written by programs, the others by people.
 */
export type NoteKind = "info" | "user" | "system" | "audit";

/** A remark on an instance. */
export interface Note {
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** The instance that it is about. */
  readonly instanceId: string;
  /** What it is for. */
  readonly kind: NoteKind;
  /** What it says. */
  readonly text: string;
  /** Who wrote it; absent if nobody said. */
  readonly author?: string;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

/** What KPIs are asked for. */
export interface KpiQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** `process`: durations of ended instances. The other two: durations of ended steps. Default `process-element`. */
  readonly groupBy?: "process" | "process-element" | "element";
  /** Only this process, all its versions. */
  readonly key?: string;
  /** Only this version. */
  readonly definitionId?: string;
  /** Only this element; not used when grouping by `process`. */
  readonly elementId?: string;
  /** On the end time; inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

/** One row of KPIs. Durations in milliseconds. */
export interface Kpi {
  /** The process id in the file; absent when grouping by `element`. */
  readonly key?: string;
  /** Absent when grouping by `process`. */
  readonly elementId?: string;
  /** How many ended, however they ended. */
  readonly count: number;
  /** How many ended as failed. */
  readonly failures: number;
  /** Mean duration. */
  readonly averageMs: number;
  /** Shortest duration. */
  readonly minMs: number;
  /** Longest duration. */
  readonly maxMs: number;
  /** Median duration. */
  readonly p50Ms: number;
  /** 95 % took at most this long. */
  readonly p95Ms: number;
  /** 99 % took at most this long. */
  readonly p99Ms: number;
}

// ---------------------------------------------------------------- retention

/** What {@link Store.cleanup} deletes. */
export interface CleanupRequest {
  /** Only this tenant's instances; absent: all tenants'. */
  readonly tenant?: string;
  /** Only instances of this process, of all its versions. */
  readonly key?: string;
  /** Time to live of instances whose model names none, in milliseconds; absent: those are kept. */
  readonly defaultTtlMs?: number;
  /** True: nothing is deleted, only counted. Default false. */
  readonly dryRun?: boolean;
  /** How many instances go at once; default 100, at most 1,000. */
  readonly batch?: number;
  /**
   * Called, and awaited, before a batch is deleted: the place to export it. If it throws, its batch is kept and the
   * cleaning ends with that error. Also called in a dry run.
   */
  readonly onBatch?: (instances: readonly InstanceRecord[]) => void | Promise<void>;
  /** Ends the cleaning after the batch that is under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** What {@link Store.cleanup} did, or would do. */
export interface CleanupResult {
  /** How many instances were deleted. */
  readonly instances: number;
  /** The same by process, sorted by key. */
  readonly processes: readonly { readonly key: string; readonly instances: number }[];
  /** It was ended by its signal: there may be more. */
  readonly more: boolean;
  /** PostgreSQL: how many partitions of steps were dropped, because none of their instances was left. */
  readonly partitions: number;
}

// ---------------------------------------------------------------- looking for what is wrong

/** What {@link Store.audit} looks at. */
export interface AuditRequest {
  /** Only this tenant's rows; absent: all tenants'. */
  readonly tenant?: string;
  /** At most so many rows of each kind. Default 10,000. */
  readonly take?: number;
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** Rows of a store that do not go together. */
export interface AuditFinding {
  /**
   * `message-left`: a message that expired over an hour ago and was not deleted. `variable-left`: an instance that is
   * found by a variable that it does not have. `index-lost`: a row that an index does not find. `index-left`: an
   * entry of an index that leads to nothing. `steps-range`: a range of steps without its partition, or a partition
   * without its range. `kpis-left`: what ended over an hour ago and was not summed up.
   */
  readonly kind:
    | "message-left"
    | "variable-left"
    | "index-lost"
    | "index-left"
    | "steps-range"
    | "kpis-left";
  /** Of the message, instance, row or definition; the first id of a range. */
  readonly id: string;
}

// ---------------------------------------------------------------- the store

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

  /** Calls `listener` when jobs may have become due. Only a hint; polling is the truth. */
  listen?(listener: () => void): Promise<AsyncDisposable>;
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

// ---------------------------------------------------------------- errors

/** Someone else changed it first: load again and retry. */
export class ConflictError extends Error {
  /** For programs; the message is for people. */
  readonly code = "conflict";
  /** The class's name. */
  override name = "ConflictError";
}

/** The caller's lease is over: another worker may have the job. Drop the result. */
export class LeaseLostError extends Error {
  /** For programs; the message is for people. */
  readonly code = "lease-lost";
  /** The class's name. */
  override name = "LeaseLostError";
}

/** Another version has been deployed meanwhile: find the latest again. */
export class SupersededError extends Error {
  /** For programs; the message is for people. */
  readonly code = "superseded";
  /** The class's name. */
  override name = "SupersededError";
}

/** There is no such definition, instance, job, task or incident. */
export class NotFoundError extends Error {
  /** For programs; the message is for people. */
  readonly code = "not-found";
  /** The class's name. */
  override name = "NotFoundError";
}

/** The store cannot be used as it is: newer schema, missing migration, closed. */
export class StoreError extends Error {
  /** For programs; the message is for people. */
  readonly code = "store";
  /** The class's name. */
  override name = "StoreError";
}
