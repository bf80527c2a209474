/**
 * Reads the closing line of a `deno test` run.
 *
 * @module
 */

/** How many tests ran, and how they ended. Steps and ignored tests do not count. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts the tests of a run.
 *
 * A run that broke off (a type error, a crash) prints no closing line; it counts as one failure, and so does a
 * run that ended badly although no test failed, or in which no test ran.
 *
 * @param output What `deno test` printed, without colours.
 * @param exitedWell True if its exit status was 0.
 */
export function summarizeTests(output: string, exitedWell: boolean): TestSummary {
  // The last one: a test may print such a line itself.
  const closing = [...output.matchAll(/^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/gm)].at(
    -1,
  );
  const passed = Number(closing?.[1] ?? 0);
  const failed = Number(closing?.[2] ?? 0);
  if (exitedWell && passed > 0) return { passed, failed };
  return { passed, failed: Math.max(1, failed) };
}

/**
 * Counts the failed checks of a `deno task ok` run.
 *
 * @param output What it printed.
 * @param exitedWell True if its exit status was 0.
 * @returns At least 1 if the run ended badly or said nothing.
 */
export function countFailedChecks(output: string, exitedWell: boolean): number {
  const closing = [...output.matchAll(/^(\d+) checks passed, (\d+) failed$/gm)].at(-1);
  const failed = Number(closing?.[2] ?? 1);
  return exitedWell ? failed : Math.max(1, failed);
}
