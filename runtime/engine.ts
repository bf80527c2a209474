/** The engine that users hold. */
import type { Problem, ProcessModel } from "../engine/mod.ts";
import type {
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
import { IncidentsApi } from "./incidents.ts";
import { JobsApi } from "./jobs_api.ts";
import type { EngineOptions } from "./options.ts";
import { pending } from "./pending.ts";
import { UserTasksApi } from "./user_tasks.ts";

/** Which version of a process. Default: the latest. */
export interface VersionOptions {
  readonly version?: number;
  readonly versionTag?: string;
}

/**
 * Opens an engine over a store. Close it with `await using` or {@link Engine.close}.
 *
 * @example
 * ```ts
 * await using engine = await createEngine({ store: new MemoryStore(), handlers: { charge: () => ({ paid: true }) } });
 * await engine.deploy("order.bpmn");
 * const order = await engine.start("order", { variables: { total: 12 } });
 * await engine.run(order.id);
 * ```
 */
export function createEngine(options: EngineOptions): Promise<Engine> {
  return Promise.resolve(new Engine(options));
}

/** Deploys, starts, steps and asks. All methods are safe to call at once, from many processes. */
export class Engine implements AsyncDisposable {
  /** Jobs, for those who do the work themselves. */
  readonly jobs: JobsApi = new JobsApi();
  /** Work for people. */
  readonly userTasks: UserTasksApi = new UserTasksApi();
  readonly incidents: IncidentsApi = new IncidentsApi();
  /** Whose records this engine sees. */
  readonly tenant: string;

  /** Use {@link createEngine}. */
  constructor(options: EngineOptions) {
    this.tenant = options.tenant ?? "default";
  }

  /** The same engine for another tenant; close only one of them. */
  forTenant(_tenant: string): Engine {
    return pending("forTenant");
  }

  // ------------------------------------------------------------ definitions

  /**
   * Stores a BPMN file: every executable process in it becomes a definition, or stays what it is if unchanged.
   *
   * @param source BPMN text (it starts with `<`), a path, a `file:` or `http(s):` URL.
   * @throws {BpmnValidationError} With all problems; nothing is stored.
   */
  deploy(_source: string | URL, _options: DeployOptions = {}): Promise<Deployment> {
    return pending("deploy");
  }
  /** All problems of a file, form rules and warnings included. Stores nothing. */
  lint(_source: string | URL, _options: DeployOptions = {}): Promise<readonly Problem[]> {
    return pending("lint");
  }
  /** @throws {NotFoundError} */
  getDefinition(_id: string): Promise<Definition> {
    return pending("getDefinition");
  }
  /** @throws {NotFoundError} If there is no such key or version. */
  findDefinition(_key: string, _options: VersionOptions = {}): Promise<Definition> {
    return pending("findDefinition");
  }
  /** By key, newest version first. */
  definitions(_query: Omit<DefinitionQuery, "tenant"> = {}): Promise<Page<Definition>> {
    return pending("definitions");
  }
  /** The file that a definition came from. @throws {NotFoundError} */
  getDefinitionXml(_id: string): Promise<string> {
    return pending("getDefinitionXml");
  }
  /** The compiled form of a definition. @throws {NotFoundError} */
  getModel(_definitionId: string): Promise<ProcessModel> {
    return pending("getModel");
  }

  // ------------------------------------------------------------ instances

  /**
   * Starts an instance and runs it to its first waits.
   *
   * @throws {NotFoundError} If there is no such process or version.
   * @throws {RejectedError} `no-start-event` if it has none or several none start events and none is named.
   * @throws {TypeError} If the variables are not JSON; the message names the path.
   * @throws {RangeError} If the variables are too large.
   */
  start(_key: string, _options: StartOptions = {}): Promise<StartedInstance> {
    return pending("start");
  }
  /** @throws {NotFoundError} */
  getInstance(_id: string): Promise<InstanceDetails> {
    return pending("getInstance");
  }
  /** Newest first. */
  instances(_query: Omit<InstanceQuery, "tenant"> = {}): Promise<Page<InstanceRecord>> {
    return pending("instances");
  }
  /** The instance with all that it called, at any depth. @throws {NotFoundError} */
  callTree(_id: string): Promise<CallTreeNode> {
    return pending("callTree");
  }
  /** Variables of the instance, or all that a token sees. @throws {NotFoundError} */
  variables(_id: string, _token?: number): Promise<Record<string, unknown>> {
    return pending("variables");
  }
  /** Writes variables; conditional events react. @throws {RejectedError} `not-running` */
  setVariables(_id: string, _variables: VariableValues, _options: SetVariablesOptions = {}): Promise<void> {
    return pending("setVariables");
  }
  /** Where the tokens are and what waits for what. Empty when it has ended. @throws {NotFoundError} */
  positions(_id: string): Promise<readonly Position[]> {
    return pending("positions");
  }
  /** Steps by sequence, running ones included. @throws {NotFoundError} */
  history(_id: string, _options: HistoryOptions = {}): Promise<readonly HistoryStep[]> {
    return pending("history");
  }
  /** Ends it, and all that it called. @throws {RejectedError} `not-running` if it has ended. */
  cancel(_id: string, _reason?: string, _options: JoinOptions = {}): Promise<void> {
    return pending("cancel");
  }
  /** Ends it as failed. @throws {RejectedError} `not-running` if it has ended. */
  fail(_id: string, _reason?: string, _options: JoinOptions = {}): Promise<void> {
    return pending("fail");
  }
  /** Holds all its jobs and timers until `resume`. @throws {RejectedError} `not-running` */
  suspend(_id: string): Promise<void> {
    return pending("suspend");
  }
  /** @throws {RejectedError} `not-suspended` */
  resume(_id: string): Promise<void> {
    return pending("resume");
  }
  /** Resolves all incidents of an instance. @returns How many. @throws {NotFoundError} */
  retry(_id: string, _variables?: VariableValues): Promise<number> {
    return pending("retry");
  }
  /** Starts activities of an ad-hoc sub-process. @param _token See {@link positions}. */
  activate(_id: string, _token: number, _elementIds: readonly string[]): Promise<void> {
    return pending("activate");
  }
  /** @returns The note's id. @throws {NotFoundError} */
  addNote(_id: string, _text: string, _options: NoteOptions = {}): Promise<string> {
    return pending("addNote");
  }
  /** Oldest first. @throws {NotFoundError} */
  notes(_id: string): Promise<readonly Note[]> {
    return pending("notes");
  }
  /** Durations and failures of ended instances or steps. */
  kpis(_query: Omit<KpiQuery, "tenant"> = {}): Promise<readonly Kpi[]> {
    return pending("kpis");
  }

  // ------------------------------------------------------------ moving by hand

  /** Whether {@link step} would move anything. @throws {NotFoundError} */
  canStep(_id: string): Promise<boolean> {
    return pending("canStep");
  }
  /**
   * Moves each active token once. A task where a token stands runs its handler, under a lease of its own.
   *
   * @throws {RejectedError} `not-running` if it has ended.
   */
  step(_id: string): Promise<RunResult> {
    return pending("step");
  }
  /** Runs an instance, and what it calls, in this process until all wait or it ends. */
  run(_id: string, _options: RunOptions = {}): Promise<RunResult> {
    return pending("run");
  }
  /**
   * Runs the same core without handlers and without storing anything.
   *
   * @param target BPMN text, path or URL; or a definition; or an instance (from where it stands).
   */
  simulate(
    _target: string | URL | { readonly definitionId: string } | { readonly instanceId: string },
    _options: SimulateOptions = {},
  ): Promise<Simulation> {
    return pending("simulate");
  }

  // ------------------------------------------------------------ messages, signals, conditions

  /** Buffers a message and delivers it to at most one instance per process. */
  publishMessage(_name: string, _options: PublishOptions = {}): Promise<Published> {
    return pending("publishMessage");
  }
  /**
   * Delivers a message to exactly one receiver, now.
   *
   * @throws {RejectedError} `no-match` if nobody waits for it, `ambiguous` if several do.
   */
  correlateMessage(_name: string, _options: CorrelateOptions = {}): Promise<MessageReceiver> {
    return pending("correlateMessage");
  }
  /** Sends a signal to all that wait for it now, and to start events. Delivery goes on in the background. */
  broadcastSignal(_name: string, _options: SignalOptions = {}): Promise<void> {
    return pending("broadcastSignal");
  }
  /** Starts the processes whose conditional start event is true for these variables. @returns The instances. */
  evaluateConditions(_variables: VariableValues): Promise<readonly InstanceRecord[]> {
    return pending("evaluateConditions");
  }

  // ------------------------------------------------------------ for one's own executor

  /** State and variables as they are stored. @throws {NotFoundError} */
  loadInstance(_id: string): Promise<StoredInstance> {
    return pending("loadInstance");
  }
  /** Adds one step. @returns The new revision. @throws {ConflictError} If `revision` is stale. */
  appendStep(_id: string, _revision: number, _step: OwnStep): Promise<number> {
    return pending("appendStep");
  }
  /** Saves an instance. @returns The new revision. @throws {ConflictError} If its revision is stale. */
  saveInstance(_instance: SaveInstance): Promise<number> {
    return pending("saveInstance");
  }

  /** Finishes commits that are under way, then closes the store unless `closeStore` is false. */
  close(): Promise<void> {
    return pending("close");
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
