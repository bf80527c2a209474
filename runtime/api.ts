/** Arguments and answers of the `Engine`'s methods. */
import type { ElementType, Position as CorePosition, Problem, Step, StepStatus } from "../engine/mod.ts";
import type {
  Definition,
  Incident,
  InstanceRecord,
  InstanceStatus,
  Note,
  NoteKind,
  SqlTransaction,
  UserTask,
} from "../storage/store.ts";

/** Values by name. JSON only. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** Options of `deploy`. */
export interface DeployOptions {
  /** Shown in messages; default: the path or URL. */
  readonly fileName?: string;
  /** Deploy although extensions that would change what runs are not supported. */
  readonly ignoreExtensions?: boolean;
  /** Bytes; default 10 MiB. */
  readonly maxBytes?: number;
}

/** What a deploy did. */
export interface Deployment {
  /** One per executable process of the file; `created` is false for an unchanged one. */
  readonly definitions: readonly (Definition & { readonly created: boolean })[];
  /** Warnings and form rules that did not stop it. */
  readonly problems: readonly Problem[];
}

/** Options of `start`. */
export interface StartOptions {
  /** Default: the latest. */
  readonly version?: number;
  /** The highest version that carries this tag. */
  readonly versionTag?: string;
  /** Written before the first element starts. */
  readonly variables?: VariableValues;
  /** The user's own name for the instance; need not be unique. */
  readonly businessKey?: string;
  /** Starting again with the same business key returns the first instance. */
  readonly uniqueBusinessKey?: boolean;
  /** Who starts it: goes to the variable that `camunda:initiator` of the start event names, if it names one. */
  readonly initiator?: string;
  /** Leave the token on the start event, to be stepped by hand. */
  readonly manual?: boolean;
  /** Id of the start event, if it is not the only none start event. */
  readonly startEvent?: string;
  /** Start within this open PostgreSQL transaction (READ COMMITTED): it stands or falls with it. */
  readonly transaction?: SqlTransaction;
}

/** The instance that `start` made or found. */
export interface StartedInstance extends InstanceRecord {
  /** False: an instance with this unique business key was there. */
  readonly created: boolean;
}

/** An instance with its variables. */
export interface InstanceDetails extends InstanceRecord {
  /** Those of the instance's own scope. */
  readonly variables: Record<string, unknown>;
}

/** Options that join a user's own transaction. */
export interface JoinOptions {
  /** PostgreSQL, READ COMMITTED. */
  readonly transaction?: SqlTransaction;
}

/** Where one or more tokens stand, and what they wait for. */
export interface Position extends CorePosition {
  /** Type of the job that is waited for. */
  readonly jobType?: string;
  /** Why the job is not due: `incident`, `suspended`. */
  readonly jobHeld?: string;
  /** Whether this engine has a handler for the job's type. */
  readonly handlerKnown?: boolean;
}

/** One element execution; running ones are included. */
export interface HistoryStep extends Omit<Step, "endedAt"> {
  /** Milliseconds since 1970 UTC; absent while it runs. */
  readonly endedAt?: number;
  /** Until the end, or until now. */
  readonly durationMs: number;
}

/** Options of `history`. */
export interface HistoryOptions {
  /** Only steps with a higher sequence. */
  readonly after?: number;
  /** Default 1,000. */
  readonly take?: number;
}

/** What a message or signal from outside carries. */
export interface PublishOptions {
  /** Correlation key; default empty, which matches only empty. */
  readonly key?: string;
  /** The payload. */
  readonly variables?: VariableValues;
  /** How long it waits for a receiver, in ms. Default 0: only receivers that wait now. */
  readonly timeToLiveMs?: number;
  /** The same id again within its life is a duplicate. */
  readonly messageId?: string;
}

/** What became of a published message. */
export interface Published {
  /** The message's id in the store. */
  readonly id: string;
  /** Its `messageId` is known: nothing was done. */
  readonly duplicate: boolean;
  /** Who took it at once. */
  readonly receivers: readonly MessageReceiver[];
}

/** An instance that took a message. */
export interface MessageReceiver {
  /** Who took it. */
  readonly instanceId: string;
  /** The instance's process. */
  readonly processKey: string;
  /** The catching element. */
  readonly elementId: string;
  /** The message started the instance. */
  readonly started: boolean;
}

/** Options of `correlateMessage`. */
export interface CorrelateOptions {
  /** Correlation key; default empty, which matches only empty. */
  readonly key?: string;
  /** The payload. */
  readonly variables?: VariableValues;
  /** Only this instance. */
  readonly instanceId?: string;
  /** Only this subscription. */
  readonly subscriptionId?: string;
}

/** Options of `broadcastSignal`. */
export interface SignalOptions {
  /** The payload. */
  readonly variables?: VariableValues;
}

/** Options of `setVariables`. */
export interface SetVariablesOptions {
  /** Token or scope id (see `positions`); default: the instance. */
  readonly scope?: number;
  /** Write into exactly that scope instead of the nearest one that has the name. */
  readonly local?: boolean;
}

/** A remark to add. */
export interface NoteOptions {
  /** Default `user`. */
  readonly kind?: NoteKind;
  /** Who says so. */
  readonly author?: string;
}

/** What `step` and `run` left behind. */
export interface RunResult {
  /** How the instance stands now. */
  readonly status: InstanceStatus;
  /** Where the tokens are now. */
  readonly positions: readonly Position[];
}

/** Options of `run`. */
export interface RunOptions {
  /** Handler executions after which it gives up. Default 100,000. */
  readonly maxJobs?: number;
}

/** An instance with the instances that it called. */
export interface CallTreeNode extends InstanceRecord {
  /** Those that it has called itself, oldest first. */
  readonly children: readonly CallTreeNode[];
}

/** How a simulated task ends. */
export interface SimulatedAnswer {
  /** What the work gives. */
  readonly variables?: VariableValues;
  /** End with this BPMN error instead. */
  readonly errorCode?: string;
  /** Stop in front of it: the path ends here if nothing else moves. */
  readonly wait?: boolean;
}

/** Options of `simulate`. */
export interface SimulateOptions {
  /** The instance's variables; of a stored instance: written first. */
  readonly variables?: VariableValues;
  /** Which process of a file with several. */
  readonly process?: string;
  /** Id of the start event, if it is not the only none start event. */
  readonly startEvent?: string;
  /** By element id: one answer for every visit, or one per visit in order. Default: completes without variables. */
  readonly answers?: Readonly<Record<string, SimulatedAnswer | readonly SimulatedAnswer[]>>;
  /** By gateway id: the flow to take, whatever the conditions say; one, or one per visit in order. */
  readonly choices?: Readonly<Record<string, string | readonly string[]>>;
  /** Fire timers, messages, signals by themselves when nothing else moves. Default true. */
  readonly fireEvents?: boolean;
  /** Start time. Default: the engine's clock. */
  readonly at?: number;
  /** Waves after which an endless process is stopped. Default 10,000. */
  readonly maxWaves?: number;
}

/** What a simulation did. */
export interface Simulation {
  /** How it has ended, or `running` if it waits. */
  readonly status: InstanceStatus;
  /** In order of their start: element executions, running ones without `endedAt`. */
  readonly path: readonly HistoryStep[];
  /** Those of the instance's own scope at the end. */
  readonly variables: Record<string, unknown>;
  /** Where the tokens are at the end. */
  readonly positions: readonly Position[];
  /** What a real instance would have stopped at. */
  readonly incidents: readonly {
    readonly elementId: string;
    readonly kind: string;
    readonly message: string;
  }[];
}

/** A step for those who write their own executor. */
export interface OwnStep {
  /** Given by the caller: unique in the instance. */
  readonly sequence: number;
  /** Id of the element in the model. */
  readonly elementId: string;
  /** Its kind. */
  readonly elementType: ElementType;
  /** How it ended. */
  readonly status: StepStatus;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Milliseconds since 1970 UTC. */
  readonly endedAt: number;
  /** Why it failed. */
  readonly error?: string;
}

/** An instance to be saved by one's own executor. */
export interface SaveInstance {
  /** The instance's id. */
  readonly id: string;
  /** The one that was loaded. */
  readonly revision: number;
  /** Absent: unchanged. */
  readonly status?: InstanceStatus;
  /** Why it was cancelled or failed. */
  readonly reason?: string;
  /** All variables of the instance's own scope; absent: unchanged. */
  readonly variables?: VariableValues;
  /** Appended to the history. */
  readonly steps?: readonly OwnStep[];
}

/** Options of `cleanup`. */
export interface CleanupOptions {
  /** Only instances of this process, of all its versions. */
  readonly key?: string;
  /**
   * How long after its end an instance stays whose model has no `historyTimeToLive`, in milliseconds. Default: for
   * ever. What the model says comes first.
   */
  readonly defaultTtlMs?: number;
  /** Only count. Default false. */
  readonly dryRun?: boolean;
  /** Instances that go at once. Default 100, at most 1,000. */
  readonly batch?: number;
  /**
   * Takes each batch before it is deleted, and is awaited: when it returns, what it was given must be safe. If it
   * throws, the batch stays. After an interruption it may be given an instance again. Not called in a dry run.
   */
  readonly export?: (instances: readonly ExportedInstance[]) => void | Promise<void>;
  /** Ends the cleaning after the batch that is under way. */
  readonly signal?: AbortSignal;
}

/** An ended instance with all that is worth keeping of it. JSON. */
export interface ExportedInstance extends InstanceDetails {
  /** By sequence. */
  readonly steps: readonly Step[];
  /** Open or closed. */
  readonly userTasks: readonly UserTask[];
  /** Those that were never resolved. */
  readonly incidents: readonly Incident[];
  /** Oldest first. */
  readonly notes: readonly Note[];
}
