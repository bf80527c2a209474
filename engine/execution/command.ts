/** What can happen to an instance. */
import type { ProcessModel } from "../model/types.ts";
import type { Attempt, Effects, ScriptRequest } from "./effects.ts";
import type { Instance, InstanceLife } from "./state.ts";

interface CommandBase {
  /**
   * Identifies the command for commands that consume no lease: a repeat is rejected as `already-applied`.
   */
  readonly id?: string;
}

/** Creates the tokens of a new instance. */
export interface StartCommand extends CommandBase {
  readonly kind: "start";
  readonly variables: Readonly<Record<string, unknown>>;
  /** Start event, instantiating receive task or catch event; absent: the none start event. */
  readonly startEvent?: string;
  /** The event definition that fired, for message, signal, timer and conditional starts. */
  readonly definitionIndex?: number;
  /** Correlation key of the starting message: further catches of the same start use it. */
  readonly messageKey?: string;
  /** The caller, for a called process. */
  readonly parent?: { readonly id: string; readonly token: number };
  /** Who starts it: goes to the variable that `camunda:initiator` of the start event names. */
  readonly startedBy?: string;
  /** Leave the tokens on the start event, to be stepped by hand. */
  readonly manual?: boolean;
}
/** Runs one wave, or goes on after a cut unit. */
export interface ContinueCommand extends CommandBase {
  readonly kind: "continue";
  /** The `baton:continue` job, for asynchronous continuations of one token. */
  readonly jobId?: string;
}
export interface CompleteJobCommand extends CommandBase {
  readonly kind: "completeJob";
  readonly jobId: string;
  /** What the handler set by name. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** What the handler returned: goes to the result variable, or its properties become variables. */
  readonly result?: unknown;
  /** The job's failed attempts so far, for the step. */
  readonly failures?: number;
  readonly attempts?: readonly Attempt[];
}
/** The job's retries are exhausted, or it cannot be retried: an incident. The job must be held. */
export interface FailJobCommand extends CommandBase {
  readonly kind: "failJob";
  readonly jobId: string;
  readonly incident: "job-no-retries" | "worker-lost" | "script" | "script-limit";
  readonly message: string;
  /** The job's failed attempts so far, for the step. */
  readonly failures?: number;
  readonly attempts?: readonly Attempt[];
}
/** A handler threw a BPMN error. */
export interface ThrowErrorCommand extends CommandBase {
  readonly kind: "throwError";
  readonly jobId: string;
  readonly code: string;
  readonly message?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The job's failed attempts so far, for the step. */
  readonly failures?: number;
  readonly attempts?: readonly Attempt[];
}
/** The answer to a {@link ScriptRequest}. */
export interface ScriptDoneCommand extends CommandBase {
  readonly kind: "scriptDone";
  readonly token: number;
  readonly outcome:
    | { readonly ok: true; readonly result: unknown; readonly variables: Readonly<Record<string, unknown>> }
    | { readonly ok: false; readonly incident: "script" | "script-limit"; readonly message: string }
    | { readonly ok: false; readonly errorCode: string; readonly message?: string };
}
export interface FireTimerCommand extends CommandBase {
  readonly kind: "fireTimer";
  readonly jobId: string;
}
export interface DeliverMessageCommand extends CommandBase {
  readonly kind: "deliverMessage";
  readonly subscriptionId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
export interface DeliverSignalCommand extends CommandBase {
  readonly kind: "deliverSignal";
  readonly subscriptionId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
export interface CompleteUserTaskCommand extends CommandBase {
  readonly kind: "completeUserTask";
  readonly taskId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
/** A BPMN error or escalation for a user task, by a person. */
export interface ThrowFromUserTaskCommand extends CommandBase {
  readonly kind: "throwFromUserTask";
  readonly taskId: string;
  readonly throws: "error" | "escalation";
  readonly code: string;
  readonly message?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}
export interface SetVariablesCommand extends CommandBase {
  readonly kind: "setVariables";
  readonly variables: Readonly<Record<string, unknown>>;
  /** Token or scope id; absent: the instance. */
  readonly scope?: number;
  /** Write into exactly that scope instead of by the scope rules. */
  readonly local?: boolean;
}
export interface ResolveIncidentCommand extends CommandBase {
  readonly kind: "resolveIncident";
  readonly incidentId: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}
export interface ChildEndedCommand extends CommandBase {
  readonly kind: "childEnded";
  readonly childId: string;
  readonly token: number;
  readonly status: "completed" | "cancelled" | "failed";
  readonly variables: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}
/** The called process could not be created. */
export interface ChildMissingCommand extends CommandBase {
  readonly kind: "childMissing";
  readonly jobId: string;
  readonly message: string;
}
/** An error or escalation that nothing in the child caught. */
export interface ChildThrowsCommand extends CommandBase {
  readonly kind: "childThrows";
  readonly childId: string;
  readonly token: number;
  /** The child's token that waits for the answer. */
  readonly childToken: number;
  readonly throws: "error" | "escalation";
  readonly code: string;
  readonly message?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Where it came from decides what an uncaught error does. */
  readonly from: "event" | "job";
}
/** The caller's answer to an error or escalation of this child. */
export interface ThrowAnswerCommand extends CommandBase {
  readonly kind: "throwAnswer";
  readonly token: number;
  readonly answer: "continue" | "not-caught";
}
export interface CancelCommand extends CommandBase {
  readonly kind: "cancel";
  /** `completed`: who moves the instance without the core says that it is. */
  readonly status: "completed" | "cancelled" | "failed";
  readonly reason?: string;
  /** True when the caller cancels: it then gets no `child-ended`. */
  readonly byParent?: boolean;
}
export interface SuspendCommand extends CommandBase {
  readonly kind: "suspend" | "resume";
}
/** Starts activities of an ad-hoc sub-process. */
export interface ActivateCommand extends CommandBase {
  readonly kind: "activate";
  /** Token of the ad-hoc sub-process. */
  readonly token: number;
  readonly elementIds: readonly string[];
}
/** Ends one token's element, as if it had completed: simulation and repair. */
export interface CompleteElementCommand extends CommandBase {
  readonly kind: "completeElement";
  readonly token: number;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Gateway: take this flow, whatever the conditions say. */
  readonly flowId?: string;
  /** Throw this BPMN error instead. */
  readonly errorCode?: string;
}

export type Command =
  | StartCommand
  | ContinueCommand
  | CompleteJobCommand
  | FailJobCommand
  | ThrowErrorCommand
  | ScriptDoneCommand
  | FireTimerCommand
  | DeliverMessageCommand
  | DeliverSignalCommand
  | CompleteUserTaskCommand
  | ThrowFromUserTaskCommand
  | SetVariablesCommand
  | ResolveIncidentCommand
  | ChildEndedCommand
  | ChildMissingCommand
  | ChildThrowsCommand
  | ThrowAnswerCommand
  | CancelCommand
  | SuspendCommand
  | ActivateCommand
  | CompleteElementCommand;

/** What the core may know of the world. */
export interface TransitionContext {
  readonly model: ProcessModel;
  /** The store's time, ms since 1970 UTC. */
  readonly at: number;
  /** First of a block of reserved ids; see {@link Transitioned.idsUsed}. */
  readonly firstId: number;
  /** Collects over all transitions of one unit. */
  readonly effects: Effects;
  /** At most this many waves; then ready tokens stay. Absent: until nothing is ready. */
  readonly maxWaves?: number;
  /** Moves that one command may make before it is an endless loop. Default 100,000. */
  readonly moveBudget?: number;
  /** Moves of an instance without any command from outside before it is an endless loop. Default 1,000,000. */
  readonly runBudget?: number;
  /** Tokens that one instance may have. Default 100,000. */
  readonly maxTokens?: number;
  /** What the instance's own variables, all inner ones, or a collection may take as JSON. Absent: no limit. */
  readonly maxVariablesBytes?: number;
  /**
   * Measure each variable that is written, for they were found to take too much: what does not fit is an incident at
   * its element, or thrown as {@link TooLargeError} if it came with the command.
   */
  readonly measured?: boolean;
  /** Rows after which a unit is cut at a wave's end. Default 500. */
  readonly maxRows?: number;
  /** Script formats that the host handles: they become jobs of type `script:<format>`. */
  readonly scriptFormats?: ReadonlySet<string>;
  /** All scripts become jobs (joined transactions). */
  readonly scriptsAsJobs?: boolean;
}

/** Why a command cannot be carried out now. Nothing was changed. */
export interface Rejection {
  /** Stable: `already-applied`, `not-running`, `no-such-job`, `no-such-task`, `no-start-event`, ... */
  readonly code: string;
  readonly message: string;
}

/** What a transition did besides its effects. */
export interface Transitioned {
  readonly rejection?: Rejection;
  readonly status: InstanceLife;
  readonly reason?: string;
  /** How many ids of the block are used. */
  readonly idsUsed: number;
  /** Scripts to run now; answer each with `scriptDone` in the same unit. */
  readonly scripts: readonly ScriptRequest[];
  /** Ready tokens remain. */
  readonly more: boolean;
  readonly variablesChanged: boolean;
  readonly localsChanged: boolean;
  /** Jobs that were open before may see other inner variables. */
  readonly shownChanged: boolean;
}

/** The core's only entry: see `transition.ts`. */
export type TransitionFunction = (
  instance: Instance,
  command: Command,
  context: TransitionContext,
) => Transitioned;
