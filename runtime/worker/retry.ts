/** When a failed job is tried again. */

const FIRST_MS = 1_000;
const MAX_MS = 300_000;

/**
 * @param failures Attempts that had failed before this one.
 * @param delaysMs The model's delays; the last one repeats. Absent: exponential, 1 s to 5 min, a quarter more or less.
 */
export function retryDelay(failures: number, delaysMs?: readonly number[]): number {
  if (delaysMs?.length) return delaysMs[Math.min(failures, delaysMs.length - 1)];
  return Math.round(Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 20)) * (0.75 + Math.random() / 2));
}
