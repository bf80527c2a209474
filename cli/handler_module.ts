/** `--handlers ./handlers.ts`: the user's module with the handlers. */
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Handlers } from "../runtime/handler.ts";
import type { ScriptHandler } from "../runtime/options.ts";
import { UsageError } from "./failure.ts";

/** What such a module gives. */
export interface HandlerModule {
  /** By job type. */
  readonly handlers: Handlers;
  /** By script format. */
  readonly scripts?: Readonly<Record<string, ScriptHandler>>;
  /** By job type, for jobs whose model says nothing: `R3/PT10S`. */
  readonly retryPolicies?: Readonly<Record<string, string>>;
}

/**
 * Imports a module of handlers: `export const handlers = { "job-type": (ctx) => … }`, or the same as the default
 * export; beside it, if wanted, `export const scripts = { format: (ctx) => … }` and
 * `export const retryPolicies = { "job-type": "R3/PT10S" }`.
 *
 * @param path A path, or a URL.
 * @throws {UsageError} If it cannot be imported, or gives no handlers.
 */
export async function loadHandlers(path: string): Promise<HandlerModule> {
  const url = /^(https?|file|jsr|npm|data):/.test(path)
    ? path
    : pathToFileURL(isAbsolute(path) ? path : resolve(Deno.cwd(), path)).href;
  let module: Record<string, unknown>;
  try {
    module = await import(url);
  } catch (error) {
    throw new UsageError(`Cannot load the handlers "${path}": ${firstLine(error)}`, { cause: error });
  }
  const handlers = module.handlers ?? module.default;
  if (!isFunctions(handlers)) {
    throw new UsageError(
      `Cannot use the handlers "${path}": it must export const handlers = { "job-type": (ctx) => … }`,
    );
  }
  if (module.scripts !== undefined && !isFunctions(module.scripts)) {
    throw new UsageError(
      `Cannot use the handlers "${path}": its export "scripts" has something that is no function`,
    );
  }
  const { retryPolicies } = module;
  if (retryPolicies !== undefined && !isTexts(retryPolicies)) {
    throw new UsageError(
      `Cannot use the handlers "${path}": its export "retryPolicies" must have texts like "R3/PT10S"`,
    );
  }
  return {
    handlers: handlers as Handlers,
    ...(module.scripts !== undefined && { scripts: module.scripts as Record<string, ScriptHandler> }),
    ...(retryPolicies !== undefined && { retryPolicies: retryPolicies as Record<string, string> }),
  };
}

function isFunctions(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((entry) => typeof entry === "function");
}

function isTexts(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((entry) => typeof entry === "string");
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
