/**
 * What the errors of PostgreSQL and of its client library mean.
 *
 * The table in `docs/stores.md` says the same to people.
 */
import { StoreError } from "../store.ts";

/** @returns The server's five-letter code of an error, if it came from the server. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // Each has a digit; EPIPE has none.
  return typeof code === "string" && /^(?=.*[0-9])[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** A standby, or a server that was told to write nothing. */
export const READ_ONLY = "25006";

/**
 * The server ends the session with these: shut down or crashed (57P01, 57P02), not ready yet or any more (57P03), the
 * database dropped (57P04), idle for too long (57P05), idle in a transaction for too long (25P03), a transaction too
 * long (25P04).
 */
const ENDED = new Set(["57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"]);

/** @returns Whether an error means that the connection is gone, so that nobody knows what became of a statement. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith("08") || ENDED.has(state);
  if (!(error instanceof Error) || error instanceof StoreError) return false;
  const code = "code" in error ? String(error.code) : "";
  return /^E[A-Z]+$/.test(code) || /connection|socket|terminated|not queryable|timeout/i.test(error.message);
}

/** What a failed group of units means for them. */
export type Failure =
  /** Nobody knows whether they stand. */
  | "lost"
  /** What is wrong is in the units. */
  | "data"
  /** Others were quicker: the same again. */
  | "collision"
  /** A lock was not to be had in time. */
  | "timeout"
  /** It took too long, or too much memory: perhaps fewer at once. */
  | "too-much"
  /** The server cannot write now. */
  | "later"
  /** Not foreseen. */
  | "other";

/** @returns What a failure to write means. */
export function failureOf(error: unknown): Failure {
  if (isConnectionLost(error)) return "lost";
  // Our own encoding refuses what the database would refuse.
  if (error instanceof TypeError || error instanceof RangeError) return "data";
  const state = sqlState(error);
  if (state === undefined) return "other";
  if (state === "40001" || state === "40P01") return "collision";
  if (state === "55P03") return "timeout";
  // A statement timeout or a person's cancel; out of memory.
  if (state === "57014" || state === "53200") return "too-much";
  // No disk space, too many connections, a server that is read-only for now, an error of its disk.
  if (state === READ_ONLY || state.startsWith("53") || state.startsWith("58")) return "later";
  return /^(22|23|54)/.test(state) ? "data" : "other";
}

/** See `Store.passing`. */
export function passing(error: unknown): "away" | "busy" | undefined {
  switch (failureOf(error)) {
    case "lost":
      // The session sat idle in its transaction for too long: so it will again.
      return /^25P0/.test(sqlState(error) ?? "") ? "busy" : "away";
    case "later":
      return "away";
    case "collision":
    case "timeout":
    case "too-much":
      return "busy";
    default:
      return undefined;
  }
}
