/** The same core, without handlers, commits or waiting: answers and events come from the caller, or by themselves. */
import {
  type Command,
  compileBpmn,
  createInstance,
  decodeInstance,
  type Effects,
  type Instance,
  noEffects,
  parseBpmn,
  positions,
  type ProcessModel,
  runningSteps,
  type Step,
  type Token,
  transition,
} from "../engine/mod.ts";
import { NotFoundError } from "../storage/store.ts";
import type { HistoryStep, SimulatedAnswer, SimulateOptions, Simulation } from "./api.ts";
import { checkOptions } from "./arguments.ts";
import { getModel } from "./definitions.ts";
import { RejectedError } from "./errors.ts";
import { load } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { SIMULATE } from "./shapes.ts";
import { allTokens, nextEvent } from "./simulated_events.ts";
import { readSource } from "./source.ts";
import { takeVariables } from "./values.ts";

const MAX_WAVES = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
/** Ids that no store has given: a simulated instance is never mistaken for a real one. */
const FIRST_ID = 2 ** 52;

/** What can be simulated. */
export type SimulationTarget =
  | string
  | URL
  | { readonly definitionId: string }
  | { readonly instanceId: string };

/** See `Engine.simulate`. */
export async function simulate(
  runtime: Runtime,
  tenant: string,
  target: SimulationTarget,
  options: SimulateOptions,
): Promise<Simulation> {
  checkOptions(options, SIMULATE);
  await runtime.time.ready();
  const at = options.at ?? runtime.time.now();
  const { runScript } = runtime.environment;
  if (typeof target === "object" && target !== null && "instanceId" in target) {
    const stored = await load(runtime, tenant, target.instanceId);
    const { model } = await runtime.models.get(stored.definitionId);
    const instance = decodeInstance(stored.id, { ...stored, locals: stored.locals });
    const simulator = new Simulator(model, instance, at, options, runScript);
    const earlier = await runtime.store.listSteps(stored.id);
    if (options.variables) {
      await simulator.apply({ kind: "setVariables", variables: takeVariables(options.variables) });
    }
    return await simulator.run(earlier);
  }
  const model = await findModel(runtime, tenant, target, options.process);
  const simulator = new Simulator(model, createInstance(String(FIRST_ID), model), at, options, runScript);
  await simulator.apply({
    kind: "start",
    variables: takeVariables(options.variables),
    startEvent: options.startEvent,
    manual: true,
  });
  return await simulator.run([]);
}

async function findModel(
  runtime: Runtime,
  tenant: string,
  target: Exclude<SimulationTarget, { readonly instanceId: string }>,
  process: string | undefined,
): Promise<ProcessModel> {
  if (typeof target === "object" && target !== null && "definitionId" in target) {
    return await getModel(runtime, tenant, target.definitionId);
  }
  const { content, name } = await readSource(target, MAX_BYTES);
  const { models } = compileBpmn(content, { fileName: name });
  const model = process === undefined ? models[0] : models.find((each) => each.id === process);
  if (model) return model;
  const { processes } = parseBpmn(content);
  throw new NotFoundError(
    `Cannot find process "${process}" in the file: it has ${
      processes.map((each) => `"${each.id}"`).join(", ")
    }`,
  );
}

class Simulator {
  readonly #model: ProcessModel;
  readonly #instance: Instance;
  readonly #options: SimulateOptions;
  readonly #runScript: Runtime["environment"]["runScript"];
  readonly #effects: Effects = noEffects();
  readonly #visits = new Map<string, number>();
  /** Tokens that the caller wants to stop in front of. */
  readonly #stopped = new Set<number>();
  #at: number;
  #nextId = FIRST_ID + 1;

  constructor(
    model: ProcessModel,
    instance: Instance,
    at: number,
    options: SimulateOptions,
    runScript: Runtime["environment"]["runScript"],
  ) {
    this.#model = model;
    this.#instance = instance;
    this.#at = at;
    this.#options = options;
    this.#runScript = runScript;
  }

  /** Carries out one command, and at most `maxWaves` waves after it. @throws {RejectedError} */
  async apply(command: Command, maxWaves = 0): Promise<void> {
    const done = transition(this.#instance, command, {
      model: this.#model,
      at: this.#at,
      firstId: this.#nextId,
      effects: this.#effects,
      maxWaves,
    });
    this.#nextId += done.idsUsed;
    if (done.rejection) throw new RejectedError(done.rejection);
    for (const request of done.scripts) {
      const outcome = await this.#runScript(request, this.#at, this.#instance.id);
      await this.apply({ kind: "scriptDone", token: request.token, outcome });
    }
  }

  async run(earlier: readonly Step[]): Promise<Simulation> {
    const { state } = this.#instance;
    const maxWaves = this.#options.maxWaves ?? MAX_WAVES;
    for (let wave = 0; wave < maxWaves && state.status === "running"; wave++) {
      if (!await this.#move()) break;
    }
    const running = runningSteps(this.#model, this.#instance, this.#at);
    const path = [...earlier, ...this.#effects.steps, ...(state.status === "running" ? running : [])]
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ endedAt, ...step }): HistoryStep => ({
        ...step,
        ...(step.status === "started" ? {} : { endedAt }),
        durationMs: endedAt - step.startedAt,
      }));
    return {
      status: state.status,
      path,
      variables: { ...this.#instance.vars.get(0) },
      positions: positions(this.#model, this.#instance),
      incidents: this.#effects.openIncidents.map(({ elementId, kind, message }) => ({
        elementId,
        kind,
        message,
      })),
    };
  }

  /** One wave, or what moves when no token can by itself. @returns Whether anything has moved. */
  async #move(): Promise<boolean> {
    const tokens = allTokens(this.#instance);
    for (const token of tokens) if (token.ready && await this.#choose(token)) return true;
    if (tokens.some((token) => token.ready)) {
      await this.apply({ kind: "continue" }, 1);
      return true;
    }
    for (const token of tokens) if (await this.#answer(token)) return true;
    if (this.#options.fireEvents === false) return false;
    const event = nextEvent(this.#instance);
    if (!event) return false;
    this.#at = Math.max(this.#at, event.at ?? this.#at);
    await this.apply(event.command);
    return true;
  }

  /** A gateway whose branch the caller has chosen. */
  async #choose(token: Token): Promise<boolean> {
    const flowId = this.#next(this.#options.choices, token.el);
    if (flowId === undefined) return false;
    await this.apply({ kind: "completeElement", token: token.id, flowId });
    return true;
  }

  /** Work that somebody else would do ends as the caller says, by default without variables. */
  async #answer(token: Token): Promise<boolean> {
    const works = token.wait === "job" || token.wait === "user" || token.wait === "child";
    if (token.incident !== undefined || !works || this.#stopped.has(token.id)) return false;
    const answer: SimulatedAnswer = this.#next(this.#options.answers, token.el) ?? {};
    if (answer.wait) {
      this.#stopped.add(token.id);
      return true;
    }
    const variables = takeVariables(answer.variables, `answers.${token.el}`);
    await this.apply({ kind: "completeElement", token: token.id, variables, errorCode: answer.errorCode });
    return true;
  }

  /** The entry for this visit of an element; a single one is for all visits. */
  #next<T>(
    entries: Readonly<Record<string, T | readonly T[]>> | undefined,
    elementId: string,
  ): T | undefined {
    if (!entries || !Object.hasOwn(entries, elementId)) return undefined;
    const entry = entries[elementId];
    if (!Array.isArray(entry)) return entry as T;
    const visit = this.#visits.get(elementId) ?? 0;
    this.#visits.set(elementId, visit + 1);
    return entry[visit];
  }
}
