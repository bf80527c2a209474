/** Retry policies as models write them. */
import type { RetryPolicy } from "../model/types.ts";
import { parseDurationMs } from "./iso.ts";

/**
 * Parses a retry policy: `R3/PT10S` (three retries, ten seconds before each; `R/…` without end), `PT1M,PT5M` (one
 * retry after each of these delays), or `3` (three retries, the worker's delays).
 *
 * @throws {SyntaxError} If the text is none of these, or a delay has years or months.
 */
export function parseRetryPolicy(text: string): RetryPolicy {
  const source = text.trim();
  if (/^\d{1,9}$/.test(source)) return { retries: Number(source) };
  const [, times, list] = /^(?:R(-1|\d{0,9})\/)?(P.*)$/is.exec(source) ?? [];
  if (list === undefined) throw new SyntaxError(`Cannot parse "${text}": it is no retry policy`);
  const delaysMs = list.split(",").map((delay) => delayMs(text, delay));
  if (times === undefined) return { retries: delaysMs.length, delaysMs };
  return { retries: times === "" || times === "-1" ? Number.MAX_SAFE_INTEGER : Number(times), delaysMs };
}

function delayMs(text: string, delay: string): number {
  try {
    return parseDurationMs(delay);
  } catch (error) {
    throw new SyntaxError(`Cannot parse "${text}": ${(error as Error).message}`);
  }
}
