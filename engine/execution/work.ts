/**
 * The working set of one transition: the instance, the effects, the agenda, and the primitives that elements use.
 *
 * Knows tokens, scopes, ids, steps and incidents; knows nothing of particular elements (see `elements/`).
 */
import type { FlowNode, ProcessModel, ScopeElement, SequenceFlow } from "../model/types.ts";
import { ExpressionError } from "../expression/types.ts";
import type { TransitionContext } from "./command.ts";
import type {
  Attempt,
  Effects,
  IncidentKind,
  JobClass,
  NewJob,
  NewSubscription,
  ScriptRequest,
  StepStatus,
} from "./effects.ts";
import {
  countTokens,
  findToken,
  indexToken,
  takeOut,
  tokenById,
  tokenOfJob,
  tokenOfTask,
  tokensChanged,
  unindexToken,
} from "./find.ts";
import { ModelError } from "./model_error.ts";
import {
  IN,
  type Instance,
  type InstanceState,
  keptId,
  OWNER,
  type Phase,
  type Scope,
  type Token,
} from "./state.ts";
import { disarm } from "./events/subscribe.ts";
import { dropScope } from "./scopes.ts";
import { TouchedScopes } from "./touched.ts";
import { VariableAccess } from "./variables.ts";

/** What the step of an ended job says of its failed attempts. */
export interface JobHistory {
  readonly failures?: number;
  readonly attempts?: readonly Attempt[];
}

/** Parallel items that one wave opens, of all loops together: the others follow in the next ones. */
const ITEMS_PER_WAVE = 100;
const DEFAULT_TOKENS = 100_000;

/** Characters of an incident's message. */
const MAX_MESSAGE = 10_000;

export class Work {
  readonly instance: Instance;
  readonly state: InstanceState;
  readonly model: ProcessModel;
  readonly context: TransitionContext;
  readonly effects: Effects;
  readonly at: number;
  readonly vars: VariableAccess;

  /** Tokens of the next wave, in the order in which they became ready. */
  ready: Token[] = [];
  /** This wave's throws (phase 2) and activities (phase 3); see `waves.ts`. */
  throws: Token[] = [];
  starts: Token[] = [];
  /** Loops that open their next items at the end of this wave. */
  loops: Token[] = [];
  /** Parallel items that this wave may still open. */
  itemsLeft = ITEMS_PER_WAVE;
  readonly touched: TouchedScopes = new TouchedScopes();
  /** Conditional events were armed and have not been looked at. */
  newConditions = false;
  readonly scripts: ScriptRequest[] = [];
  /** Class of the handlers' jobs: first jobs of an instance come after follow-ups. */
  jobClass: JobClass = 1;
  reason: string | undefined;
  /** Tokens that came, less those that went. */
  grown = 0;
  /** The token whose own error is being thrown: its step ends as failed, not as cancelled. */
  failing: { readonly token: Token; readonly message: string; readonly history?: JobHistory } | undefined;
  /** How called instances end that are cancelled with their caller. */
  ending: "cancelled" | "failed" = "cancelled";
  idsUsed = 0;
  moves = 0;
  /** Moves of the commands before, back to the last one from outside. */
  movedBefore = 0;
  /** A budget was used up: what is ready stays, and nothing goes on with it but a command from outside. */
  overBudget = false;
  /** A token has gone to another scope: what is in it sees other variables. */
  moved = false;

  constructor(instance: Instance, context: TransitionContext) {
    this.instance = instance;
    this.state = instance.state;
    this.context = context;
    this.model = context.model;
    this.effects = context.effects;
    this.at = context.at;
    const { at, model } = context;
    const maxBytes = context.measured ? context.maxVariablesBytes : undefined;
    this.vars = new VariableAccess(
      instance.vars,
      at,
      model.root.hasConditionalEvents,
      this.state.last,
      maxBytes,
    );
  }

  newId(): string {
    return String(this.context.firstId + this.idsUsed++);
  }

  /** @throws {RangeError} If the state names an element that the model does not have. */
  node(token: Token): FlowNode {
    return this.element(token.el);
  }

  element(id: string): FlowNode {
    const node = this.model.elements.get(id);
    if (!node) {
      throw new RangeError(
        `Cannot go on with instance "${this.instance.id}": the process "${this.model.id}" has no element "${id}"`,
      );
    }
    return node;
  }

  scopeElement(scope: Scope): FlowNode {
    return this.element(scope.el);
  }

  // ------------------------------------------------------------ tokens

  /** Adds a token that moves in the next wave. */
  add(scope: Scope, node: FlowNode, via?: SequenceFlow, phase?: Phase): Token {
    const token: Token = {
      id: ++this.state.last,
      el: node.id,
      via: via?.id,
      ready: true,
      phase,
      wait: undefined,
      seq: undefined,
      at: undefined,
      job: undefined,
      [IN]: scope,
    };
    scope.tokens.push(token);
    indexToken(this.state, token);
    this.#count(1);
    this.ready.push(token);
    this.touched.add(scope);
    return token;
  }

  /** Makes a waiting token move in the next wave. */
  wake(token: Token, phase?: Phase): void {
    token.wait = undefined;
    token.phase = phase;
    if (token.ready) return;
    token.ready = true;
    this.ready.push(token);
  }

  alive(token: Token): boolean {
    return token[IN] !== undefined;
  }

  scopeOf(token: Token): Scope {
    const scope = token[IN];
    if (!scope) throw new RangeError(`Cannot use token ${token.id} at "${token.el}": it is gone`);
    return scope;
  }

  /** Takes a token out of its scope. Its jobs, subscriptions and inner scope must have been dealt with. */
  remove(token: Token): void {
    const scope = this.scopeOf(token);
    this.settleIncident(token);
    takeOut(scope.tokens, token);
    this.#count(-1);
    unindexToken(this.state, token.id);
    if (token.job !== undefined) unindexToken(this.state, token.job);
    if (token.task !== undefined) unindexToken(this.state, token.task);
    token[IN] = undefined;
    token.ready = undefined;
    this.vars.drop(token.id);
    this.vars.drop(keptId(token));
    this.touched.add(scope);
  }

  #count(by: number): void {
    this.grown += by;
    tokensChanged(this.state, by);
  }

  /** Tokens that the instance may have. */
  get maxTokens(): number {
    return this.context.maxTokens ?? DEFAULT_TOKENS;
  }

  /** Whether more tokens than this are there. */
  hasMoreTokensThan(count: number): boolean {
    // Most instances have never had so many.
    return this.state.last > count && countTokens(this.state) > count;
  }

  /** A new wave may open items again. */
  allowItems(): void {
    this.itemsLeft = ITEMS_PER_WAVE;
  }

  /** Takes a token with all that it is into another scope. */
  move(token: Token, to: Scope): void {
    const from = this.scopeOf(token);
    if (from === to) return;
    takeOut(from.tokens, token);
    to.tokens.push(token);
    token[IN] = to;
    this.touched.add(from);
    this.touched.add(to);
    this.moved = true;
  }

  /** Depth first, outer before inner. `visit` returns true to stop. */
  find(visit: (token: Token) => boolean): Token | undefined {
    return findToken(this.state.root, visit);
  }

  /** The token that waits for a job. */
  tokenOfJob(id: string): Token | undefined {
    return tokenOfJob(this.state, id);
  }

  /** The token that waits for a user task. */
  tokenOfTask(id: string): Token | undefined {
    return tokenOfTask(this.state, id);
  }

  tokenById(id: number): Token | undefined {
    return tokenById(this.state, id);
  }

  /** The token waits for a job from now on, or for none. */
  setJob(token: Token, id: string | undefined): void {
    if (token.job !== undefined) unindexToken(this.state, token.job);
    token.job = id;
    indexToken(this.state, token);
  }

  /** The token waits for a user task from now on, or for none. */
  setTask(token: Token, id: string | undefined): void {
    if (token.task !== undefined) unindexToken(this.state, token.task);
    token.task = id;
    indexToken(this.state, token);
  }

  scopeById(id: number): Scope | undefined {
    return id === 0 ? this.state.root : this.tokenById(id)?.scope;
  }

  /** The nearest scope that is no loop body: the one whose event sub-processes and data the token sees. */
  enclosing(scope: Scope): Scope {
    let current = scope;
    while (current.body) current = this.scopeOf(current[OWNER] as Token);
    return current;
  }

  // ------------------------------------------------------------ steps

  /** The element starts: it gets its place in the history. */
  begin(token: Token): void {
    if (token.seq !== undefined) return;
    token.seq = ++this.state.seq;
    token.at = this.at;
  }

  /** Writes the element's step. An element that never started leaves none. */
  end(token: Token, status: StepStatus, history?: JobHistory, error?: string): void {
    if (token.seq === undefined) return;
    this.effects.steps.push({
      sequence: token.seq,
      elementId: token.el,
      elementType: this.node(token).type,
      status,
      startedAt: token.at as number,
      endedAt: Math.max(this.at, token.at as number),
      item: token.item,
      failures: history?.failures || undefined,
      error: error ?? history?.attempts?.at(-1)?.message,
      attempts: history?.attempts?.length ? history.attempts : undefined,
    });
    token.seq = undefined;
  }

  // ------------------------------------------------------------ effects that may cancel out

  openJob(job: Omit<NewJob, "id"> & { readonly id?: string }): string {
    const id = job.id ?? this.newId();
    this.effects.openJobs.push({ ...job, id });
    return id;
  }

  /** A job that this unit opened is dropped again, any other is deleted. */
  closeJob(id: string): void {
    if (!dropNew(this.effects.openJobs, id)) this.effects.closeJobs.push(id);
  }

  openSubscription(subscription: NewSubscription): void {
    this.effects.openSubscriptions.push(subscription);
  }

  closeSubscription(id: string): void {
    if (!dropNew(this.effects.openSubscriptions, id)) this.effects.closeSubscriptions.push(id);
  }

  closeUserTask(id: string, status: "completed" | "cancelled"): void {
    if (!dropNew(this.effects.openUserTasks, id)) this.effects.closeUserTasks.push({ id, status });
  }

  // ------------------------------------------------------------ incidents

  /**
   * Runs `work` for a token; what is wrong with the model's data becomes an incident.
   *
   * @param phase Where the token goes on when the incident is resolved.
   */
  guard(token: Token, phase: Phase | undefined, work: () => void): void {
    try {
      work();
    } catch (error) {
      const kind = incidentKind(error);
      if (!kind || !this.alive(token)) throw error;
      // Entering again arms everything again, starting again opens everything again.
      if (phase === undefined || phase === "async") disarm(this, token);
      if (phase === "start") dropScope(this, token);
      this.raise(token, kind, (error as Error).message, phase);
    }
  }

  /**
   * Opens an incident at a token, which keeps its place.
   *
   * @param keepWait The token goes on waiting as before: the incident only tells that nothing will come.
   */
  raise(token: Token, kind: IncidentKind, message: string, phase?: Phase, keepWait = false): void {
    this.settleIncident(token);
    token.ready = undefined;
    token.phase = phase;
    token.incident = this.newId();
    if (!token.job && !keepWait) token.wait = "incident";
    this.state.incidents = (this.state.incidents ?? 0) + 1;
    this.effects.openIncidents.push({
      id: token.incident,
      kind,
      elementId: token.el,
      // It may repeat a value that somebody has handed in.
      message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE).toWellFormed()}…` : message,
      jobId: token.job,
    });
  }

  /** Closes a token's incident, if it has one. */
  settleIncident(token: Token): void {
    if (!token.incident) return;
    if (!dropNew(this.effects.openIncidents, token.incident)) {
      this.effects.closeIncidents.push(token.incident);
    }
    token.incident = undefined;
    this.state.incidents = (this.state.incidents ?? 1) - 1 || undefined;
  }
}

function dropNew(list: { readonly id: string }[], id: string): boolean {
  for (let i = list.length - 1; i >= 0; i--) {
    if (list[i].id === id) {
      list.splice(i, 1);
      return true;
    }
  }
  return false;
}

function incidentKind(error: unknown): IncidentKind | undefined {
  if (error instanceof ModelError) return error.kind;
  if (error instanceof ExpressionError) return "expression";
  return undefined;
}

/** @returns Whether the node owns flow nodes. */
export function isScopeElement(node: FlowNode): node is ScopeElement {
  return "nodes" in node;
}
