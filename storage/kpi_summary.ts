/**
 * Durations, summed up so that sums can be added: count, sum, extremes, and how often each duration occurred.
 *
 * Durations are kept as they are while there are few different ones; beyond that they fall into buckets, each 2 %
 * wider than the one before, and stand for the bucket's middle. So percentiles are exact on small data, and within
 * 1 % on large. A bucket's middle falls into its own bucket: adding exact and rounded summaries needs no care.
 */
import type { Kpi } from "./store.ts";

const BUCKET = Math.log(1.02);

/** The most different durations that a summary of a period keeps as they are. */
export const EXACT = { hour: 100, day: 250, month: 1_000 } as const;

/** @returns The middle of a duration's bucket, less than 1 % away from it. `sql/` has the same function. */
export function roundedMs(ms: number): number {
  return ms <= 0 ? 0 : Math.exp((Math.floor(Math.log(ms) / BUCKET) + 0.5) * BUCKET);
}

/** A summary as it is stored. */
export interface SummaryValue {
  readonly count: number;
  readonly failures: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly durations: readonly number[];
  /** How often each of `durations` occurred. */
  readonly counts: readonly number[];
}

/** The sum of any number of durations and summaries. */
export class Summary {
  count = 0;
  failures = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;
  readonly #durations = new Map<number, number>();

  /** Adds one duration. */
  add(ms: number, failed: boolean): void {
    this.count++;
    if (failed) this.failures++;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
    this.#durations.set(ms, (this.#durations.get(ms) ?? 0) + 1);
  }

  /** Adds all of another summary. */
  merge(other: Summary | SummaryValue): void {
    this.count += other.count;
    this.failures += other.failures;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
    const own = this.#durations;
    if (other instanceof Summary) {
      for (const [ms, count] of other.#durations) own.set(ms, (own.get(ms) ?? 0) + count);
    } else {
      for (const [i, ms] of other.durations.entries()) own.set(ms, (own.get(ms) ?? 0) + other.counts[i]);
    }
  }

  /** Rounds durations if there are more different ones than `exact`. */
  condense(exact: number): void {
    if (this.#durations.size <= exact) return;
    const entries = [...this.#durations];
    this.#durations.clear();
    for (const [ms, count] of entries) {
      const rounded = roundedMs(ms);
      this.#durations.set(rounded, (this.#durations.get(rounded) ?? 0) + count);
    }
  }

  /** What is stored; {@link merge} takes it back. */
  value(): SummaryValue {
    const { count, failures, sumMs, minMs, maxMs } = this;
    const durations = [...this.#durations.keys()], counts = [...this.#durations.values()];
    return { count, failures, sumMs, minMs, maxMs, durations, counts };
  }

  /** The figures; only of a summary that is not empty. */
  figures(): Omit<Kpi, "key" | "elementId"> {
    const sorted = [...this.#durations].sort((a, b) => a[0] - b[0]);
    const { count, failures, minMs, maxMs } = this;
    // The middle of a bucket may lie outside of what occurred.
    const at = (fraction: number) => Math.min(maxMs, Math.max(minMs, percentile(sorted, count, fraction)));
    const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map(at);
    return { count, failures, averageMs: this.sumMs / count, minMs, maxMs, p50Ms, p95Ms, p99Ms };
  }
}

/**
 * The value below which a fraction of the values lies, by linear interpolation between the two nearest, as
 * PostgreSQL's `percentile_cont` does it.
 *
 * @param sorted Ascending values, each with its number of occurrences; at least one.
 * @param total All occurrences.
 * @param fraction From 0 to 1.
 */
export function percentile(
  sorted: readonly (readonly [value: number, count: number])[],
  total: number,
  fraction: number,
): number {
  const position = (total - 1) * fraction;
  const below = Math.floor(position);
  let seen = 0;
  for (const [i, [value, count]] of sorted.entries()) {
    seen += count;
    if (seen <= below) continue;
    const above = position === below || seen > below + 1 ? value : sorted[i + 1][0];
    return value + (above - value) * (position - below);
  }
  throw new RangeError("Cannot compute a percentile: there are no values");
}
