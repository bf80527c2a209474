/** Where the engine's own words go. */
import type { Logger, LogLevel } from "./options.ts";

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * A logger that writes lines to the console.
 *
 * @param least The lowest level that is written. Default `warn`.
 */
export function consoleLogger(least: LogLevel = "warn"): Logger {
  return {
    log(level, message, fields) {
      if (ORDER[level] < ORDER[least]) return;
      const line = fields
        ? `baton ${level} ${message} ${JSON.stringify(fields)}`
        : `baton ${level} ${message}`;
      console[level === "debug" ? "debug" : level](line);
    },
  };
}

/** A logger that says nothing. */
export const silentLogger: Logger = { log() {} };

/** @returns The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return typeof error === "string" ? error : `A handler threw ${describe(error)}`;
}

function describe(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return "a value that cannot be shown"; // cyclic, or a toJSON that throws
  }
}
