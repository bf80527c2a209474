/**
 * Runs every check of the repository and prints one line for each: `deno task ok`.
 *
 * `--no-test` leaves out the tests, for callers that have just run them. The last line is
 * `N checks passed, N failed`; the exit status is 1 if any failed.
 *
 * @module
 */
import { type Check, listChecks } from "./ok/checks.ts";
import { run } from "./ok/run.ts";

/** Runs the checks one after the other: side by side they only slow each other down. */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== "--no-test");
  if (unknown.length > 0) {
    console.error(`Cannot use "${unknown[0]}": the only option is --no-test`);
    return 2;
  }
  const checks = await listChecks({ tests: !args.includes("--no-test") });
  let failed = 0;
  for (const check of checks) {
    if (!await report(check)) failed++;
  }
  console.log(`${checks.length - failed} checks passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

/** Runs one check; its output is shown only if it failed. */
async function report(check: Check): Promise<boolean> {
  const { passed, output, ms } = await run(check.args);
  console.log(`${passed ? "ok    " : "FAILED"} ${check.name} (${(ms / 1000).toFixed(1)} s)`);
  if (!passed) {
    console.log(`       deno ${check.args.join(" ")}\n${output.trimEnd().replaceAll(/^/gm, "       ")}`);
  }
  return passed;
}

Deno.exit(await main(Deno.args));
