/** Key performance indicators by group. */
import type { Range } from "./periods.ts";
import { Summary, type SummaryValue } from "./summary.ts";
import { compareText } from "../order.ts";
import type { Kpi, KpiQuery } from "../store.ts";

/** Something that ended, as KPIs see it. */
export interface Ended {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: string;
}

/** @returns How long it took; 0 if its clocks disagree. */
export function durationOf(ended: Ended): number {
  return Math.max(0, ended.endedAt - ended.startedAt);
}

/** Collects durations and summaries by group, then computes one {@link Kpi} per group. */
export class KpiGroups {
  readonly #groupBy: "process" | "process-element" | "element";
  readonly #groups = new Map<string, { key: string; elementId: string; summary: Summary }>();

  constructor(query: KpiQuery) {
    this.#groupBy = query.groupBy ?? "process-element";
  }

  /** Adds one ended instance (without `elementId`) or step. */
  add(key: string, elementId: string, ended: Ended): void {
    this.#group(key, elementId).add(durationOf(ended), ended.status === "failed");
  }

  /** Adds many. */
  merge(key: string, elementId: string, summary: Summary | SummaryValue): void {
    this.#group(key, elementId).merge(summary);
  }

  #group(key: string, elementId: string): Summary {
    const groupKey = this.#groupBy === "element" ? "" : key;
    const groupElement = this.#groupBy === "process" ? "" : elementId;
    const name = JSON.stringify([groupKey, groupElement]);
    let group = this.#groups.get(name);
    if (!group) {
      this.#groups.set(name, group = { key: groupKey, elementId: groupElement, summary: new Summary() });
    }
    return group.summary;
  }

  /** @returns One row per group, sorted by key, then element id. */
  rows(): Kpi[] {
    const groups = [...this.#groups.values()].sort((a, b) =>
      compareText(a.key, b.key) || compareText(a.elementId, b.elementId)
    );
    return groups.map(({ key, elementId, summary }) => ({
      ...(this.#groupBy !== "element" && { key }),
      ...(this.#groupBy !== "process" && { elementId }),
      ...summary.figures(),
    }));
  }
}

/** @returns Whether a time is in one of the ranges. */
export function within(ranges: readonly Range[], at: number): boolean {
  return ranges.some(({ from, to }) => at >= from && at < to);
}
