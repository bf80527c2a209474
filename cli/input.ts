/** Reading what people type: JSON, files, times, durations, numbers. Every mistake is a {@link UsageError}. */
import { UsageError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** JSON, `@file` with JSON, or `@-` for standard input. @param what Names it in messages. */
export async function readJson(terminal: Terminal, text: string, what: string): Promise<unknown> {
  const from = text.startsWith("@") ? text.slice(1) : undefined;
  const json = from === undefined ? text : from === "-" ? await terminal.readInput() : await readText(from);
  try {
    return JSON.parse(json);
  } catch (error) {
    const where = from === undefined ? "" : ` in "${from}"`;
    throw new UsageError(`Cannot read ${what}${where}: no valid JSON (${(error as Error).message})`);
  }
}

/** An object of JSON: see {@link readJson}. */
export async function readObject(
  terminal: Terminal,
  text: string,
  what: string,
): Promise<Record<string, unknown>> {
  const value = await readJson(terminal, text, what);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`Cannot read ${what}: a JSON object is needed, such as {"total":12}`);
  }
  return value as Record<string, unknown>;
}

/** What `--vars` and `--var` share. */
export interface VariableOptions {
  /** JSON or `@file`. */
  readonly vars?: string;
  readonly var?: readonly (readonly [name: string, value: unknown])[];
}

/** Variables of `--vars`, then of each `--var`. @returns `undefined` if there are none. */
export async function readVariables(
  terminal: Terminal,
  options: VariableOptions,
): Promise<Record<string, unknown> | undefined> {
  if (options.vars === undefined && options.var === undefined) return undefined;
  const variables = options.vars === undefined ? {} : await readObject(terminal, options.vars, "--vars");
  // Not plain assignment: "__proto__" is a name like any other.
  for (const [name, value] of options.var ?? []) {
    Object.defineProperty(variables, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return variables;
}

/** `name=value`: JSON if it is, else text. */
export function nameAndValue(text: string): readonly [string, unknown] {
  const [name, value] = nameAndText(text);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value]; // plain text needs no quotes
  }
}

/** `name=text`. */
export function nameAndText(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new UsageError(`Cannot read "${text}": write it as name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A whole number from `least`. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new UsageError(`Cannot use "${text}": a whole number from ${least} is needed`);
    }
    return value;
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `500ms`, `30s`, `5m`, `2h`, `7d`. @returns Milliseconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)$/.exec(text.trim()) ?? [];
  if (unit === undefined) {
    throw new UsageError(`Cannot read the duration "${text}": write 500ms, 30s, 5m, 2h or 7d`);
  }
  return Math.round(Number(number) * UNITS[unit]);
}

/** An ISO date or time, or how long ago: `2h`. @returns Milliseconds since 1970 UTC. */
export function pointInTime(text: string): number {
  if (/^\d+(\.\d+)?\s*[a-z]+$/.test(text.trim())) return Date.now() - duration(text);
  const at = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) {
    throw new UsageError(
      `Cannot read the time "${text}": write 2026-11-24, 2026-11-24T13:05:00Z, or 2h for two hours ago`,
    );
  }
  return at;
}

/** A file as text. */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}

/** A file as it is. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": ${fileProblem(error)}`, { cause: error });
  }
}

function fileProblem(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
