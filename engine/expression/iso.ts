/** ISO 8601 dates and durations. The only file that knows the `Temporal` polyfill. */
import { Temporal } from "temporal-polyfill";

/** A length of time whose years and months depend on where it begins. */
export interface Duration {
  /** Years count as 12. */
  readonly months: number;
  /** Weeks, days and all smaller parts, in milliseconds. A day has 24 hours. */
  readonly ms: number;
}

const DAY_MS = 86_400_000;
/** Ten thousand years: keeps every sum within what a date can hold. */
const LONGEST_MS = 3_652_425 * DAY_MS;
const MONTH_MS = 2_629_746_000;

/**
 * Parses an ISO 8601 duration, such as `PT5M`, `P1DT12H`, `P2W` or `-PT1H`.
 *
 * @throws {SyntaxError} If it is none, or longer than 10,000 years.
 */
export function parseDuration(text: string): Duration {
  let parsed: Temporal.Duration;
  try {
    parsed = Temporal.Duration.from(text.trim());
  } catch {
    throw new SyntaxError(`Cannot parse "${text}": it is not an ISO 8601 duration`);
  }
  const months = parsed.years * 12 + parsed.months;
  const seconds = ((parsed.weeks * 7 + parsed.days) * 24 + parsed.hours) * 3600 + parsed.minutes * 60 +
    parsed.seconds;
  const ms = seconds * 1000 + parsed.milliseconds +
    Math.trunc((parsed.microseconds * 1000 + parsed.nanoseconds) / 1e6);
  if (Math.abs(months * MONTH_MS + ms) > LONGEST_MS) {
    throw new SyntaxError(`Cannot parse "${text}": it is longer than 10,000 years`);
  }
  return { months, ms };
}

/** True if the duration lasts longer than nothing. */
export function isPositive(duration: Duration): boolean {
  return duration.months + duration.ms > 0;
}

/** `at` plus `times` durations. Months are counted in UTC; the 31st becomes the last day of a shorter month. */
export function addDuration(at: number, duration: Duration, times: number = 1): number {
  if (duration.months === 0) return at + duration.ms * times;
  const from = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC");
  return from.add({ months: duration.months * times }).epochMilliseconds + duration.ms * times;
}

/** The smallest number of durations, at least 0, after which `anchor` has passed `time`. */
export function timesToPass(anchor: number, duration: Duration, time: number): number {
  if (anchor > time) return 0;
  const length = duration.months * MONTH_MS + duration.ms;
  // Months differ in length, so the quotient is only near. Steps of a month or more need few corrections.
  let times = Math.max(0, Math.floor((time - anchor) / length));
  while (times > 0 && addDuration(anchor, duration, times) > time) times--;
  while (addDuration(anchor, duration, times) <= time) times++;
  return times;
}

/**
 * Parses an ISO 8601 date, or date and time, to milliseconds since 1970 UTC.
 *
 * An offset (`Z`, `+01:00`) decides; else a zone (`[Europe/Berlin]`, or `@Europe/Berlin` as FEEL writes it); else
 * it is UTC. A local time that the zone skips or has twice is read like Temporal's `compatible`.
 *
 * @throws {SyntaxError} If it is none, or the zone is unknown.
 */
export function parseDate(text: string): number {
  const source = text.trim().replace(/@([A-Za-z][\w+\-]*(?:\/[\w+\-]+)*)$/, "[$1]");
  try {
    if (/\d{2}(?:Z|[+\-]\d{2}(?::?\d{2}){0,2})(?:\[|$)/i.test(source) && /[T ]/i.test(source)) {
      return Temporal.Instant.from(source).epochMilliseconds;
    }
    const zone = /\[!?([^\]=]+)\]/.exec(source)?.[1] ?? "UTC";
    return Temporal.PlainDateTime.from(source).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    throw new SyntaxError(`Cannot parse "${text}": it is not an ISO 8601 date, or its time zone is unknown`);
  }
}

/**
 * Converts a duration of fixed length to milliseconds.
 *
 * @param text ISO 8601, in weeks, days, hours, minutes, seconds and their fractions.
 * @returns Whole milliseconds, zero or more.
 * @throws {SyntaxError} If `text` is not an ISO 8601 duration.
 * @throws {RangeError} If it has years or months, whose length varies, or is negative.
 */
export function parseDurationMs(text: string): number {
  const { months, ms } = parseDuration(text);
  if (months !== 0) {
    throw new RangeError(`Cannot convert "${text}" to milliseconds: years and months vary in length`);
  }
  if (ms < 0) throw new RangeError(`Cannot convert "${text}" to milliseconds: it is negative`);
  return ms;
}
