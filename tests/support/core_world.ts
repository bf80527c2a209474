/**
 * A little world around the pure core: instances, a virtual clock, jobs, messages and signals in plain maps. For
 * tests of elements; what the real runtime and stores do is tested with them.
 *
 * After every command the instance is checked (`core_invariants.ts`). What users do (`start`, `complete`, …) is
 * followed by all the engine's own work that is due, unless {@link CoreWorld.auto} is off.
 */
import assert from "node:assert/strict";
import {
  type Command,
  compileBpmn,
  createInstance,
  decodeInstance,
  type Effects,
  encodeLocals,
  encodeState,
  encodeVariables,
  type Instance,
  type NewJob,
  type NewSubscription,
  nextDue,
  noEffects,
  parseTimer,
  type ProcessModel,
  type StartTrigger,
  type Step,
  type Token,
  transition,
  type TransitionContext,
  type Transitioned,
} from "../../engine/mod.ts";
import { assertSound } from "./core_invariants.ts";

/** What a handler may do with its job. */
export type CoreHandler = (call: {
  readonly elementId: string;
  readonly payload: Record<string, unknown>;
  readonly variables: Record<string, unknown>;
  readonly world: CoreWorld;
}) => CoreAnswer;

/** Done (with variables), later (in ms of the virtual clock), or a BPMN error. */
export type CoreAnswer =
  | { readonly variables?: Record<string, unknown>; readonly afterMs?: number }
  | { readonly error: string };

/** How a world runs its instances. */
export interface CoreWorldOptions {
  /** Store and reload the instance after every command. */
  readonly roundTrip?: boolean;
  /** Moves per command and without any from outside, rows per unit: the core's defaults if absent. */
  readonly moveBudget?: number;
  readonly runBudget?: number;
  readonly maxRows?: number;
  /** Tokens per instance. */
  readonly maxTokens?: number;
  /** Keep no log and check only ended instances: for measurements of size. */
  readonly bare?: boolean;
}

interface Live {
  readonly model: ProcessModel;
  instance: Instance;
  readonly steps: Step[];
}

/** One command as it was given, with all that came out of it. */
export interface Logged {
  readonly id: string;
  readonly model: ProcessModel;
  readonly command: Command;
  readonly context: Omit<TransitionContext, "model" | "effects">;
  /** State, variables and effects after it, as text. */
  readonly after: string;
}

const HOUR = 3_600_000;

export class CoreWorld {
  at = Date.UTC(2026, 0, 1);
  /** Whether engine jobs that are due run after each action of a user. */
  auto = true;
  readonly models: Map<string, ProcessModel> = new Map();
  readonly live: Map<string, Live> = new Map();
  readonly jobs: Map<string, NewJob> = new Map();
  readonly subscriptions: Map<string, NewSubscription> = new Map();
  readonly userTasks: Map<string, { instanceId: string; elementId: string; assignee?: string }> = new Map();
  readonly incidents: Map<string, { kind: string; elementId: string; message: string; instanceId: string }> =
    new Map();
  readonly messages: { name: string; key: string; variables: Record<string, unknown> }[] = [];
  readonly handlers: Map<string, CoreHandler> = new Map();
  readonly log: Logged[] = [];
  readonly options: CoreWorldOptions;
  #nextId = 1;

  constructor(options: CoreWorldOptions = {}) {
    this.options = options;
  }

  // ------------------------------------------------------------ definitions and instances

  deploy(xml: string): readonly ProcessModel[] {
    const { models } = compileBpmn(xml);
    for (const model of models) {
      this.models.set(model.id, model);
      for (const trigger of model.startTriggers) this.#scheduleStart(model, trigger);
    }
    return models;
  }

  #scheduleStart(
    model: ProcessModel,
    { element, definition }: StartTrigger,
    left?: number,
    from?: number,
  ): void {
    if (definition.kind !== "timer") return;
    const text = String(definition.value.evaluate({ at: this.at, get: () => undefined }));
    const spec = parseTimer(definition.timerType, text);
    const due = nextDue(spec, { at: this.at, previousDue: from, remaining: left });
    if (!due) return;
    const id = String(this.#nextId++);
    const payload = {
      process: model.id,
      startEvent: element.id,
      definitionIndex: definition.index,
      left: due.remaining,
    };
    this.jobs.set(id, {
      id,
      type: "baton:timer",
      class: 0,
      dueAt: due.dueAt,
      payload: JSON.stringify(payload),
    });
  }

  start(
    key: string,
    variables: Record<string, unknown> = {},
    more: Partial<Extract<Command, { kind: "start" }>> = {},
  ): string {
    const model = this.models.get(key);
    if (!model) throw new Error(`Cannot start "${key}": not deployed`);
    const id = String(this.#nextId++);
    const { rejection } = this.#create(id, model, { kind: "start", variables, ...more });
    if (rejection) {
      this.live.delete(id);
      throw new Error(rejection.message);
    }
    this.#settle();
    return id;
  }

  #create(id: string, model: ProcessModel, command: Command): Transitioned {
    this.live.set(id, { model, instance: createInstance(id, model), steps: [] });
    // Stepped by hand, not even the start event moves by itself.
    return this.send(id, command, command.kind === "start" && command.manual ? { maxWaves: 0 } : {});
  }

  /** Carries out a command on an instance and takes its effects; runs no jobs. */
  send(id: string, command: Command, more: Partial<TransitionContext> = {}): Transitioned {
    const live = this.live.get(id);
    if (!live) throw new Error(`Cannot send to "${id}": no such instance`);
    const effects = noEffects();
    const { moveBudget, runBudget, maxRows, maxTokens, bare } = this.options;
    const budgets = { moveBudget, runBudget, maxRows, maxTokens };
    const context = { at: this.at, firstId: this.#nextId, ...budgets, ...more };
    const given = bare ? undefined : structuredClone(command);
    const done = transition(live.instance, command, { model: live.model, effects, ...context });
    this.#nextId += done.idsUsed;
    if (given) {
      const { model } = live;
      this.log.push({ id, model, command: given, context, after: asText(live.instance, effects) });
    }
    if (this.options.roundTrip) live.instance = reload(live.instance);
    this.#take(id, live, effects);
    // Taking effects may send further commands: what is checked is what stands now.
    const { status } = live.instance.state;
    if (!bare || (status !== "running" && status !== "suspended")) {
      assertSound(live.instance, live.steps, { ...this, instances: this.live });
    }
    if (done.rejection === undefined) this.#matchMessages();
    return done;
  }

  #take(id: string, live: Live, effects: Effects): void {
    for (const step of effects.steps) live.steps.push(step);
    for (const job of effects.openJobs) this.jobs.set(job.id, job);
    for (const job of effects.closeJobs) this.jobs.delete(job);
    for (const sub of effects.openSubscriptions) this.subscriptions.set(sub.id, sub);
    for (const sub of effects.closeSubscriptions) this.subscriptions.delete(sub);
    for (const { id: task, elementId, assignee } of effects.openUserTasks) {
      this.userTasks.set(task, { instanceId: id, elementId, assignee });
    }
    for (const task of effects.closeUserTasks) this.userTasks.delete(task.id);
    for (const incident of effects.openIncidents) {
      this.incidents.set(incident.id, { ...incident, instanceId: id });
    }
    for (const incident of effects.closeIncidents) this.incidents.delete(incident);
    for (const { id: job, held } of effects.holdJobs) this.#patch(job, { dueAt: null, held });
    for (const job of effects.retryJobs) this.#patch(job, { dueAt: this.at, held: undefined });
  }

  #patch(id: string, change: Partial<NewJob>): void {
    const job = this.jobs.get(id);
    if (job) this.jobs.set(id, { ...job, ...change });
  }

  #settle(): void {
    if (this.auto) this.advance(0);
  }

  // ------------------------------------------------------------ messages and signals

  publish(name: string, key = "", variables: Record<string, unknown> = {}): void {
    this.messages.push({ name, key, variables });
    this.#matchMessages();
    this.#settle();
  }

  /** Subscriptions of instances to a message. */
  waitingFor(name: string, key?: string): NewSubscription[] {
    return [...this.subscriptions.values()].filter((sub) =>
      sub.kind === "message" && sub.name === name && sub.instanceId && (key === undefined || sub.key === key)
    );
  }

  /** Delivers a message to one subscription. */
  deliver(sub: NewSubscription, variables: Record<string, unknown> = {}): void {
    this.send(sub.instanceId!, { kind: "deliverMessage", subscriptionId: sub.id, variables });
    this.#settle();
  }

  #matchMessages(): void {
    for (let i = 0; i < this.messages.length;) {
      const [message] = this.messages.splice(i, 1);
      const [sub] = this.waitingFor(message.name, message.key);
      if (sub) {
        this.send(sub.instanceId!, {
          kind: "deliverMessage",
          subscriptionId: sub.id,
          variables: message.variables,
        });
      } else if (!this.#startBy("message", message.name, message.variables, message.key)) {
        this.messages.splice(i++, 0, message);
      }
    }
  }

  signal(name: string, variables: Record<string, unknown> = {}, except?: string): void {
    for (const sub of [...this.subscriptions.values()]) {
      if (sub.kind !== "signal" || sub.name !== name || !sub.instanceId || sub.instanceId === except) {
        continue;
      }
      if (this.subscriptions.has(sub.id)) {
        this.send(sub.instanceId, { kind: "deliverSignal", subscriptionId: sub.id, variables });
      }
    }
    this.#startBy("signal", name, variables);
    this.#settle();
  }

  #startBy(
    kind: "message" | "signal",
    name: string,
    variables: Record<string, unknown>,
    messageKey?: string,
  ): boolean {
    let started = false;
    for (const model of this.models.values()) {
      for (const { element, definition } of model.startTriggers) {
        if (
          definition.kind !== kind || definition.name.evaluate({ at: this.at, get: () => undefined }) !== name
        ) continue;
        const { id: startEvent } = element;
        this.start(model.id, variables, { startEvent, definitionIndex: definition.index, messageKey });
        started = true;
      }
    }
    return started;
  }

  // ------------------------------------------------------------ jobs and time

  /** Runs the job that is due next, moving the clock to it. @returns Whether there was one. */
  runNext(until = Infinity): boolean {
    let next: NewJob | undefined;
    for (const job of this.jobs.values()) {
      if (job.dueAt === null || job.dueAt > until || !this.#canRun(job)) continue;
      if (!next || job.dueAt < (next.dueAt as number)) next = job;
    }
    if (!next) return false;
    this.at = Math.max(this.at, next.dueAt as number);
    const { auto } = this;
    this.auto = false;
    try {
      this.#runJob(next);
    } finally {
      this.auto = auto;
    }
    return true;
  }

  /** Until nothing moves, at most `limit` jobs. */
  run(limit = 10_000): void {
    for (let i = 0; i < limit; i++) if (!this.runNext()) return;
    throw new Error(`Cannot finish within ${limit} jobs`);
  }

  /** Runs all jobs that are due up to a time from now, and moves the clock there. */
  advance(ms: number): void {
    const until = this.at + ms;
    for (let i = 0; this.runNext(until); i++) {
      if (i > 100_000) throw new Error("Cannot finish: a job is due for ever");
    }
    this.at = until;
  }

  hours(count: number): void {
    this.advance(count * HOUR);
  }

  #canRun(job: NewJob): boolean {
    return job.type.startsWith("baton:") || this.handlers.has(job.type);
  }

  #runJob(job: NewJob): void {
    const payload = job.payload ? JSON.parse(job.payload) : {};
    if (!job.type.startsWith("baton:")) return this.#handle(job, payload);
    if (job.type === "baton:timer" && job.instanceId) {
      return void this.send(job.instanceId, { kind: "fireTimer", jobId: job.id });
    }
    this.jobs.delete(job.id);
    switch (job.type) {
      case "baton:timer":
        return this.#startByTimer(job, payload);
      case "baton:continue":
        if (this.status(job.instanceId!) === "running") {
          this.send(job.instanceId!, { kind: "continue", jobId: job.id });
        }
        return;
      case "baton:publish":
        return this.publish(payload.name, payload.key, payload.variables);
      case "baton:broadcast":
        return this.signal(payload.name, payload.variables, payload.exceptInstance);
      case "baton:start-child": {
        const model = this.models.get(payload.calledElement);
        if (!model) {
          const message = `no process "${payload.calledElement}"`;
          return void this.send(job.instanceId!, { kind: "childMissing", jobId: job.id, message });
        }
        const { childId, variables, token } = payload;
        const parent = { id: job.instanceId!, token };
        return void this.#create(childId, model, { kind: "start", variables, parent });
      }
      case "baton:child-ended":
        return void this.send(job.instanceId!, { kind: "childEnded", ...payload });
      case "baton:child-throws":
        return void this.send(job.instanceId!, { kind: "childThrows", ...payload });
      case "baton:throw-answer":
        return void this.send(job.instanceId!, { kind: "throwAnswer", ...payload });
      case "baton:cancel-child":
        if (this.live.has(job.instanceId!)) {
          this.send(job.instanceId!, { kind: "cancel", byParent: true, ...payload });
        }
        return;
      default:
        throw new Error(`Cannot run a job of type "${job.type}"`);
    }
  }

  #startByTimer(job: NewJob, payload: Record<string, unknown>): void {
    const { process, startEvent, definitionIndex, left } = payload;
    const model = this.models.get(process as string) as ProcessModel;
    const trigger = model.startTriggers.find((each) =>
      each.element.id === startEvent && each.definition.index === definitionIndex
    ) as StartTrigger;
    if (trigger.definition.kind === "timer" && trigger.definition.timerType === "cycle") {
      this.#scheduleStart(model, trigger, left as number, job.dueAt as number);
    }
    this.start(model.id, {}, { startEvent: trigger.element.id, definitionIndex: trigger.definition.index });
  }

  #handle(job: NewJob, payload: Record<string, unknown>): void {
    const { instance } = this.live.get(job.instanceId!)!;
    const answer: CoreAnswer = payload.later
      ? { variables: payload.later as Record<string, unknown> }
      : this.handlers.get(job.type)!({
        elementId: job.elementId!,
        payload,
        variables: Object.fromEntries(Object.entries(instance.vars.get(0) ?? {})),
        world: this,
      });
    if ("error" in answer) {
      return void this.send(instance.id, { kind: "throwError", jobId: job.id, code: answer.error });
    }
    if (answer.afterMs) {
      return this.#patch(job.id, {
        dueAt: this.at + answer.afterMs,
        payload: JSON.stringify({ ...payload, later: answer.variables ?? {} }),
      });
    }
    this.send(instance.id, { kind: "completeJob", jobId: job.id, variables: answer.variables ?? {} });
  }

  // ------------------------------------------------------------ people

  /** Completes open user tasks by element id, one after the other. */
  complete(elementId: string, variables: Record<string, unknown> = {}, instanceId?: string): void {
    const found = [...this.userTasks].find(([, task]) =>
      task.elementId === elementId && (!instanceId || task.instanceId === instanceId)
    );
    if (!found) throw new Error(`Cannot complete "${elementId}": no open task there, but ${this.tasks()}`);
    this.send(found[1].instanceId, { kind: "completeUserTask", taskId: found[0], variables });
    this.#settle();
  }

  /** Completes the only task at each element. */
  completeAll(...elementIds: string[]): void {
    for (const id of elementIds) this.complete(id);
  }

  setVariables(id: string, variables: Record<string, unknown>, scope?: number, local?: boolean): void {
    const { rejection } = this.send(id, { kind: "setVariables", variables, scope, local });
    if (rejection) throw new Error(rejection.message);
    this.#settle();
  }

  resolve(incidentId: string, variables?: Record<string, unknown>): void {
    const incident = this.incidents.get(incidentId);
    if (!incident) throw new Error(`Cannot resolve "${incidentId}": no such incident`);
    this.send(incident.instanceId, { kind: "resolveIncident", incidentId, variables });
    this.#settle();
  }

  // ------------------------------------------------------------ what can be seen

  /** Element ids of all open user tasks, sorted. */
  tasks(): string[] {
    return [...this.userTasks.values()].map((task) => task.elementId).sort();
  }

  status(id: string): string {
    return this.live.get(id)!.instance.state.status;
  }

  vars(id: string): Record<string, unknown> {
    return { ...this.live.get(id)!.instance.vars.get(0) };
  }

  /** Ended elements as `element status`, in the order in which they ended. */
  trace(id: string): string[] {
    return this.live.get(id)!.steps.map((step) => `${step.elementId} ${step.status}`);
  }

  /** How often an element has ended with a status, over all instances. */
  count(elementId: string, status = "completed"): number {
    let count = 0;
    for (const { steps } of this.live.values()) {
      for (const step of steps) if (step.elementId === elementId && step.status === status) count++;
    }
    return count;
  }

  /** Open timers, by element and time from now in hours. */
  timers(): string[] {
    return [...this.jobs.values()].filter((job) => job.type === "baton:timer").map((job) => {
      const { startEvent } = JSON.parse(job.payload ?? "{}");
      return `${job.elementId ?? startEvent} ${((job.dueAt as number) - this.at) / HOUR}h`;
    }).sort();
  }

  /** Names of open message and signal subscriptions, sorted. */
  listening(): string[] {
    return [...this.subscriptions.values()].map((sub) => sub.name).sort();
  }

  /** `kind element` of the open incidents. */
  problems(): string[] {
    return [...this.incidents.values()].map((incident) => `${incident.kind} ${incident.elementId}`).sort();
  }

  /** The first token at an element. */
  tokenAt(id: string, elementId: string): Token {
    const find = (tokens: readonly Token[]): Token | undefined => {
      for (const token of tokens) {
        if (token.el === elementId) return token;
        const inner = token.scope && find(token.scope.tokens);
        if (inner) return inner;
      }
      return undefined;
    };
    const token = find(this.live.get(id)!.instance.state.root.tokens);
    if (!token) throw new Error(`Cannot find a token at "${elementId}"`);
    return token;
  }
}

function asText(instance: Instance, effects: Effects): string {
  const { state, vars } = instance;
  return [
    encodeState(state),
    encodeVariables(vars),
    encodeLocals(vars) ?? "",
    JSON.stringify(effects),
  ].join("\n");
}

/** Stores an instance and reads it again. */
export function reload(instance: Instance): Instance {
  return decodeInstance(instance.id, {
    state: encodeState(instance.state),
    variables: encodeVariables(instance.vars),
    locals: encodeLocals(instance.vars) ?? undefined,
  });
}

/** Runs a log once more from nothing: the same commands must give the same bytes. */
export function assertRepeatable(log: readonly Logged[]): void {
  const instances = new Map<string, Instance>();
  for (const { id, model, command, context, after } of log) {
    const instance = instances.get(id) ?? createInstance(id, model);
    instances.set(id, instance);
    const effects = noEffects();
    transition(instance, structuredClone(command), { model, effects, ...context });
    assert.equal(asText(instance, effects), after, `${command.kind} gives the same bytes again`);
  }
}
