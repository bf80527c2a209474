/**
 * What a transition asks of the outside world, as plain data.
 *
 * The core fills one {@link Effects}; the runtime turns it into one unit of the store's commit. Nothing here
 * has happened until that commit stands.
 */
import type { ElementType } from "../model/types.ts";

/** How one element ended (BPMN 2.0.2, 13.3.2 activity life-cycle, folded to what users ask about). */
export type StepStatus = "started" | "completed" | "failed" | "cancelled" | "skipped";

/** One failed attempt of a job. */
export interface Attempt {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** What the handler threw or said. */
  readonly message: string;
}

/** One finished element execution. Append-only; written once, when the element ends. */
export interface Step {
  /** 1..n within the instance, given when the element started. */
  readonly sequence: number;
  /** Id in the model. */
  readonly elementId: string;
  /** BPMN's name of the element's kind. */
  readonly elementType: ElementType;
  /** How it ended; `started` only in lists that show running ones. */
  readonly status: StepStatus;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Milliseconds since 1970 UTC; the time of the look while it runs. */
  readonly endedAt: number;
  /** Item number of a loop or multi-instance, from 0. */
  readonly item?: number;
  /** Failed attempts before the end. */
  readonly failures?: number;
  /** Why it failed, or the last three failed attempts. */
  readonly error?: string;
  /** The last three failed attempts; absent if there were none. */
  readonly attempts?: readonly Attempt[];
}

/** 0: work of the engine itself; 1: follow-up jobs of an instance; 2: first jobs of an instance. Lower first. */
export type JobClass = 0 | 1 | 2;

/** Types of the engine's own jobs. Users' types never start with `baton:`. */
export type EngineJobType =
  | "baton:timer"
  | "baton:start-child"
  | "baton:cancel-child"
  | "baton:child-ended"
  | "baton:child-throws"
  | "baton:throw-answer"
  | "baton:publish"
  | "baton:correlate"
  | "baton:broadcast"
  | "baton:expire-message"
  | "baton:collect"
  | "baton:continue";

/** A job to be enqueued. */
export interface NewJob {
  /** Decimal string. */
  readonly id: string;
  /** The instance whose unit the job's completion is. Absent: a job without an instance. */
  readonly instanceId?: string;
  /** Timer starts: the definition to start. */
  readonly definitionId?: string;
  /** The element that it does the work of; absent for jobs of no single element. */
  readonly elementId?: string;
  /** Lower case: types are compared without regard to case. */
  readonly type: string;
  /** What is leased first. */
  readonly class: JobClass;
  /** Higher first among due jobs of a lease; 0 by default. */
  readonly priority?: number;
  /** Milliseconds since 1970 UTC; `null`: never due (see {@link held}). */
  readonly dueAt: number | null;
  /** Why it is not due: `incident`, `suspended`. */
  readonly held?: string;
  /** Retries after the first attempt; absent: the worker's default. */
  readonly retries?: number;
  /** Delays before the retries, ms; absent: the worker's backoff. */
  readonly retryDelaysMs?: readonly number[];
  /** JSON for the one who executes it (headers, payload of a message, timer repetition, ...). */
  readonly payload?: string;
  /** Lease the job to this worker in the commit that creates it. */
  readonly lease?: { readonly worker: string; readonly leaseMs: number };
}

/** Who wants to hear of an event from outside. */
export interface NewSubscription {
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** What is waited for. */
  readonly kind: "message" | "signal" | "conditional";
  /** The process's key: a message reaches one subscription per process key. */
  readonly processKey: string;
  /** Name of the message or signal; empty for conditions. */
  readonly name: string;
  /** Correlation key of a message; empty for none and for other kinds. */
  readonly key: string;
  /** The element that catches. */
  readonly elementId: string;
  /** Absent: a start event of the definition. */
  readonly instanceId?: string;
  /** With `elementId`, the start event that it is; absent with `instanceId`. */
  readonly definitionId?: string;
  /** Index of the event definition within its element. */
  readonly definitionIndex: number;
}

/** Work for a person. */
export interface NewUserTask {
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** The user task's id in the model. */
  readonly elementId: string;
  /** The user task's name in the model. */
  readonly name?: string;
  /** The one person who has it; absent: nobody yet. */
  readonly assignee?: string;
  /** People who may claim it. */
  readonly candidateUsers: readonly string[];
  /** Groups whose members may claim it. */
  readonly candidateGroups: readonly string[];
  /** ISO 8601, as the model's expression gave it. */
  readonly dueDate?: string;
  /** ISO 8601: when to look at it again. */
  readonly followUpDate?: string;
  /** Whole number, higher is more urgent; 50 by default. */
  readonly priority: number;
  /** The form to show; opaque to the engine. */
  readonly formKey?: string;
}

/** Stable kinds of incidents (`docs/incidents.md`). */
export type IncidentKind =
  | "job-no-retries"
  | "expression"
  | "no-flow"
  | "unhandled-error"
  | "stuck"
  | "move-budget"
  | "called-process-missing"
  | "script"
  | "script-limit"
  | "worker-lost"
  | "timer"
  | "loop"
  | "variables"
  | "start";

/** Something that a person has to look at. */
export interface NewIncident {
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** What happened. */
  readonly kind: IncidentKind;
  /** Where the token stands. */
  readonly elementId: string;
  /** What happened, for people. */
  readonly message: string;
  /** The job that stands still because of it. */
  readonly jobId?: string;
}

/** A script that must run before the transition can go on; see `Transitioned.scripts`. */
export interface ScriptRequest {
  /** The token that waits, for the `scriptDone` command. */
  readonly token: number;
  /** The script task's id in the model. */
  readonly elementId: string;
  /** The script's language, lower case. */
  readonly format: string;
  /** The script's text. */
  readonly body: string;
  /** All variables the script sees. */
  readonly variables: Record<string, unknown>;
}

/** Everything that one unit writes besides state and variables. */
export interface Effects {
  /** Appended to the history. */
  readonly steps: Step[];
  /** To be enqueued. */
  readonly openJobs: NewJob[];
  /** Jobs that this instance no longer needs: deleted whether leased or not. */
  readonly closeJobs: string[];
  /** To be armed. */
  readonly openSubscriptions: NewSubscription[];
  /** Ids to be disarmed. */
  readonly closeSubscriptions: string[];
  /** To be shown to people. */
  readonly openUserTasks: NewUserTask[];
  /** To be taken from people's lists. */
  readonly closeUserTasks: { readonly id: string; readonly status: "completed" | "cancelled" }[];
  /** To be raised. */
  readonly openIncidents: NewIncident[];
  /** Ids of those that are resolved or have lost their token. */
  readonly closeIncidents: string[];
  /** Jobs to make due again now, with the failure count reset (incident resolved, instance resumed). */
  readonly retryJobs: string[];
  /** Jobs that must not run until told otherwise. */
  readonly holdJobs: { readonly id: string; readonly held: string }[];
}

/** @returns An empty collection of effects. */
export function noEffects(): Effects {
  return {
    steps: [],
    openJobs: [],
    closeJobs: [],
    openSubscriptions: [],
    closeSubscriptions: [],
    openUserTasks: [],
    closeUserTasks: [],
    openIncidents: [],
    closeIncidents: [],
    retryJobs: [],
    holdJobs: [],
  };
}
