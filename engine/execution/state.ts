/**
 * The state of one instance: plain JSON, small, and independent of the model's object graph.
 *
 * A scope holds tokens; a token stands at one element and *is* that element's execution. A token at a
 * sub-process, loop or multi-instance activity owns an inner scope. Tokens name element ids, so a state outlives
 * a re-parse and a move to a new definition version. Variables are kept apart: see {@link Variables}.
 */
import { Variables, withoutPrototype } from "./variable_store.ts";

/** Keys of links that are rebuilt on decoding; `JSON.stringify` skips symbols. */
export const IN: unique symbol = Symbol("in");
export const OWNER: unique symbol = Symbol("owner");

/** The format that this release writes. It reads all older ones. */
export const STATE_FORMAT = 1;

export type InstanceLife = "running" | "suspended" | "completed" | "cancelled" | "failed";

/** Why a token stands still. Absent while it is `ready`. */
export type Wait =
  /** In front of a parallel join: one token per incoming flow is needed. */
  | "join"
  /** In front of an inclusive join, or a complex gateway. */
  | "inclusive"
  | "complex"
  /** In front of an activity whose start quantity is not reached. */
  | "quantity"
  /** `job` is open. */
  | "job"
  /** `task` is open. */
  | "user"
  /** A script request is out: the runtime answers in the same unit. */
  | "script"
  /** `child` is a called instance. */
  | "child"
  /** Its subscriptions are armed. */
  | "event"
  /** Its inner scope is at work. */
  | "scope"
  /** An error or escalation was passed to the caller, whose answer is awaited. */
  | "answer"
  /** `undo` is at work. */
  | "compensation"
  /** An incident must be resolved first. */
  | "incident"
  /** Manual stepping: it moves when told. */
  | "manual";

/**
 * What a ready token does next. Absent: enter its element.
 *
 * `async`: enter it, the asynchronous continuation before it has run. `start`: begin the activity. `loop`: go on
 * with the loop. `leave`: write its results and take the outgoing flows. `out`: take the outgoing flows. `aside`: it
 * only carries a compensation that nobody waits for.
 */
export type Phase = "async" | "start" | "loop" | "leave" | "out" | "aside";

/** An armed event definition. */
export interface Subscribed {
  /** The catching element: the token's own, a boundary event, a catch behind an event gateway, a start event. */
  el: string;
  /** Index of the definition in its event. */
  def: number;
  kind: "message" | "timer" | "signal" | "conditional";
  /** Store row: subscription id of a message or signal, job id of a timer. */
  id?: string;
  /** Name of a message or signal. */
  name?: string;
  /** Timer: when it is due, and how many firings are left (-1: without end). */
  due?: number;
  left?: number;
  /** Cycle timer: the text it was armed with. */
  every?: string;
  /** Conditional: the value last time. */
  was?: boolean;
  /** Parallel multiple: it has occurred; `payload` is kept until all have. */
  fired?: boolean;
  payload?: Record<string, unknown>;
}

/** Progress of a loop or multi-instance, on the token that stands for the whole activity. */
export interface LoopState {
  /** What `loopCounter` starts at; absent: 0. */
  first?: number;
  /** Items in all; -1 for a standard loop. */
  total: number;
  /** Items started. */
  started: number;
  done: number;
  /** Collection, kept while parallel items start. States of older builds have it for sequential items, too. */
  items?: unknown[];
  /** Collected outputs by item. */
  out?: unknown[];
  /** What the outputs take as JSON. */
  outBytes?: number;
  /** Outputs of so many items before them are {@link Kept}. */
  outFrom?: number;
  /** Sequential items: the variable that is an item of the {@link Kept} collection. */
  each?: string;
  /** Sequential items: the variable for an item's output, `null` until it is written. */
  gives?: string;
  /** A behaviour `One` event was thrown. */
  thrown?: boolean;
  /** The instance had too many tokens for the next items: an incident stands for it. */
  full?: boolean;
}

/**
 * What a sequential multi-instance keeps among the inner variables, which are written only when they change: in
 * the state it would be written again with every item. It stands under {@link keptId}, where no expression looks.
 */
export interface Kept {
  /** The collection. */
  items?: unknown[];
  /** Outputs of the first items. */
  out?: unknown[];
}

/** @returns Where a loop's {@link Kept} is among the variables. */
export function keptId(token: Token): number {
  return -token.id;
}

/** A completed activity that can still be compensated (BPMN 2.0.2, 13.5.5). */
export interface Completed {
  el: string;
  /** Step sequences when it started and when it completed: they order compensation. */
  from: number;
  to: number;
  item?: number;
  /** While it is being undone: the scope it completed in. */
  in?: number;
  /** Sub-process: its variables at completion, and what completed in it. */
  vars?: Record<string, unknown>;
  inner?: Completed[];
}

/** A compensation at work, on the token that threw it. */
export interface Undo {
  /** Not yet started, in any order; see {@link Completed.from}. */
  todo: Completed[];
  /** Handlers running: token id and what they undo. */
  running: { token: number; from: number; to: number }[];
}

export interface Token {
  /** Unique in the instance, from 1. Also the id of the variable scope and inner scope it owns. */
  id: number;
  el: string;
  /** The flow it came by. */
  via?: string;
  /** It moves in the next wave. */
  ready?: boolean;
  phase?: Phase;
  wait?: Wait;
  /** Step sequence and start time, once the element has started. */
  seq?: number;
  at?: number;
  job?: string;
  task?: string;
  child?: string;
  incident?: string;
  subs?: Subscribed[];
  scope?: Scope;
  loop?: LoopState;
  /** Item number, on the tokens inside a loop's body. */
  item?: number;
  undo?: Undo;
  /** This token compensates: when it ends, the token with this id is told. */
  undoFor?: number;
  /** Escalation, error or cancel that waits for an answer: what it threw. */
  asked?: { kind: "error" | "escalation"; code: string; message?: string; from: "event" | "job" };
  /** What a called instance asks: the first question is with the caller, the others wait for its answer. */
  askedBy?: Asked[];
  /** What a called instance has returned, or an event has brought, until it could be taken over. */
  returned?: Readonly<Record<string, unknown>>;
  /** Multiple throw event: the definition that comes next. */
  next?: number;
  [IN]?: Scope;
}

/** A question of a called instance: who catches? */
export interface Asked {
  readonly id: string;
  readonly token: number;
  readonly thrown: {
    readonly kind: "error" | "escalation";
    readonly code: string;
    readonly message?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  readonly from: "event" | "job";
}

/** State of a complex gateway that waits for its reset (BPMN 2.0.2, 13.4.5). */
export interface ComplexState {
  /** Flows consumed by the activation. */
  used: string[];
}

export interface Scope {
  /** 0 for the process, else its owner token's id. */
  id: number;
  /** The process, sub-process or looping activity. */
  el: string;
  /** The body of a loop or multi-instance: its tokens are items. */
  body?: boolean;
  tokens: Token[];
  /** Armed event sub-processes. */
  subs?: Subscribed[];
  /** Root: its event sub-processes could not be armed; its tokens are held. */
  unprepared?: boolean;
  /** An interrupting event sub-process has taken over. */
  interrupted?: boolean;
  completed?: Completed[];
  /** Ad-hoc: activities still to be started one after the other. */
  queue?: string[];
  /** Ad-hoc: the completion condition was met; what is active may end. */
  closing?: boolean;
  complex?: Record<string, ComplexState>;
  [OWNER]?: Token;
}

export interface InstanceState {
  /**
   * The revision at which what waiting jobs see last changed, apart from the instance's own variables and from
   * counters of loops. Kept by the runtime for large states; it comes first in the text.
   */
  shown?: number;
  v: number;
  status: InstanceLife;
  /** Last step sequence given. */
  seq: number;
  /** Last token id given. */
  last: number;
  root: Scope;
  /** Ready tokens are stored: the instance is stepped by hand, or a unit was cut. */
  more?: boolean;
  /** The job that goes on with ready tokens of a unit that was cut. */
  cut?: string;
  /** Moves since the last command from outside, while the instance goes on by itself; see `RUN_MOVES`. */
  moved?: number;
  /** Moved by hand: a continue job must not run it on. */
  manual?: boolean;
  /** The caller, for a called process. */
  parent?: { id: string; token: number };
  /** Ids of the last commands that consumed no lease. */
  applied?: string[];
  /** Open incidents. */
  incidents?: number;
}

/** A state with its variables: what the core works on. The core changes it in place. */
export interface Instance {
  readonly id: string;
  state: InstanceState;
  vars: Variables;
}

/** @returns A record without prototype, so that `__proto__` is a name like any other. */
export function record(values?: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  if (values) { for (const name of Object.keys(values)) result[name] = values[name]; }
  return result;
}

/** Restores the links between tokens and scopes. */
export function link(scope: Scope, owner?: Token): void {
  scope[OWNER] = owner;
  for (const token of scope.tokens) {
    token[IN] = scope;
    if (token.scope) link(token.scope, token);
  }
}

/** How an instance is stored. */
export interface Encoded {
  readonly state: string;
  readonly variables: string;
  readonly locals: string | undefined;
}

/**
 * Reads a stored instance.
 *
 * @throws {RangeError} If the state was written by a newer release.
 */
export function decodeInstance(id: string, stored: Encoded): Instance {
  const state = JSON.parse(stored.state) as InstanceState;
  if (state.v > STATE_FORMAT) {
    throw new RangeError(
      `Cannot read instance "${id}": its state has format ${state.v}, this release reads up to ${STATE_FORMAT}`,
    );
  }
  link(state.root);
  const vars = new Variables(stored.variables);
  if (stored.locals) {
    const locals = JSON.parse(stored.locals) as Record<string, Record<string, unknown>>;
    for (const key of Object.keys(locals)) vars.set(Number(key), withoutPrototype(locals[key]));
  }
  return { id, state, vars };
}

/** @returns The state as text. */
export function encodeState(state: InstanceState): string {
  if (state.shown === undefined) return JSON.stringify(state);
  const { shown, ...rest } = state;
  return JSON.stringify({ shown, ...rest });
}

/** @returns The instance's own variables as text. */
export function encodeVariables(vars: Variables): string {
  return JSON.stringify(vars.get(0) ?? {});
}

/** @returns The variables of inner scopes as text, `null` if there are none. */
export function encodeLocals(vars: Variables): string | null {
  if (vars.size < 2) return null;
  const locals: Record<string, unknown> = {};
  for (const id of vars.keys()) if (id !== 0) locals[id] = vars.get(id);
  return JSON.stringify(locals);
}
