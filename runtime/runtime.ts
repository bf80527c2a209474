/** What all parts of the runtime share: one per engine or worker, whatever the tenants. */
import { DEFAULT_TENANT, type Store } from "../storage/store.ts";
import { checkTenant } from "./arguments.ts";
import { Crowds } from "./crowd.ts";
import { CrowdViews } from "./crowd_views.ts";
import { Executor } from "./executor.ts";
import type { FoldEnvironment } from "./fold.ts";
import type { Handler } from "./handler.ts";
import { IdAllocator } from "./ids.ts";
import { InstanceCache } from "./instance_cache.ts";
import { JobEnds } from "./job_ends.ts";
import { LatestDefinitions } from "./latest.ts";
import { consoleLogger } from "./log.ts";
import { ModelCache } from "./models.ts";
import { Retries } from "./retries.ts";
import type { EngineOptions, Logger, ScriptContext, ScriptHandler } from "./options.ts";
import type { ScriptRunner } from "./script_runner.ts";
import { StoreTime } from "./store_time.ts";
import { loadedTelemetry, type Telemetry } from "./telemetry.ts";
import { Upkeep } from "./upkeep.ts";

const DEFAULT_VARIABLES_BYTES = 4 * 1024 * 1024;
const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
/** An engine without a worker looks after its store after this many commits. */
const UPKEEP_UNITS = 1_000;

export class Runtime {
  readonly store: Store;
  readonly logger: Logger;
  readonly time: StoreTime;
  readonly ids: IdAllocator;
  readonly models: ModelCache;
  readonly latest: LatestDefinitions = new LatestDefinitions();
  readonly cache: InstanceCache;
  readonly environment: FoldEnvironment;
  readonly executor: Executor;
  readonly upkeep: Upkeep = new Upkeep(this);
  readonly crowds: Crowds = new Crowds();
  readonly crowdViews: CrowdViews;
  readonly jobEnds: JobEnds = new JobEnds(this);
  /** By lower-case job type, script handlers included. */
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly maxVariablesBytes: number;
  readonly retries: Retries;
  /** The name under which this process leases. */
  readonly worker: string;
  /** The process's tracing system, if it has one. */
  readonly telemetry: Telemetry | undefined;
  readonly #options: EngineOptions;
  readonly #unwatch: (() => void) | undefined;
  #sandbox: Promise<ScriptRunner> | undefined;

  constructor(options: EngineOptions, worker: string = `engine-${crypto.randomUUID()}`) {
    if (options.tenant !== undefined) checkTenant(options.tenant);
    this.#options = options;
    this.worker = worker;
    this.store = options.store;
    this.logger = options.logger ?? consoleLogger();
    this.time = new StoreTime(options.store, options.clock);
    this.ids = new IdAllocator(options.ids ?? { reserve: (count) => options.store.reserveIds(count) });
    this.models = new ModelCache(options.store);
    const cacheBytes = options.cacheBytes ?? DEFAULT_CACHE_BYTES;
    this.cache = new InstanceCache(cacheBytes);
    this.crowdViews = new CrowdViews(cacheBytes);
    this.maxVariablesBytes = options.maxVariablesBytes ?? DEFAULT_VARIABLES_BYTES;
    this.retries = new Retries(options);
    this.handlers = handlerMap(options);
    this.environment = {
      ids: this.ids,
      maxVariablesBytes: this.maxVariablesBytes,
      maxTokens: options.maxTokens,
      scriptFormats: new Set(Object.keys(options.scripts ?? {}).map((format) => format.toLowerCase())),
      runScript: async (request, at, id) => (await this.#scripts()).run(request, at, id),
    };
    this.executor = new Executor({
      store: this.store,
      time: this.time,
      models: this.models,
      cache: this.cache,
      environment: this.environment,
      crowds: this.crowds,
    });
    this.executor.committed.add(() => {
      if (this.executor.counters.units % UPKEEP_UNITS === 0) this.upkeep.begin();
    });
    this.telemetry = loadedTelemetry();
    this.#unwatch = this.telemetry && watchExecutor(this.telemetry, this.executor);
  }

  /** The tenant of those who name none. */
  get tenant(): string {
    return this.#options.tenant ?? DEFAULT_TENANT;
  }

  /** Makes the time and a block of ids ready. */
  async ready(): Promise<void> {
    await this.time.ready();
    while (!this.ids.ready) await this.ids.fill();
  }

  /** Finishes what is on its way; closes the store unless it is the user's to close. */
  async close(): Promise<void> {
    await this.executor.settled();
    await this.upkeep.end();
    this.#unwatch?.();
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    if (sandbox) await (await sandbox)[Symbol.asyncDispose]();
    if (this.#options.closeStore !== false) await this.store[Symbol.asyncDispose]();
  }

  #scripts(): Promise<ScriptRunner> {
    // Loaded when the first script runs: most processes have none.
    return this.#sandbox ??= import("./script_runner.ts").then((module) =>
      module.openScriptRunner(this.#options.scriptLimits)
    );
  }
}

function watchExecutor(telemetry: Telemetry, executor: Executor): () => void {
  let incidents = 0;
  executor.committed.add((unit) => incidents += unit.openIncidents?.length ?? 0);
  return telemetry.watch({
    counts: () => {
      const { commits, units, conflicts } = executor.counters;
      return { commits, units, conflicts, incidents };
    },
  });
}

function handlerMap(options: EngineOptions): Map<string, Handler> {
  const map = new Map<string, Handler>();
  for (const [type, handler] of Object.entries(options.handlers ?? {})) {
    const name = type.toLowerCase();
    if (name.startsWith("baton:")) {
      throw new TypeError(
        `Cannot register a handler for "${type}": names that start with "baton:" are the engine's own`,
      );
    }
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot register a handler for "${type}": it is no function`);
    }
    if (map.has(name)) throw new TypeError(`Cannot register a handler for "${type}": there is one already`);
    map.set(name, handler);
  }
  for (const [format, handler] of Object.entries(options.scripts ?? {})) {
    map.set(`script:${format.toLowerCase()}`, scriptHandler(handler));
  }
  return map;
}

function scriptHandler(handler: ScriptHandler): Handler {
  return (context) => handler(context as ScriptContext);
}
