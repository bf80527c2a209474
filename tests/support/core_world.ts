/**
 * A little world around the pure core: instances, a virtual clock, jobs, messages and signals in plain maps. For
 * tests of elements; what the real runtime and stores do is tested with them.
 */
import {
  type Command,
  compileBpmn,
  createInstance,
  type Effects,
  type Instance,
  type NewJob,
  type NewSubscription,
  noEffects,
  type ProcessModel,
  type Step,
  transition,
  type Transitioned,
} from "../../engine/mod.ts";

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

interface Live {
  readonly model: ProcessModel;
  readonly instance: Instance;
  readonly steps: Step[];
}

export class CoreWorld {
  at = Date.UTC(2026, 0, 1);
  readonly models: Map<string, ProcessModel> = new Map();
  readonly live: Map<string, Live> = new Map();
  readonly jobs: Map<string, NewJob> = new Map();
  readonly subscriptions: Map<string, NewSubscription> = new Map();
  readonly userTasks: Map<string, { instanceId: string; elementId: string }> = new Map();
  readonly incidents: Map<string, { kind: string; elementId: string; message: string; instanceId: string }> =
    new Map();
  readonly messages: { name: string; key: string; variables: Record<string, unknown> }[] = [];
  readonly handlers: Map<string, CoreHandler> = new Map();
  #nextId = 1;

  deploy(xml: string): readonly ProcessModel[] {
    const { models } = compileBpmn(xml);
    for (const model of models) this.models.set(model.id, model);
    return models;
  }

  start(
    key: string,
    variables: Record<string, unknown> = {},
    more: Partial<Extract<Command, { kind: "start" }>> = {},
  ): string {
    const model = this.models.get(key);
    if (!model) throw new Error(`Cannot start "${key}": not deployed`);
    const id = String(this.#nextId++);
    this.#create(id, model, { kind: "start", variables, ...more });
    return id;
  }

  #create(id: string, model: ProcessModel, command: Command): Transitioned {
    this.live.set(id, { model, instance: createInstance(id, model), steps: [] });
    return this.send(id, command);
  }

  /** Carries out a command and everything that it asks for, except jobs. */
  send(id: string, command: Command): Transitioned {
    const live = this.live.get(id);
    if (!live) throw new Error(`Cannot send to "${id}": no such instance`);
    const effects = noEffects();
    const done = transition(live.instance, command, {
      model: live.model,
      at: this.at,
      firstId: this.#nextId,
      effects,
    });
    this.#nextId += done.idsUsed;
    this.#take(id, live, effects);
    return done;
  }

  #take(id: string, live: Live, effects: Effects): void {
    live.steps.push(...effects.steps);
    for (const job of effects.openJobs) this.jobs.set(job.id, job);
    for (const job of effects.closeJobs) this.jobs.delete(job);
    for (const sub of effects.openSubscriptions) this.subscriptions.set(sub.id, sub);
    for (const sub of effects.closeSubscriptions) this.subscriptions.delete(sub);
    for (const task of effects.openUserTasks) {
      this.userTasks.set(task.id, { instanceId: id, elementId: task.elementId });
    }
    for (const task of effects.closeUserTasks) this.userTasks.delete(task.id);
    for (const incident of effects.openIncidents) {
      this.incidents.set(incident.id, { ...incident, instanceId: id });
    }
    for (const incident of effects.closeIncidents) this.incidents.delete(incident);
    for (const { id: job, held } of effects.holdJobs) this.#patch(job, { dueAt: null, held });
    for (const job of effects.retryJobs) this.#patch(job, { dueAt: this.at, held: undefined });
    this.#matchMessages();
  }

  #patch(id: string, change: Partial<NewJob>): void {
    const job = this.jobs.get(id);
    if (job) this.jobs.set(id, { ...job, ...change });
  }

  publish(name: string, key = "", variables: Record<string, unknown> = {}): void {
    this.messages.push({ name, key, variables });
    this.#matchMessages();
  }

  #matchMessages(): void {
    for (const message of [...this.messages]) {
      const sub = [...this.subscriptions.values()].find((each) =>
        each.kind === "message" && each.name === message.name && each.key === message.key
      );
      if (sub?.instanceId) {
        this.messages.splice(this.messages.indexOf(message), 1);
        this.send(sub.instanceId, {
          kind: "deliverMessage",
          subscriptionId: sub.id,
          variables: message.variables,
        });
        return this.#matchMessages();
      }
      // Taken out first: the new instance may publish and match in turn.
      this.messages.splice(this.messages.indexOf(message), 1);
      if (!this.#startBy("message", message.name, message.variables, message.key)) {
        this.messages.push(message);
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
        this.start(model.id, variables, {
          startEvent: element.id,
          definitionIndex: definition.index,
          messageKey,
        });
        started = true;
      }
    }
    return started;
  }

  /** Runs the job that is due next, moving the clock to it. @returns Whether there was one. */
  runNext(): boolean {
    const due = [...this.jobs.values()].filter((job) => job.dueAt !== null && this.#canRun(job));
    if (!due.length) return false;
    const next = due.reduce((a, b) => ((b.dueAt as number) < (a.dueAt as number) ? b : a));
    this.at = Math.max(this.at, next.dueAt as number);
    this.#runJob(next);
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
    for (;;) {
      const due = [...this.jobs.values()].filter((j) =>
        j.dueAt !== null && j.dueAt <= until && this.#canRun(j)
      );
      if (!due.length) break;
      this.runNext();
    }
    this.at = until;
  }

  #canRun(job: NewJob): boolean {
    return job.type.startsWith("baton:") || this.handlers.has(job.type);
  }

  #runJob(job: NewJob): void {
    const payload = job.payload ? JSON.parse(job.payload) : {};
    if (!job.type.startsWith("baton:")) return this.#handle(job, payload);
    if (job.type === "baton:timer") {
      return void this.send(job.instanceId!, { kind: "fireTimer", jobId: job.id });
    }
    if (job.type === "baton:continue") {
      this.jobs.delete(job.id);
      return void this.send(job.instanceId!, { kind: "continue", jobId: job.id });
    }
    this.jobs.delete(job.id);
    switch (job.type) {
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
        const parent = { id: job.instanceId!, token: payload.token };
        return void this.#create(payload.childId, model, {
          kind: "start",
          variables: payload.variables,
          parent,
        });
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
    }
  }

  #handle(job: NewJob, payload: Record<string, unknown>): void {
    const live = this.live.get(job.instanceId!)!;
    const answer: CoreAnswer & { later?: boolean } = payload.later
      ? { variables: payload.later as Record<string, unknown> }
      : this.handlers.get(job.type)!({
        elementId: job.elementId!,
        payload,
        variables: Object.fromEntries(Object.entries(live.instance.vars.get(0) ?? {})),
        world: this,
      });
    if ("error" in answer) {
      return void this.send(live.instance.id, { kind: "throwError", jobId: job.id, code: answer.error });
    }
    if (answer.afterMs) {
      return this.#patch(job.id, {
        dueAt: this.at + answer.afterMs,
        payload: JSON.stringify({ ...payload, later: answer.variables ?? {} }),
      });
    }
    this.send(live.instance.id, { kind: "completeJob", jobId: job.id, variables: answer.variables ?? {} });
  }

  /** Completes the open user task at an element. */
  complete(elementId: string, variables: Record<string, unknown> = {}, instanceId?: string): void {
    const found = [...this.userTasks].find(([, t]) =>
      t.elementId === elementId && (!instanceId || t.instanceId === instanceId)
    );
    if (!found) throw new Error(`Cannot complete "${elementId}": no open task there`);
    this.send(found[1].instanceId, { kind: "completeUserTask", taskId: found[0], variables });
  }

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
}
