/**
 * Durations, summed up so that sums can be added: count, sum, extremes, and how often each duration occurred.
 *
 * Durations are kept as they are while there are few different ones; beyond that they fall into buckets, each 2 %
 * wider than the one before, and stand for the bucket's middle. So percentiles are exact on small data, and within
 * 1 % on large. What is kept as it is and what is in buckets adds up with no care.
 */
import type { Kpi } from "../store.ts";

const MINUS = 45, ZERO = 48;
const BUCKET = Math.log(1.02);
/** More than there are: the last holds what took 2^53 ms. */
const BUCKETS = 2_000;

/** The most different durations that a stored summary keeps as they are. `sql/` has the same number. */
export const EXACT = 64;

/** The bucket of a duration above 0. `sql/` has the same formula. */
function bucketOf(ms: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.floor(Math.log(ms) / BUCKET)));
}

/** A duration in the middle of a bucket, less than 1 % away from all in it. */
function middleOf(bucket: number): number {
  return Math.exp((bucket + 0.5) * BUCKET);
}

/**
 * A summary as it is stored.
 *
 * `durations` are milliseconds, or -1 - b for bucket b; `counts` say how often each occurred. Both separated by
 * commas: of all forms that a database can add up itself the one that is read fastest.
 */
export interface SummaryValue {
  readonly count: number;
  readonly failures: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly durations: string;
  readonly counts: string;
}

/** The sum of any number of durations and summaries. */
export class Summary {
  count = 0;
  failures = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;
  readonly #exact = new Map<number, number>();
  #buckets?: Float64Array;

  /** Adds one duration. */
  add(ms: number, failed: boolean): void {
    this.count++;
    if (failed) this.failures++;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
    this.#exact.set(ms, (this.#exact.get(ms) ?? 0) + 1);
  }

  /** Adds all of another summary. */
  merge(other: Summary | SummaryValue): void {
    this.count += other.count;
    this.failures += other.failures;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
    if (!(other instanceof Summary)) return this.#parse(other.durations, other.counts);
    for (const [ms, count] of other.#exact) this.#exact.set(ms, (this.#exact.get(ms) ?? 0) + count);
    other.#buckets?.forEach((count, bucket) => this.#addTo(bucket, count));
  }

  /** Digit by digit: a month of fifty elements has a hundred thousand numbers. */
  #parse(durations: string, counts: string): void {
    let at = 0;
    for (let i = 0; i < durations.length; i++) {
      const rounded = durations.charCodeAt(i) === MINUS;
      if (rounded) i++;
      let duration = 0, count = 0;
      for (let c; (c = durations.charCodeAt(i)) >= ZERO; i++) duration = duration * 10 + c - ZERO;
      for (let c; (c = counts.charCodeAt(at)) >= ZERO; at++) count = count * 10 + c - ZERO;
      at++;
      if (rounded) this.#addTo(duration - 1, count);
      else this.#exact.set(duration, (this.#exact.get(duration) ?? 0) + count);
    }
  }

  #addTo(bucket: number, count: number): void {
    if (count > 0) (this.#buckets ??= new Float64Array(BUCKETS))[Math.min(bucket, BUCKETS - 1)] += count;
  }

  /** Rounds durations if there are too many to keep them as they are. */
  condense(): void {
    if (this.#exact.size <= EXACT && !this.#buckets) return;
    for (const [ms, count] of this.#exact) {
      if (ms <= 0) continue;
      this.#exact.delete(ms);
      this.#addTo(bucketOf(ms), count);
    }
  }

  /** What is stored; {@link merge} takes it back. */
  value(): SummaryValue {
    const { count, failures, sumMs, minMs, maxMs } = this;
    const durations = [...this.#exact.keys()], counts = [...this.#exact.values()];
    this.#buckets?.forEach((n, bucket) => {
      if (n === 0) return;
      durations.push(-1 - bucket);
      counts.push(n);
    });
    return { count, failures, sumMs, minMs, maxMs, durations: durations.join(), counts: counts.join() };
  }

  /** The figures; only of a summary that is not empty. */
  figures(): Omit<Kpi, "key" | "elementId"> {
    const all = [...this.#exact];
    this.#buckets?.forEach((n, bucket) => n > 0 && all.push([middleOf(bucket), n]));
    const sorted = all.sort((a, b) => a[0] - b[0]);
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
