/** Does on a real store, with a worker and a clock that moves when told, what was done in a {@link RecordedWorld}. */
import assert from "node:assert/strict";
import { type Engine, type HandlerContext, silentLogger } from "../../mod.ts";
import type { Step, Store } from "../../storage/store.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { type Action, type Recorded, type RecordedWorld, type Seen, sortedJson } from "./recorded_world.ts";

/** A clock that is set. */
export interface SetClock {
  at: number;
  now(): number;
}

const START = Date.UTC(2026, 0, 1);
/** Longer than any test. */
const FOR_EVER_MS = 1_000 * 365 * 86_400_000;

/**
 * Plays a record as a tenant of its own.
 *
 * @throws {AssertionError} If something else can be seen after an action than in the world that was recorded.
 */
export async function replay(
  world: RecordedWorld,
  store: Store,
  clock: SetClock,
  tenant: string,
): Promise<void> {
  clock.at = START;
  const answers = new Map([...world.answers].map(([element, list]) => [element, [...list]]));
  const handle = (context: HandlerContext) => answer(context, answers);
  const late = world.actions.flatMap(({ action }) => action.do === "handle" ? [action.type] : []);
  const types = new Set([...world.handlers.keys()].filter((type) => !late.includes(type)));
  const open = () => {
    const ofScripts = [...types].filter((type) => type.startsWith(SCRIPT));
    const others = [...types].filter((type) => !type.startsWith(SCRIPT));
    return createWorker({
      store,
      clock,
      tenant,
      tenants: [tenant],
      handlers: Object.fromEntries(others.map((type) => [type, handle])),
      scripts: Object.fromEntries(ofScripts.map((type) => [type.slice(SCRIPT.length), handle])),
      maxTokens: world.options.maxTokens,
      logger: silentLogger,
      closeStore: false,
      migrate: false,
    });
  };
  let worker = await open();
  try {
    for (const [index, recorded] of world.actions.entries()) {
      if (recorded.action.do === "handle") {
        types.add(recorded.action.type);
        await worker.stop();
        worker = await open();
      } else await new Player(worker, store, clock, tenant, types).play(recorded, index);
    }
  } finally {
    await worker.stop();
  }
}

const SCRIPT = "script:";

type Answers = Map<string, ReturnType<RecordedWorld["answers"]["get"]> & object>;

function answer(context: HandlerContext, answers: Answers): unknown {
  const list = answers.get(context.element.id);
  const [next] = list ?? [];
  if (!list || !next) throw new Error(`Cannot answer for "${context.element.id}": it was not asked so often`);
  if ("error" in next) {
    list.shift();
    return context.throwBpmnError(next.error);
  }
  if (next.afterMs && context.attempt === 1) {
    return context.fail({ retryInMs: next.afterMs, message: "still at it" });
  }
  list.shift();
  return next.variables ?? {};
}

class Player {
  readonly #worker: Worker;
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #clock: SetClock;
  readonly #tenant: string;
  readonly #types: ReadonlySet<string>;

  constructor(worker: Worker, store: Store, clock: SetClock, tenant: string, types: ReadonlySet<string>) {
    this.#worker = worker;
    this.#engine = worker.engine;
    this.#store = store;
    this.#clock = clock;
    this.#tenant = tenant;
    this.#types = types;
  }

  async play({ action, refused, seen }: Recorded, index: number): Promise<void> {
    const what = `action ${index + 1}, ${JSON.stringify(action.do === "deploy" ? { do: "deploy" } : action)}`;
    if (refused) {
      await assert.rejects(this.#do(action), `${what} must be refused`);
      return;
    }
    await this.#do(action);
    if (!seen) return;
    await this.#worker.drain();
    assert.deepEqual(await this.#seen(), seen, `after ${what}`);
  }

  async #do(action: Action): Promise<void> {
    const engine = this.#engine;
    switch (action.do) {
      case "deploy":
        await engine.deploy(action.xml);
        return;
      case "start":
        await engine.start(action.key, {
          variables: action.variables,
          startEvent: action.more.startEvent,
          initiator: action.more.startedBy,
        });
        return;
      case "activate":
        return await engine.activate((await this.#instances())[action.instance].id, action.token, action.ids);
      case "job":
        return await this.#endJob(action);
      case "handle":
        throw new Error("Cannot come here: it is the replay's own");
      case "publish": {
        const { name, key, variables } = action;
        await engine.publishMessage(name, { key, variables, timeToLiveMs: FOR_EVER_MS });
        return;
      }
      case "deliver": {
        const instanceId = (await this.#instances())[action.instance].id;
        const { items } = await this.#store.findSubscriptions({
          tenant: this.#tenant,
          kind: "message",
          name: action.name,
          take: 1_000,
        });
        const alike = items
          .filter((each) => each.instanceId === instanceId && each.elementId === action.elementId)
          .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
        const { id: subscriptionId, key } = alike[action.place];
        await engine.correlateMessage(action.name, { key, subscriptionId, variables: action.variables });
        return;
      }
      case "signal":
        return await engine.broadcastSignal(action.name, { variables: action.variables });
      case "advance":
        return await this.#advance(this.#clock.at + action.ms);
      case "run":
        return await this.#advance(Infinity);
      case "complete":
        return await engine.userTasks.complete(await this.#task(action), action.variables);
      case "throw": {
        const task = await this.#task(action);
        return action.throws === "error"
          ? await engine.userTasks.throwError(task, action.code)
          : await engine.userTasks.throwEscalation(task, action.code);
      }
      case "setVariables": {
        const { token: scope, local, variables } = action;
        const { id } = (await this.#instances())[action.instance];
        return await engine.setVariables(id, variables, { scope, local });
      }
      case "resolve": {
        const { id: instanceId } = (await this.#instances())[action.instance];
        const { items } = await engine.incidents.list({ instanceId });
        const [found] = items.filter(({ kind, elementId }) =>
          kind === action.kind && elementId === action.elementId
        ).sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
        await engine.incidents.resolve({ id: found.id, instanceId }, action.variables);
        return;
      }
      case "cancel":
      case "suspend":
      case "resume": {
        const { id } = (await this.#instances())[action.instance];
        return await engine[action.do](id);
      }
    }
  }

  async #endJob({ instance, elementId, place, command }: Extract<Action, { do: "job" }>): Promise<void> {
    const { jobs } = this.#engine;
    const { id: instanceId } = (await this.#instances())[instance];
    const { items } = await this.#store.listJobs({ tenant: this.#tenant, instanceId, take: 1_000 });
    const alike = items.filter((job) => job.elementId === elementId)
      .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
    const [claim] = await jobs.claim({ jobIds: [alike[place].id] });
    switch (command.kind) {
      case "completeJob":
        return await jobs.complete(claim, { variables: command.variables, result: command.result });
      case "failJob":
        return await jobs.fail(claim, { message: command.message, retry: false });
      case "throwError": {
        const { code, message, variables } = command;
        return await jobs.throwError(claim, code, { message, variables });
      }
    }
  }

  async #task(action: { instance: number; elementId: string; place: number }): Promise<string> {
    const instanceId = (await this.#instances())[action.instance]?.id;
    const { items } = await this.#engine.userTasks.list({ instanceId, status: "open", take: 1_000 });
    const alike = items.filter((task) => task.elementId === action.elementId)
      .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
    return alike[action.place].id;
  }

  /** In the order in which they were started. */
  async #instances() {
    const { items } = await this.#store.listInstances({ tenant: this.#tenant, take: 1_000 });
    return items.toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
  }

  /** Does what is due, moves the clock to what is due next, and so on. */
  async #advance(until: number): Promise<void> {
    for (;;) {
      await this.#worker.drain();
      const { items } = await this.#store.listJobs({ tenant: this.#tenant, take: 1_000 });
      const due = items.flatMap(({ type, dueAt }) => {
        const runs = type !== "baton:expire-message" && (type.startsWith("baton:") || this.#types.has(type));
        return runs && dueAt !== null && dueAt <= until ? [dueAt] : [];
      });
      if (due.length === 0) break;
      this.#clock.at = Math.max(this.#clock.at, Math.min(...due));
    }
    if (until !== Infinity) this.#clock.at = until;
  }

  async #seen(): Promise<Seen> {
    const store = this.#store;
    const tenant = this.#tenant;
    const take = 1_000;
    const instances = await this.#instances();
    const tasks = await this.#engine.userTasks.list({ status: "open", take });
    const incidents = await store.listIncidents({ tenant, take });
    const jobs = await store.listJobs({ tenant, type: "baton:timer", take });
    const subscriptions = await Promise.all(
      (["message", "signal"] as const).map((kind) => store.findSubscriptions({ tenant, kind, take })),
    );
    const steps = await Promise.all(instances.map(({ id }) => allSteps(store, id)));
    const variables = await Promise.all(instances.map(({ id }) => this.#engine.variables(id)));
    return {
      tasks: tasks.items.map((task) => task.elementId).sort(),
      incidents: incidents.items.map(({ kind, elementId }) => `${kind} ${elementId}`).sort(),
      instances: instances.map(({ key, status }, i) => `${key} ${status} ${sortedJson(variables[i])}`).sort(),
      listening: subscriptions.flatMap(({ items }) => items).filter((each) => each.instanceId !== undefined)
        .map((each) => each.name).sort(),
      timers: jobs.items
        .map(({ elementId, dueAt, held }) => `${elementId} ${dueAt === null ? held : dueAt - this.#clock.at}`)
        .sort(),
      steps: steps.flat().map(({ elementId, status }) => `${elementId} ${status}`).sort(),
    };
  }
}

async function allSteps(store: Store, id: string) {
  const steps: Step[] = [];
  for (;;) {
    const page = await store.listSteps(id, { after: steps.at(-1)?.sequence, take: 1_000 });
    steps.push(...page);
    if (page.length < 1_000) return steps;
  }
}
