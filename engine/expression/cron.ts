/** Cron patterns. The only file that knows `croner`. */
import { Cron } from "croner";

/** Gives the first time after a time, in milliseconds since 1970 UTC; undefined if there is none any more. */
export type CronSchedule = (after: number) => number | undefined;

/**
 * Parses a cron pattern of 5 fields, of 6 (seconds first) or of 7 (years last), or a nickname such as `@daily`.
 *
 * With a `?` it is read like Quartz, where Sunday is 1; without, Sunday is 0 or 7. The time zone is given by
 * `TZ=Europe/Berlin` before it or `[Europe/Berlin]` after it and is UTC by default. A fixed time that daylight
 * saving skips fires right after the gap, one that occurs twice fires once.
 *
 * @throws {SyntaxError} If it is no cron pattern, or the zone is unknown.
 */
export function parseCron(text: string): CronSchedule {
  const [, before, pattern, after] =
    /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*?)(?:\s*\[([^\]]+)\])?$/s.exec(text.trim()) ?? [];
  const timezone = before ?? after ?? "UTC";
  const fields = pattern.split(/\s+/);
  if (!/^@[a-z]+$/i.test(pattern) && (fields.length < 5 || fields.length > 7)) {
    throw new SyntaxError(`Cannot parse "${text}": a cron pattern has 5, 6 or 7 fields`);
  }
  const quartz = fields.includes("?");
  let cron: Cron;
  try {
    // To croner "?" is the time of construction, which would make the result depend on the clock.
    cron = new Cron(fields.map((field) => field === "?" ? "*" : field).join(" "), {
      timezone,
      sloppyRanges: true,
      alternativeWeekdays: quartz,
      paused: true,
    });
    // Finds unknown zones. With a time given, croner reads the clock but does not use it.
    cron.nextRun(new Date(0));
  } catch (error) {
    throw new SyntaxError(`Cannot parse "${text}": ${(error as Error).message}`);
  }
  return (time) => cron.nextRun(new Date(time))?.getTime();
}
