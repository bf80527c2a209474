/**
 * The engine under real faults: `deno task chaos`.
 *
 *     --seconds N   how long each scenario makes trouble (default 20)
 *     --only NAME   this scenario alone; may be given several times
 *     --seed N      the same choices again (default: new ones)
 *     --workers N   processes that work (default 3)
 *     --list        what there is
 *
 * Each scenario has a PostgreSQL of its own (or a KV file), workers in processes of their own, and a load of
 * everything that can get lost. The last line is `N passed, N failed`; the exit status is 1 if one failed, 2 for a
 * wrong option.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { SCENARIOS } from "./scenarios.ts";
import type { Report, Scenario, Size } from "./world.ts";

const USAGE = "deno task chaos [--seconds N] [--only NAME]… [--seed N] [--workers N] [--list]";
const LEASE_MS = 3_000;
const TIMEOUT_MS = 1_500;

/** What came of one scenario, as one line. */
export function describe({ faults, found, backMs, resolved }: Report): string {
  const back = [...backMs].sort((a, b) => a - b).map((ms) => Math.round(ms));
  const times = back.length === 0
    ? ""
    : `, back at work after ${back[back.length >> 1]} ms (worst ${back.at(-1)} ms)`;
  return `${faults} faults, ${found.instances} instances, ${found.steps} steps, ${found.handled} handler runs ` +
    `(${found.again} again), ${resolved} worker-lost resolved${times}`;
}

async function runScenario(scenario: Scenario, size: Size): Promise<"passed" | "failed" | "skipped"> {
  console.log(`${scenario.name}: ${scenario.what} (seed ${size.seed})`);
  const reason = await scenario.skip?.();
  if (reason !== undefined) {
    console.log(`  skipped: ${reason}`);
    return "skipped";
  }
  const began = performance.now();
  try {
    const report = await scenario.run(size);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`  passed in ${seconds} s: ${describe(report)}`);
    return "passed";
  } catch (error) {
    console.log(`  FAILED: ${error instanceof Error ? error.stack : error}`);
    return "failed";
  }
}

async function main(): Promise<number> {
  let options;
  try {
    options = parseArgs({
      options: {
        seconds: { type: "string", default: "20" },
        only: { type: "string", multiple: true },
        seed: { type: "string" },
        workers: { type: "string", default: "3" },
        list: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(USAGE);
    return 2;
  }
  if (options.list) {
    for (const { name, what } of SCENARIOS) console.log(`${name.padEnd(14)}${what}`);
    return 0;
  }
  const numbers = [options.seconds, options.workers, options.seed ?? "0"].map(Number);
  const unknown = (options.only ?? []).filter((name) =>
    !SCENARIOS.some((scenario) => scenario.name === name)
  );
  if (
    unknown.length > 0 || !numbers.every((each) => Number.isSafeInteger(each) && each >= 0) || numbers[1] < 1
  ) {
    console.error(unknown.length > 0 ? `Unknown: ${unknown.join(", ")}` : "A number is none");
    console.error(USAGE);
    return 2;
  }
  const chosen = SCENARIOS.filter(({ name }) => options.only?.includes(name) ?? true);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const scenario of chosen) {
    const seed = options.seed === undefined ? crypto.getRandomValues(new Uint32Array(1))[0] : numbers[2];
    const size: Size = {
      seconds: numbers[0],
      workers: numbers[1],
      leaseMs: LEASE_MS,
      timeoutMs: TIMEOUT_MS,
      seed,
      inTime: true,
      log: (text) => console.log(`  ${text}`),
    };
    counts[await runScenario(scenario, size)]++;
  }
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
