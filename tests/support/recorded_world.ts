/** A world that keeps what its user does and what is seen after it, so that a real store can be asked to do the same. */
import type {
  Command,
  NewSubscription,
  ProcessModel,
  TransitionContext,
  Transitioned,
} from "../../engine/mod.ts";
import { type CoreAnswer, type CoreHandler, CoreWorld, type CoreWorldOptions } from "./core_world.ts";

/** What a user did; elements, instances and tasks by their place, for ids differ between stores. */
export type Action =
  | { readonly do: "deploy"; readonly xml: string }
  | {
    readonly do: "start";
    readonly key: string;
    readonly variables: Record<string, unknown>;
    readonly more: StartMore;
  }
  | {
    readonly do: "publish";
    readonly name: string;
    readonly key: string;
    readonly variables: Record<string, unknown>;
  }
  | {
    readonly do: "deliver";
    readonly instance: number;
    readonly elementId: string;
    readonly place: number;
    readonly name: string;
    readonly variables: Record<string, unknown>;
  }
  | { readonly do: "signal"; readonly name: string; readonly variables: Record<string, unknown> }
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "run" }
  | {
    readonly do: "complete";
    readonly instance: number;
    readonly elementId: string;
    readonly place: number;
    readonly variables: Record<string, unknown>;
  }
  | {
    readonly do: "throw";
    readonly instance: number;
    readonly elementId: string;
    readonly place: number;
    readonly throws: "error" | "escalation";
    readonly code: string;
  }
  | {
    readonly do: "setVariables";
    readonly instance: number;
    readonly variables: Record<string, unknown>;
    readonly token?: number;
    readonly local?: boolean;
  }
  | {
    readonly do: "resolve";
    readonly instance: number;
    readonly elementId: string;
    readonly kind: string;
    readonly variables?: Record<string, unknown>;
  }
  | {
    readonly do: "activate";
    readonly instance: number;
    readonly token: number;
    readonly ids: readonly string[];
  }
  /** From now on there are handlers of one more type. */
  | { readonly do: "handle"; readonly type: string }
  /** The end of a job that a user's own worker has claimed. */
  | {
    readonly do: "job";
    readonly instance: number;
    readonly elementId: string;
    readonly place: number;
    readonly command: JobCommand;
  }
  | { readonly do: "cancel" | "suspend" | "resume"; readonly instance: number };

/** The parts of a start that the API has. */
export interface StartMore {
  readonly startEvent?: string;
  readonly startedBy?: string;
}

export type JobCommand = Extract<Command, { readonly kind: "completeJob" | "failJob" | "throwError" }>;

/** An action, whether it was refused, and all that can be seen after it. */
export interface Recorded {
  readonly action: Action;
  readonly refused: boolean;
  /** Absent if the engine's own work did not follow by itself. */
  readonly seen?: Seen;
}

/** What can be seen of a world: lists of texts, sorted. */
export interface Seen {
  readonly tasks: readonly string[];
  readonly incidents: readonly string[];
  /** `key status variables`. */
  readonly instances: readonly string[];
  readonly listening: readonly string[];
  /** `element` and milliseconds from now. */
  readonly timers: readonly string[];
  /** `element status`, of all instances. */
  readonly steps: readonly string[];
}

export class RecordedWorld extends CoreWorld {
  readonly actions: Recorded[] = [];
  /** What handlers answered, by element, in order. */
  readonly answers: Map<string, CoreAnswer[]> = new Map();
  /** Why this cannot be done through the API of the engine. */
  unsupported: string | undefined;
  #depth = 0;
  /** Jobs were run one by one, and not yet all. */
  #between = false;

  constructor(options: CoreWorldOptions = {}) {
    super(options);
    const set = this.handlers.set.bind(this.handlers);
    this.handlers.set = (type: string, handler: CoreHandler) => {
      if (this.actions.length > 0) this.actions.push({ action: { do: "handle", type }, refused: false });
      return set(type, (call) => {
        const answer = handler(call);
        const known = this.answers.get(call.elementId);
        if (known) known.push(answer);
        else this.answers.set(call.elementId, [answer]);
        return answer;
      });
    };
  }

  #act<T>(action: () => Action | string, perform: () => T, settled = true): T {
    if (this.#depth > 0) return perform();
    if (!this.auto) this.unsupported ??= "steps by hand";
    if (this.#between) this.unsupported ??= "runs job by job";
    const what = action();
    if (typeof what === "string") this.unsupported ??= what;
    this.#depth++;
    let refused = true;
    try {
      const result = perform();
      refused = hasRejection(result);
      return result;
    } finally {
      this.#depth--;
      const seen = settled ? this.#seen() : undefined;
      if (typeof what !== "string") this.actions.push({ action: what, refused, seen });
    }
  }

  #seen(): Seen {
    const instances = [...this.live.values()].map(({ model, instance }) =>
      `${model.id} ${instance.state.status} ${sortedJson({ ...instance.vars.get(0) })}`
    );
    const timers = [...this.jobs.values()].filter((job) => job.type === "baton:timer").map((job) => {
      const { startEvent } = JSON.parse(job.payload ?? "{}");
      return `${job.elementId ?? startEvent} ${job.dueAt === null ? job.held : job.dueAt - this.at}`;
    });
    const steps = [...this.live.keys()].flatMap((id) => this.trace(id));
    return {
      tasks: this.tasks(),
      incidents: this.problems(),
      instances: instances.sort(),
      listening: this.listening(),
      timers: timers.sort(),
      steps: steps.sort(),
    };
  }

  #instance(id: string): number {
    return [...this.live.keys()].indexOf(id);
  }

  override deploy(xml: string): readonly ProcessModel[] {
    return this.#act(() => ({ do: "deploy", xml }), () => super.deploy(xml));
  }

  override start(
    key: string,
    variables: Record<string, unknown> = {},
    more: Partial<Extract<Command, { kind: "start" }>> = {},
  ): string {
    return this.#act(() => {
      const { startEvent, startedBy, ...others } = more;
      const started = this.#event(key, structuredClone(variables), more);
      if (started) return started;
      return Object.keys(others).length
        ? `starts with ${Object.keys(others)}`
        : { do: "start", key, variables: structuredClone(variables), more: { startEvent, startedBy } };
    }, () => super.start(key, variables, more));
  }

  /** What makes a start event start its process: a message or a signal. */
  #event(
    key: string,
    variables: Record<string, unknown>,
    { startEvent, definitionIndex, messageKey = "" }: Partial<Extract<Command, { kind: "start" }>>,
  ): Action | undefined {
    if (definitionIndex === undefined) return undefined;
    const trigger = this.models.get(key)?.startTriggers.find(({ element, definition }) =>
      element.id === startEvent && definition.index === definitionIndex
    );
    const definition = trigger?.definition;
    // The others of a parallel multiple start join it, which this world does not know.
    if (trigger && "parallelMultiple" in trigger.element && trigger.element.parallelMultiple) {
      return undefined;
    }
    if (definition?.kind !== "message" && definition?.kind !== "signal") return undefined;
    const name = String(definition.name?.evaluate({ at: this.at, get: () => undefined }));
    return definition.kind === "signal"
      ? { do: "signal", name, variables }
      : { do: "publish", name, key: messageKey, variables };
  }

  override send(id: string, command: Command, more: Partial<TransitionContext> = {}): Transitioned {
    return this.#act(
      () => {
        const { kind } = command;
        if (kind === "setVariables") {
          const { variables, scope: token, local } = command;
          return {
            do: kind,
            instance: this.#instance(id),
            variables: structuredClone(variables),
            token,
            local,
          };
        }
        if (kind === "completeUserTask" || kind === "throwFromUserTask") {
          const task = this.#task(command.taskId);
          if (!task) return `sends ${kind} twice`;
          return kind === "completeUserTask"
            ? { do: "complete", ...task, variables: structuredClone(command.variables) }
            : { do: "throw", ...task, throws: command.throws, code: command.code };
        }
        if (kind === "completeJob" || kind === "failJob" || kind === "throwError") {
          const job = this.#job(command.jobId);
          return job ? { do: "job", ...job, command: structuredClone(command) } : `sends ${kind} late`;
        }
        if (kind === "activate") {
          return { do: kind, instance: this.#instance(id), token: command.token, ids: command.elementIds };
        }
        // What is sent by hand is not followed by the engine's own work here.
        return kind === "cancel" || kind === "suspend" || kind === "resume"
          ? { do: kind, instance: this.#instance(id) }
          : `sends ${kind}`;
      },
      () => super.send(id, command, more),
      false,
    );
  }

  #task(id: string): { instance: number; elementId: string; place: number } | undefined {
    const task = this.userTasks.get(id);
    if (!task) return undefined;
    const alike = [...this.userTasks].filter(([, other]) =>
      other.elementId === task.elementId && other.instanceId === task.instanceId
    );
    return {
      instance: this.#instance(task.instanceId),
      elementId: task.elementId,
      place: alike.findIndex(([other]) => other === id),
    };
  }

  #job(id: string): { instance: number; elementId: string; place: number } | undefined {
    const job = this.jobs.get(id);
    if (!job?.instanceId || job.dueAt === null) return undefined;
    const { instanceId, elementId = "" } = job;
    const alike = [...this.jobs.values()].filter((other) =>
      other.elementId === elementId && other.instanceId === instanceId
    );
    return { instance: this.#instance(instanceId), elementId, place: alike.indexOf(job) };
  }

  override publish(name: string, key = "", variables: Record<string, unknown> = {}): void {
    this.#act(
      () => ({ do: "publish", name, key, variables: structuredClone(variables) }),
      () => super.publish(name, key, variables),
    );
  }

  override deliver(sub: NewSubscription, variables: Record<string, unknown> = {}): void {
    this.#act(() => {
      const alike = this.waitingFor(sub.name).filter((each) =>
        each.elementId === sub.elementId && each.instanceId === sub.instanceId
      );
      return {
        do: "deliver",
        name: sub.name,
        elementId: sub.elementId ?? "",
        instance: this.#instance(sub.instanceId ?? ""),
        place: alike.findIndex((each) => each.id === sub.id),
        variables: structuredClone(variables),
      };
    }, () => super.deliver(sub, variables));
  }

  override signal(name: string, variables: Record<string, unknown> = {}, except?: string): void {
    this.#act(
      () => ({ do: "signal", name, variables: structuredClone(variables) }),
      () => super.signal(name, variables, except),
    );
  }

  /** The engine does all that is due: what is seen between two jobs cannot be compared, only what is seen at rest. */
  override runNext(until?: number): boolean {
    if (this.#depth > 0) return super.runNext(until);
    if (until !== undefined) this.unsupported ??= "runs job by job";
    this.#between = false;
    this.#act(() => ({ do: "run" }), () => this.#between = super.runNext());
    if (this.#between) this.actions.pop();
    return this.#between;
  }

  override run(limit?: number): void {
    this.#act(() => ({ do: "run" }), () => super.run(limit));
  }

  override advance(ms: number): void {
    this.#act(() => ({ do: "advance", ms }), () => super.advance(ms));
  }

  override complete(elementId: string, variables: Record<string, unknown> = {}, instanceId?: string): void {
    this.#act(() => {
      const found = [...this.userTasks].find(([, task]) =>
        task.elementId === elementId && (!instanceId || task.instanceId === instanceId)
      );
      const task = this.#task(found?.[0] ?? "") ?? { instance: -1, elementId, place: 0 };
      return { do: "complete", ...task, variables: structuredClone(variables) };
    }, () => super.complete(elementId, variables, instanceId));
  }

  override setVariables(
    id: string,
    variables: Record<string, unknown>,
    scope?: number,
    local?: boolean,
  ): void {
    this.#act(
      () => ({
        do: "setVariables",
        instance: this.#instance(id),
        variables: structuredClone(variables),
        token: scope,
        local,
      }),
      () => super.setVariables(id, variables, scope, local),
    );
  }

  override resolve(incidentId: string, variables?: Record<string, unknown>): void {
    this.#act(() => {
      const incident = this.incidents.get(incidentId);
      return {
        do: "resolve",
        instance: this.#instance(incident?.instanceId ?? ""),
        elementId: incident?.elementId ?? "",
        kind: incident?.kind ?? "",
        variables: structuredClone(variables),
      };
    }, () => super.resolve(incidentId, variables));
  }
}

function hasRejection(result: unknown): boolean {
  return (result as Partial<Transitioned> | undefined)?.rejection !== undefined;
}

/** JSON with the keys in order: stores may give them in any. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  );
}
