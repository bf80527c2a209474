/** Which summaries of hours, days and months (all UTC) make up a stretch of time. */

/** A period that is summed up. */
export type Period = "hour" | "day" | "month";

/** From one time, inclusive, to another, exclusive. Milliseconds since 1970 UTC; may be infinite. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A stretch of time as periods that lie next to each other, the longest possible. */
export interface Cover extends Readonly<Record<Period, readonly Range[]>> {
  /** What is left at the ends: parts of an hour, for which the history is read. */
  readonly rest: readonly Range[];
  /** The whole hours in it: at most one range. */
  readonly hours: readonly Range[];
}

/** All periods, the shortest first. */
export const PERIODS: readonly Period[] = ["hour", "day", "month"];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @returns The beginning of the period that holds a time. */
export function startOf(period: Period, at: number): number {
  if (!Number.isFinite(at)) return at;
  // UTC as JavaScript counts it has no leap seconds: hours and days are all of one length.
  if (period === "hour") return Math.floor(at / HOUR_MS) * HOUR_MS;
  if (period === "day") return Math.floor(at / DAY_MS) * DAY_MS;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** @param from Inclusive; absent: since ever. @param to Exclusive; absent: for ever. */
export function coverOf(from: number = -Infinity, to: number = Infinity): Cover {
  const ranges: Record<Period | "rest", Range[]> = { rest: [], hour: [], day: [], month: [] };
  const levels = ["rest", ...PERIODS] as const;
  const fill = (level: number, lo: number, hi: number): void => {
    const add = (start: number, end: number) => {
      if (start < end) ranges[levels[level]].push({ from: start, to: end });
    };
    const longer = PERIODS[level];
    const first = longer && endOf(longer, lo), last = longer && startOf(longer, hi);
    if (first === undefined || first >= last) return add(lo, hi);
    add(lo, first);
    add(last, hi);
    fill(level + 1, first, last);
  };
  fill(0, from, to);
  const hours = { from: endOf("hour", from), to: startOf("hour", to) };
  return { ...ranges, hours: hours.from < hours.to ? [hours] : [] };
}

/** The first beginning of a period that is not before a time. */
function endOf(period: Period, at: number): number {
  const start = startOf(period, at);
  if (start === at) return at;
  const date = new Date(start);
  if (period === "hour") return date.setUTCHours(date.getUTCHours() + 1);
  if (period === "day") return date.setUTCDate(date.getUTCDate() + 1);
  return date.setUTCMonth(date.getUTCMonth() + 1);
}
