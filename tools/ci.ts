/**
 * What continuous integration runs once Deno is there: thousands of simulated fleets, the tests, then every other
 * check. `.ci/run` calls it.
 *
 * The last line is `N passed, N failed`: passed are the tests that passed; failed are the tests and the checks that
 * did not, and the simulation if a seed fails. The exit status is 1 if anything failed or no test ran.
 *
 * @module
 */
import { run } from "./ok/run.ts";
import { countFailedChecks, summarizeTests } from "./test_summary.ts";

/** The same ones in every run: a failure is never one of luck. */
const SEEDS = "1..3000";

// Together under twenty minutes, whatever hangs.
// With two cores to itself it is done long before; on a machine that is busy it does what it can, and says so.
const simulation = await run(["task", "simulate", SEEDS, "--at-most", "120"], {
  echo: true,
  limitMs: 3 * 60_000,
});
const tests = await run(["task", "test"], { echo: true, limitMs: 13.5 * 60_000 });
const checks = await run(["task", "ok", "--no-test"], { echo: true, limitMs: 2.5 * 60_000 });

const { passed, failed } = summarizeTests(tests.output, tests.passed);
const failedChecks = countFailedChecks(checks.output, checks.passed) + (simulation.passed ? 0 : 1);
console.log(`${failed} tests and ${failedChecks} checks failed`);
console.log(`${passed} passed, ${failed + failedChecks} failed`);
Deno.exit(failed + failedChecks > 0 ? 1 : 0);
