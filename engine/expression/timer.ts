/** Timer event definitions (BPMN 2.0.2, 10.5.5; `bpmn.md` 6, rule 18). */
import { type CronSchedule, parseCron } from "./cron.ts";
import { addDuration, type Duration, isPositive, parseDate, parseDuration, timesToPass } from "./iso.ts";

/** BPMN's `timeDate`, `timeDuration` and `timeCycle`. */
export type TimerType = "date" | "duration" | "cycle";

/** A timer as parsed; {@link nextDue} knows when it fires. */
export type TimerSpec =
  | { readonly kind: "date"; readonly date: number }
  | { readonly kind: "duration"; readonly duration: Duration }
  | {
    readonly kind: "repeat";
    /** How often it fires; undefined: without end. */
    readonly count: number | undefined;
    readonly interval: Duration;
    /** First firing; undefined: one interval after the timer is armed. */
    readonly start: number | undefined;
    /** Nothing fires after it. */
    readonly end: number | undefined;
  }
  | { readonly kind: "cron"; readonly schedule: CronSchedule };

/** Where a timer stands. */
export interface TimerState {
  /** The command's time, in milliseconds since 1970 UTC. */
  readonly at: number;
  /** When it was last due. Absent: it is being armed. */
  readonly previousDue?: number;
  /** As {@link nextDue} last gave it. */
  readonly remaining?: number;
}

/** When a timer fires next. */
export interface Due {
  /** Milliseconds since 1970 UTC. Not after `at`: it fires at once. */
  readonly dueAt: number;
  /** Firings that follow this one; undefined: without end. */
  readonly remaining: number | undefined;
}

/**
 * Parses a timer.
 *
 * - date: ISO 8601, with offset, zone (`[Europe/Berlin]`) or in UTC
 * - duration: ISO 8601; years and months are counted by the calendar
 * - cycle: `R3/PT1H` (`R`, `R-1`: without end), `R3/<start>/PT1H`, `R/PT1H/<end>`, `R/<start>/PT1H/<end>`,
 *   `R/<start>/<end>` (the first repetition's start and end), or a cron pattern
 *
 * @throws {SyntaxError} If the text is none of these.
 */
export function parseTimer(type: TimerType, text: string): TimerSpec {
  const source = text.trim();
  switch (type) {
    case "date":
      return { kind: "date", date: parseDate(source) };
    case "duration":
      return { kind: "duration", duration: parseDuration(source) };
    case "cycle":
      return /^R(?:-?\d*)?(?:\/|$)/i.test(source)
        ? parseRepeat(source)
        : { kind: "cron", schedule: parseCron(source) };
  }
}

function parseRepeat(source: string): TimerSpec {
  const [head, ...parts] = source.split(/\/(?![^[]*\])/);
  const times = /^R(-1|\d{0,15})$/i.exec(head)?.[1];
  if (times === undefined) {
    throw new SyntaxError(`Cannot parse "${source}": "${head}" is no number of repetitions`);
  }
  const count = times === "" || times === "-1" ? undefined : Number(times);
  const isDuration = parts.map((part) => /^[+-]?P/i.test(part.trim()));
  const middle = isDuration.indexOf(true);
  const known = isDuration.filter((is) => is).length === 1 && parts.length <= 3 && middle <= 1 &&
    parts.length - middle <= 2;
  if (known) {
    const interval = parseDuration(parts[middle]);
    const start = middle === 1 ? parseDate(parts[0]) : undefined;
    const end = parts.length > middle + 1 ? parseDate(parts[middle + 1]) : undefined;
    return repeat(source, count, interval, start, end);
  }
  if (parts.length === 2 && middle < 0) {
    const start = parseDate(parts[0]);
    return repeat(source, count, { months: 0, ms: parseDate(parts[1]) - start }, start, undefined);
  }
  throw new SyntaxError(`Cannot parse "${source}": it is not of the form Rn/start/interval/end`);
}

function repeat(
  source: string,
  count: number | undefined,
  interval: Duration,
  start: number | undefined,
  end: number | undefined,
): TimerSpec {
  if (!isPositive(interval)) {
    throw new SyntaxError(`Cannot parse "${source}": its interval must be longer than zero`);
  }
  return { kind: "repeat", count, interval, start, end };
}

/**
 * When a timer fires next; undefined if it never does again.
 *
 * Everything that was due up to `at` counts as fired: after downtime a cycle fires once for all that it missed,
 * and goes on in its own rhythm.
 */
export function nextDue(spec: TimerSpec, state: TimerState): Due | undefined {
  const { at, previousDue } = state;
  switch (spec.kind) {
    case "date":
      return previousDue === undefined ? { dueAt: spec.date, remaining: 0 } : undefined;
    case "duration":
      return previousDue === undefined ? { dueAt: addDuration(at, spec.duration), remaining: 0 } : undefined;
    case "cron": {
      const dueAt = spec.schedule(Math.max(at, previousDue ?? at));
      return dueAt === undefined ? undefined : { dueAt, remaining: undefined };
    }
    case "repeat":
      return nextRepeat(spec, state);
  }
}

function nextRepeat(spec: TimerSpec & { readonly kind: "repeat" }, state: TimerState): Due | undefined {
  const { count, interval, start, end } = spec;
  const { at, previousDue } = state;
  if (previousDue === undefined) {
    if (count === 0) return undefined;
    if (start === undefined) return within(end, addDuration(at, interval), minus(count, 1));
    // Repetitions missed before the timer was armed are one firing: the last of them.
    const last = end === undefined ? at : Math.min(at, end);
    const passed = Math.min(timesToPass(start, interval, last), count ?? Infinity);
    const used = Math.max(1, passed);
    return within(end, addDuration(start, interval, used - 1), minus(count, used));
  }
  const remaining = count === undefined ? undefined : state.remaining ?? count - 1;
  // Counted from the start where there is one: the 31st of January stays the 31st after February.
  const anchor = start ?? previousDue;
  const done = start === undefined ? 0 : timesToPass(start, interval, previousDue) - 1;
  const next = timesToPass(anchor, interval, Math.max(at, previousDue));
  const used = next - done;
  if (remaining !== undefined && used > remaining) return undefined;
  return within(end, addDuration(anchor, interval, next), minus(remaining, used));
}

function minus(count: number | undefined, used: number): number | undefined {
  return count === undefined ? undefined : count - used;
}

function within(end: number | undefined, dueAt: number, remaining: number | undefined): Due | undefined {
  return end !== undefined && dueAt > end ? undefined : { dueAt, remaining };
}
