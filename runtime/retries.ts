/** Whether and when a failed job is tried again. */
import { parseRetryPolicy, type RetryPolicy } from "../engine/mod.ts";
import type { Job } from "../storage/store.ts";
import type { EngineOptions } from "./options.ts";

const DEFAULT_RETRIES = 3;
const FIRST_MS = 1_000;
const MAX_MS = 300_000;

/** What counts for a job: the model's policy, else its type's, else the engine's. */
export class Retries {
  readonly #retries: number;
  readonly #ofTypes = new Map<string, RetryPolicy>();

  /** @throws {SyntaxError} If the policy of a type is none; the message names the type. */
  constructor({ retries = DEFAULT_RETRIES, retryPolicies = {} }: EngineOptions) {
    this.#retries = retries;
    for (const [type, text] of Object.entries(retryPolicies)) {
      try {
        this.#ofTypes.set(type.toLowerCase(), parseRetryPolicy(text));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : cause;
        throw new SyntaxError(`Cannot use the retry policy of "${type}": ${reason}`, { cause });
      }
    }
  }

  /**
   * @param job With the failures before this one.
   * @returns Milliseconds until the next attempt; absent: there is none.
   */
  delayOf({ type, failures, retries, retryDelaysMs }: Job): number | undefined {
    const ofType = retries === undefined && retryDelaysMs === undefined ? this.#ofTypes.get(type) : undefined;
    if (failures >= (retries ?? ofType?.retries ?? this.#retries)) return undefined;
    return retryDelay(failures, retryDelaysMs ?? ofType?.delaysMs);
  }
}

/**
 * @param failures Attempts that had failed before this one.
 * @param delaysMs A policy's delays; the last one repeats. Absent: exponential, 1 s to 5 min, a quarter more or less.
 */
function retryDelay(failures: number, delaysMs?: readonly number[]): number {
  if (delaysMs?.length) return delaysMs[Math.min(failures, delaysMs.length - 1)];
  return Math.round(Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 20)) * (0.75 + Math.random() / 2));
}
