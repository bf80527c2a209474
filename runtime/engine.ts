/** The engine that users hold. */
import type { Command, Problem, ProcessModel } from "../engine/mod.ts";
import type {
  CleanupResult,
  Definition,
  DefinitionQuery,
  InstanceQuery,
  InstanceRecord,
  Kpi,
  KpiQuery,
  Note,
  Page,
  StoredInstance,
} from "../storage/store.ts";
import type {
  CallTreeNode,
  CleanupOptions,
  CorrelateOptions,
  Deployment,
  DeployOptions,
  HistoryOptions,
  HistoryStep,
  InstanceDetails,
  JoinOptions,
  MessageReceiver,
  NoteOptions,
  OwnStep,
  Position,
  Published,
  PublishOptions,
  RunOptions,
  RunResult,
  SaveInstance,
  SetVariablesOptions,
  SignalOptions,
  SimulateOptions,
  Simulation,
  StartedInstance,
  StartOptions,
  VariableValues,
} from "./api.ts";
import { checkArgument, checkOptions, checkTenant, findsNothing } from "./arguments.ts";
import { command, resume, setVariables } from "./commands.ts";
import { getDefinition, getDefinitionXml, getModel } from "./definitions.ts";
import { deploy, lintSource } from "./deploy.ts";
import { IncidentsApi } from "./incidents.ts";
import { JobsApi } from "./jobs_api.ts";
import { addNote, listNotes } from "./notes.ts";
import type { EngineOptions } from "./options.ts";
import { saveInstance } from "./own_executor.ts";
import { correlateMessage, publishMessage } from "./publish.ts";
import { callTree, getInstance, history, load, positions, variables } from "./queries.ts";
import { cleanup } from "./retention.ts";
import { Runtime } from "./runtime.ts";
import { checkInstanceQuery, DEFINITIONS, KPIS } from "./shapes.ts";
import { broadcastSignal, evaluateConditions } from "./signals.ts";
import { simulate } from "./simulate.ts";
import { findDefinition, startInstance } from "./start.ts";
import { checkStateFormat } from "./state_format.ts";
import { canStep, run, step } from "./stepping.ts";
import { loadTelemetry } from "./telemetry.ts";
import { UserTasksApi } from "./user_tasks.ts";

/** Which version of a process. Default: the latest. */
export interface VersionOptions {
  /** By number, from 1. */
  readonly version?: number;
  /** The highest version that carries this tag. */
  readonly versionTag?: string;
}

/**
 * Opens an engine over a store. Close it with `await using` or {@link Engine.close}.
 *
 * @example
 * ```ts
 * import { MemoryStore } from "@baton/bpmn/memory";
 *
 * await using engine = await createEngine({ store: new MemoryStore(), handlers: { charge: () => ({ paid: true }) } });
 * await engine.deploy("order.bpmn");
 * const order = await engine.start("order", { variables: { total: 12 } });
 * await engine.run(order.id);
 * ```
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  await loadTelemetry();
  const runtime = new Runtime(options);
  if (options.migrate !== false) await options.store.migrate();
  await checkStateFormat(options.store);
  return new Engine(runtime, runtime.tenant);
}

/** Deploys, starts, steps and asks. All methods are safe to call at once, from many processes. */
export class Engine implements AsyncDisposable {
  /** Jobs, for those who do the work themselves. */
  readonly jobs: JobsApi;
  /** Work for people. */
  readonly userTasks: UserTasksApi;
  /** What people have to look at. */
  readonly incidents: IncidentsApi;
  /** Whose records this engine sees. */
  readonly tenant: string;

  readonly #runtime: Runtime;

  /** Use {@link createEngine}. */
  constructor(runtime: Runtime, tenant: string) {
    this.#runtime = runtime;
    this.tenant = tenant;
    this.jobs = new JobsApi(runtime, tenant);
    this.userTasks = new UserTasksApi(runtime, tenant);
    this.incidents = new IncidentsApi(runtime, tenant);
  }

  /** The same engine for another tenant; close only one of them. */
  forTenant(tenant: string): Engine {
    checkTenant(tenant);
    return new Engine(this.#runtime, tenant);
  }

  // ------------------------------------------------------------ definitions

  /**
   * Stores a BPMN file: every executable process in it becomes a definition, or stays what it is if unchanged.
   *
   * @param source BPMN text (it starts with `<`), a path, a `file:` or `http(s):` URL.
   * @throws {BpmnValidationError} With all problems; nothing is stored.
   */
  deploy(source: string | URL, options: DeployOptions = {}): Promise<Deployment> {
    return deploy(this.#runtime, this.tenant, source, options);
  }
  /** All problems of a file, form rules and warnings included. Stores nothing. */
  lint(source: string | URL, options: DeployOptions = {}): Promise<readonly Problem[]> {
    return lintSource(source, options);
  }
  /**
   * One version by its id.
   *
   * @throws {NotFoundError}
   */
  getDefinition(id: string): Promise<Definition> {
    return getDefinition(this.#runtime, this.tenant, id);
  }
  /**
   * By key: the latest, a version or a tag.
   *
   * @throws {NotFoundError} If there is no such key or version.
   */
  findDefinition(key: string, options: VersionOptions = {}): Promise<Definition> {
    return findDefinition(this.#runtime, this.tenant, key, options);
  }
  /** By key, newest version first. */
  async definitions(query: Omit<DefinitionQuery, "tenant"> = {}): Promise<Page<Definition>> {
    checkOptions(query, DEFINITIONS, "query");
    return await this.#runtime.store.listDefinitions({ ...query, tenant: this.tenant });
  }
  /** The file that a definition came from. @throws {NotFoundError} */
  getDefinitionXml(id: string): Promise<string> {
    return getDefinitionXml(this.#runtime, this.tenant, id);
  }
  /** The compiled form of a definition. @throws {NotFoundError} */
  getModel(definitionId: string): Promise<ProcessModel> {
    return getModel(this.#runtime, this.tenant, definitionId);
  }

  // ------------------------------------------------------------ instances

  /**
   * Starts an instance and runs it to its first waits.
   *
   * @throws {NotFoundError} If there is no such process or version.
   * @throws {RejectedError} If no start event is named and the process has no none start event (`no-start-event`)
   *   or several (`ambiguous-start`).
   * @throws {TypeError} If the variables are not JSON; the message names the path.
   * @throws {RangeError} If the variables are too large.
   */
  start(key: string, options: StartOptions = {}): Promise<StartedInstance> {
    return startInstance(this.#runtime, this.tenant, key, options);
  }
  /**
   * One instance with its variables.
   *
   * @throws {NotFoundError}
   */
  getInstance(id: string): Promise<InstanceDetails> {
    return getInstance(this.#runtime, this.tenant, id);
  }
  /** Newest first. */
  async instances(query: Omit<InstanceQuery, "tenant"> = {}): Promise<Page<InstanceRecord>> {
    checkInstanceQuery(query);
    if (findsNothing(query, "definitionId", "parentId", "rootId")) return { items: [] };
    return await this.#runtime.store.listInstances({ ...query, tenant: this.tenant });
  }
  /** The instance with all that it called, at any depth. @throws {NotFoundError} */
  callTree(id: string): Promise<CallTreeNode> {
    return callTree(this.#runtime, this.tenant, id);
  }
  /** Variables of the instance, or all that a token sees. @throws {NotFoundError} */
  variables(id: string, token?: number): Promise<Record<string, unknown>> {
    return variables(this.#runtime, this.tenant, id, token);
  }
  /** Writes variables; conditional events react. @throws {RejectedError} `not-running` */
  setVariables(id: string, values: VariableValues, options: SetVariablesOptions = {}): Promise<void> {
    return setVariables(this.#runtime, this.tenant, id, values, options);
  }
  /** Where the tokens are and what waits for what. Empty when it has ended. @throws {NotFoundError} */
  positions(id: string): Promise<readonly Position[]> {
    return positions(this.#runtime, this.tenant, id);
  }
  /** Steps by sequence, running ones included. @throws {NotFoundError} */
  history(id: string, options: HistoryOptions = {}): Promise<readonly HistoryStep[]> {
    return history(this.#runtime, this.tenant, id, options);
  }
  /** Ends it, and all that it called. @throws {RejectedError} `not-running` if it has ended. */
  async cancel(id: string, reason?: string, options: JoinOptions = {}): Promise<void> {
    if (reason !== undefined) checkArgument(reason, "prose", "reason");
    await this.#command(id, { kind: "cancel", status: "cancelled", reason }, options);
  }
  /** Ends it as failed. @throws {RejectedError} `not-running` if it has ended. */
  async fail(id: string, reason?: string, options: JoinOptions = {}): Promise<void> {
    if (reason !== undefined) checkArgument(reason, "prose", "reason");
    await this.#command(id, { kind: "cancel", status: "failed", reason }, options);
  }
  /** Holds all its jobs and timers until `resume`. @throws {RejectedError} `not-running` */
  async suspend(id: string): Promise<void> {
    await this.#command(id, { kind: "suspend" });
  }
  /**
   * Lets a suspended instance go on.
   *
   * @throws {RejectedError} `not-suspended`
   */
  resume(id: string): Promise<void> {
    return resume(this.#runtime, this.tenant, id);
  }
  /** Resolves all incidents of an instance. @returns How many. @throws {NotFoundError} */
  async retry(id: string, values?: VariableValues): Promise<number> {
    await getInstance(this.#runtime, this.tenant, id);
    return await this.incidents.resolve({ instanceId: id }, values);
  }
  /** Starts activities of an ad-hoc sub-process. @param token See {@link positions}. */
  async activate(id: string, token: number, elementIds: readonly string[]): Promise<void> {
    checkArgument(token, "whole", "token");
    checkArgument(elementIds, "names", "elementIds");
    await this.#command(id, { kind: "activate", token, elementIds });
  }
  /**
   * Adds a remark.
   *
   * @returns The note's id. @throws {NotFoundError}
   */
  addNote(id: string, text: string, options: NoteOptions = {}): Promise<string> {
    return addNote(this.#runtime, this.tenant, id, text, options);
  }
  /** Oldest first. @throws {NotFoundError} */
  notes(id: string): Promise<readonly Note[]> {
    return listNotes(this.#runtime, this.tenant, id);
  }
  /** Counts, failures and durations of ended instances or steps. See `docs/kpis.md`. */
  async kpis(query: Omit<KpiQuery, "tenant"> = {}): Promise<readonly Kpi[]> {
    checkOptions(query, KPIS, "query");
    if (findsNothing(query, "definitionId")) return [];
    // Where no worker runs, nobody else sums up.
    this.#runtime.upkeep.begin();
    await this.#runtime.upkeep.settled();
    return await this.#runtime.store.kpis({ ...query, tenant: this.tenant });
  }

  /** Counts anew for {@link kpis} what the history holds, of all tenants. Reads it all: rarely needed. */
  async rebuildKpis(): Promise<void> {
    await this.#runtime.store.rebuildKpis();
  }
  /**
   * Deletes ended instances that are older than `historyTimeToLive` of their model, or a default, with all that
   * they own; none whose call tree still runs. KPIs keep what they counted. See `docs/retention.md`.
   *
   * @throws {RangeError} If `batch` is not from 1 to 1,000.
   */
  cleanup(options: CleanupOptions = {}): Promise<CleanupResult> {
    return cleanup(this.#runtime, this.tenant, options);
  }

  // ------------------------------------------------------------ moving by hand

  /** Whether {@link step} would move anything. @throws {NotFoundError} */
  canStep(id: string): Promise<boolean> {
    return canStep(this.#runtime, this.tenant, id);
  }
  /**
   * Moves each active token once. A task where a token stands runs its handler, under a lease of its own.
   *
   * @throws {RejectedError} `not-running` if it has ended.
   */
  step(id: string): Promise<RunResult> {
    return step(this.#runtime, this.tenant, id);
  }
  /** Runs an instance, and what it calls, in this process until all wait or it ends. */
  run(id: string, options: RunOptions = {}): Promise<RunResult> {
    return run(this.#runtime, this.tenant, id, options);
  }
  /**
   * Runs the same core without handlers and without storing anything.
   *
   * @param target BPMN text, path or URL; or a definition; or an instance (from where it stands).
   */
  simulate(
    target: string | URL | { readonly definitionId: string } | { readonly instanceId: string },
    options: SimulateOptions = {},
  ): Promise<Simulation> {
    return simulate(this.#runtime, this.tenant, target, options);
  }

  // ------------------------------------------------------------ messages, signals, conditions

  /** Buffers a message and delivers it to at most one instance per process. */
  publishMessage(name: string, options: PublishOptions = {}): Promise<Published> {
    return publishMessage(this.#runtime, this.tenant, name, options);
  }
  /**
   * Delivers a message to exactly one receiver, now.
   *
   * @throws {RejectedError} `no-match` if nobody waits for it, `ambiguous` if several do.
   */
  correlateMessage(name: string, options: CorrelateOptions = {}): Promise<MessageReceiver> {
    return correlateMessage(this.#runtime, this.tenant, name, options);
  }
  /** Sends a signal to all that wait for it now, and to start events. Delivery goes on in the background. */
  broadcastSignal(name: string, options: SignalOptions = {}): Promise<void> {
    return broadcastSignal(this.#runtime, this.tenant, name, options);
  }
  /** Starts the processes whose conditional start event is true for these variables. @returns The instances. */
  evaluateConditions(values: VariableValues): Promise<readonly InstanceRecord[]> {
    return evaluateConditions(this.#runtime, this.tenant, values);
  }

  // ------------------------------------------------------------ for one's own executor

  /** State and variables as they are stored. @throws {NotFoundError} */
  loadInstance(id: string): Promise<StoredInstance> {
    return load(this.#runtime, this.tenant, id);
  }
  /** Adds one step. @returns The new revision. @throws {ConflictError} If `revision` is stale. */
  async appendStep(id: string, revision: number, step: OwnStep): Promise<number> {
    return await saveInstance(this.#runtime, this.tenant, { id, revision, steps: [step] });
  }
  /** Saves an instance; one that ends takes what is open with it. @returns The new revision. @throws {ConflictError} If its revision is stale. */
  saveInstance(instance: SaveInstance): Promise<number> {
    return saveInstance(this.#runtime, this.tenant, instance);
  }

  async #command(id: string, what: Command, options?: JoinOptions): Promise<void> {
    await command(this.#runtime, this.tenant, id, what, options);
  }

  /** Finishes commits that are under way, then closes the store unless `closeStore` is false. */
  close(): Promise<void> {
    return this.#runtime.close();
  }
  /** See {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
