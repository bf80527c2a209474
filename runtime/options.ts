/** What an engine is made with. */
import type { Store } from "../storage/store.ts";
import type { HandlerContext, Handlers } from "./handler.ts";

/** A source of time, for tests and simulation. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
}

/** A source of ids. Default: the store's `reserveIds`. */
export interface IdSource {
  /** Reserves `count` consecutive positive safe integers. @returns The first. */
  reserve(count: number): Promise<number>;
}

/** How much a line matters; `debug` least. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Receives what the engine has to say. `fields` never has variables or secrets. */
export interface Logger {
  /** Takes one line. */
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a host's script handler is given: a handler's context and the script. */
export interface ScriptContext extends HandlerContext {
  /** As the model has it. */
  readonly script: string;
  /** As the model has it, lower case; empty if the element names none. */
  readonly format: string;
}

/** Runs scripts of one format: returned values become variables. */
export type ScriptHandler = (context: ScriptContext) => unknown;

/** Limits of JavaScript in script tasks. */
export interface ScriptLimits {
  /** Default 1,000 ms. */
  readonly timeMs?: number;
  /** Default 64 MiB. */
  readonly memoryBytes?: number;
}

/** Options of {@link createEngine}. Only the store is required. */
export interface EngineOptions {
  /** Where everything is kept. */
  readonly store: Store;
  /** Handlers by job type: for {@link Engine.run} and {@link Engine.step}; a worker has its own. */
  readonly handlers?: Handlers;
  /**
   * Script handlers by format; `""` is for scripts without one. Such scripts become jobs of type
   * `script:<format>`. JavaScript and FEEL need none.
   */
  readonly scripts?: Readonly<Record<string, ScriptHandler>>;
  /** Limits of JavaScript in script tasks. */
  readonly scriptLimits?: ScriptLimits;
  /** Default: the store's clock. */
  readonly clock?: Clock;
  /** Default: the store's. */
  readonly ids?: IdSource;
  /** Default: warnings and errors to the console. */
  readonly logger?: Logger;
  /** Whose records this engine sees. Default `default`. See {@link Engine.forTenant}. */
  readonly tenant?: string;
  /** The most that one instance's variables may take as JSON, in bytes. Default 4 MiB. */
  readonly maxVariablesBytes?: number;
  /**
   * Tokens that one instance may have at a time. Parallel items that would be more do not start: an incident stands
   * for them. Default 100,000; each takes about 100 bytes of the state, which every unit writes.
   */
  readonly maxTokens?: number;
  /** Retries of a failed job whose model gives no number. Default 3. */
  readonly retries?: number;
  /**
   * By job type, for jobs whose model says nothing: policies as models write them. `R3/PT10S` (three retries, ten
   * seconds before each), `PT1M,PT5M` (one after each), or `3`. Types are compared without regard to case.
   */
  readonly retryPolicies?: Readonly<Record<string, string>>;
  /** Bytes of decoded instances kept in memory. Default 64 MiB; 0: none. */
  readonly cacheBytes?: number;
  /** Bring the store's schema up to this release when the engine opens; harmless if it is. Default true. */
  readonly migrate?: boolean;
  /** Close the store with the engine. Default true. */
  readonly closeStore?: boolean;
}
