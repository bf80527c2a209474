/** From an error to a message without a stack trace, and an exit code. */
import { BpmnValidationError } from "../engine/mod.ts";
import { RejectedError } from "../runtime/errors.ts";
import { ConflictError, LeaseLostError, NotFoundError, StoreError } from "../storage/store.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { printable } from "./text.ts";

/** A mistake in what was typed. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly code = "usage";
}

/** Ends the command with a message and a code of its own choice. */
export class ExitError extends Error {
  override name = "ExitError";
  readonly code = "failed";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a failed command tells. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** Stable, for programs. */
  readonly code: string;
  readonly message: string;
}

/** @returns What to tell about anything that was thrown. */
export function describeFailure(error: unknown): Failure {
  const message = harmless(messageOf(error));
  if (error instanceof UsageError) return { exitCode: EXIT.usage, code: error.code, message };
  if (error instanceof ExitError) return { exitCode: error.exitCode, code: error.code, message };
  if (error instanceof NotFoundError) return { exitCode: EXIT.notFound, code: error.code, message };
  if (error instanceof RejectedError || error instanceof ConflictError || error instanceof LeaseLostError) {
    return { exitCode: EXIT.refused, code: error.code, message };
  }
  if (error instanceof BpmnValidationError) return { exitCode: EXIT.failed, code: error.code, message };
  if (error instanceof StoreError || isDatabaseError(error)) {
    return { exitCode: EXIT.database, code: "database", message };
  }
  // The library checks its arguments with these, in its own form of message: what was typed does not fit.
  if (
    (error instanceof TypeError || error instanceof RangeError) &&
    /^Cannot (?!\w+ propert).*: /s.test(message)
  ) {
    return { exitCode: EXIT.usage, code: "usage", message };
  }
  return { exitCode: EXIT.failed, code: "failed", message };
}

/** Network trouble, or an answer of PostgreSQL (five characters, SQLSTATE). */
function isDatabaseError(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseError);
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === "string" &&
    (/^E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_)/.test(code) || /^(?=.*\d)[0-9A-Z]{5}$/.test(code));
}

/** Messages repeat what was typed or stored: of any length, and with orders to the terminal. */
const MAX_MESSAGE = 4_000;

/** A message, without anything that moves the cursor. Its own line breaks stay. */
export function harmless(message: string): string {
  const cut = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
  return cut.split("\n").map(printable).join("\n");
}

function messageOf(error: unknown): string {
  // What Node's sockets throw when every address of a host failed has no message of its own.
  if (error instanceof AggregateError && error.message === "") {
    return [...new Set(error.errors.map(messageOf))].join("; ");
  }
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
