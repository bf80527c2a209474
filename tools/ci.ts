/**
 * What continuous integration runs once Deno is there: the tests, then every other check. `.ci/run` calls it.
 *
 * The last line is `N passed, N failed`: passed are the tests that passed; failed are the tests and the checks that
 * did not. The exit status is 1 if anything failed or no test ran.
 *
 * @module
 */
import { run } from "./ok/run.ts";
import { countFailedChecks, summarizeTests } from "./test_summary.ts";

// Together under twenty minutes, whatever hangs.
const tests = await run(["task", "test"], { echo: true, limitMs: 16.5 * 60_000 });
const checks = await run(["task", "ok", "--no-test"], { echo: true, limitMs: 2.5 * 60_000 });

const { passed, failed } = summarizeTests(tests.output, tests.passed);
const failedChecks = countFailedChecks(checks.output, checks.passed);
console.log(`${failed} tests and ${failedChecks} checks failed`);
console.log(`${passed} passed, ${failed + failedChecks} failed`);
Deno.exit(failed + failedChecks > 0 ? 1 : 0);
