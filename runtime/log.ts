/** Where the engine's own words go. */
import type { Job } from "../storage/store.ts";
import { cleanProse } from "./arguments.ts";
import type { Logger, LogLevel } from "./options.ts";

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** How lines look. */
export type LogFormat = "text" | "json";

/**
 * A logger that writes lines to the console. Lines about a job have `tenant`, `jobId`, `jobType`, `instanceId` and
 * `elementId`; none has variables or secrets.
 *
 * @param least The lowest level that is written. Default `warn`.
 * @param format `text`: for people (default). `json`: one object a line, with `time`, `level`, `message` and fields.
 */
export function consoleLogger(least: LogLevel = "warn", format: LogFormat = "text"): Logger {
  const line = format === "json" ? jsonLine : textLine;
  return {
    log(level, message, fields) {
      if (ORDER[level] < ORDER[least]) return;
      console[level === "debug" ? "debug" : level](line(level, message, fields));
    },
  };
}

type Fields = Readonly<Record<string, unknown>> | undefined;

function textLine(level: LogLevel, message: string, fields: Fields): string {
  return fields ? `baton ${level} ${message} ${JSON.stringify(fields)}` : `baton ${level} ${message}`;
}

/** One object a line. The error's own words are `error`: `message` is ours, and the same for all of a kind. */
export function jsonLine(level: LogLevel, message: string, fields: Fields): string {
  const { message: error, ...rest } = fields ?? {};
  return JSON.stringify({ time: new Date().toISOString(), level, message, ...rest, error });
}

/** A logger that says nothing. */
export const silentLogger: Logger = { log() {} };

/** @returns Whose job it is and where it stands, for a log line. */
export function jobFields(job: Job): Readonly<Record<string, unknown>> {
  const { tenant, id: jobId, type: jobType, instanceId, elementId } = job;
  return { tenant, instanceId, elementId, jobId, jobType };
}

/** @returns The message of whatever was thrown, as a store can keep it: never longer than 10,000 characters. */
export function messageOf(error: unknown): string {
  try {
    return cleanProse(words(error));
  } catch {
    return "A handler threw a value that cannot be shown"; // a proxy, or a getter that throws
  }
}

function words(error: unknown): string {
  if (error instanceof Error) return String(error.message || error.name);
  return typeof error === "string" ? error : `A handler threw ${describe(error)}`;
}

function describe(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return "a value that cannot be shown"; // cyclic, or a toJSON that throws
  }
}
