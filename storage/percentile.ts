/** Key performance indicators computed from durations; exact. */
import { compareText } from "./order.ts";
import type { Kpi, KpiQuery } from "./store.ts";

/**
 * The value below which a fraction of the values lies, by linear interpolation between the two nearest, as
 * PostgreSQL's `percentile_cont` does it.
 *
 * @param sorted Ascending, at least one value.
 * @param fraction From 0 to 1.
 */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** Something that ended, as KPIs see it. */
export interface Ended {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: string;
}

/** Collects durations by group, then computes one {@link Kpi} per group. */
export class KpiGroups {
  readonly #groupBy: "process" | "process-element" | "element";
  readonly #groups = new Map<
    string,
    { key: string; elementId: string; failures: number; durations: number[] }
  >();

  constructor(query: KpiQuery) {
    this.#groupBy = query.groupBy ?? "process-element";
  }

  /** Adds one ended instance (without `elementId`) or step. */
  add(key: string, elementId: string, ended: Ended): void {
    const groupKey = this.#groupBy === "element" ? "" : key;
    const groupElement = this.#groupBy === "process" ? "" : elementId;
    const name = JSON.stringify([groupKey, groupElement]);
    let group = this.#groups.get(name);
    if (!group) {
      this.#groups.set(name, group = { key: groupKey, elementId: groupElement, failures: 0, durations: [] });
    }
    group.durations.push(Math.max(0, ended.endedAt - ended.startedAt));
    if (ended.status === "failed") group.failures++;
  }

  /** @returns One row per group, sorted by key, then element id. */
  rows(): Kpi[] {
    const groups = [...this.#groups.values()].sort((a, b) =>
      compareText(a.key, b.key) || compareText(a.elementId, b.elementId)
    );
    return groups.map(({ key, elementId, failures, durations }) => {
      const sorted = Float64Array.from(durations).sort();
      return {
        ...(this.#groupBy !== "element" && { key }),
        ...(this.#groupBy !== "process" && { elementId }),
        count: sorted.length,
        failures,
        averageMs: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
        minMs: sorted[0],
        maxMs: sorted[sorted.length - 1],
        p50Ms: percentile(sorted, 0.5),
        p95Ms: percentile(sorted, 0.95),
        p99Ms: percentile(sorted, 0.99),
      };
    });
  }
}

/** @returns Whether an end time lies in the query's `from` (inclusive) and `to` (exclusive). */
export function endedWithin(query: KpiQuery, endedAt: number): boolean {
  return (query.from === undefined || endedAt >= query.from) &&
    (query.to === undefined || endedAt < query.to);
}
