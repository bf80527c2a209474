import assert from "node:assert/strict";
import { runSeed } from "../support/random.ts";
import { simulate } from "./simulation.ts";

/** As many seeds as fit; `SIMULATE_MS` gives more time. */
const BUDGET_MS = Number(Deno.env.get("SIMULATE_MS") ?? 15_000);
/** Fewer than this and the test would show little. */
const LEAST = 50;

Deno.test("a seed gives the same run, call by call", async () => {
  for (const seed of [1, 2, 3]) {
    const first = await simulate(seed);
    const second = await simulate(seed);
    assert.deepEqual(second.trace, first.trace);
    assert.ok(first.commits > 10 && first.instances > 1, JSON.stringify({ ...first, trace: undefined }));
  }
});

Deno.test("a fleet of workers under chaos: every invariant holds after every commit", async () => {
  const first = runSeed("simulation");
  const until = performance.now() + BUDGET_MS;
  let commits = 0;
  let seed = first;
  for (; performance.now() < until || seed - first < LEAST; seed++) {
    const result = await simulate(seed).catch((cause) => {
      throw new Error(`the simulation fails: repeat with SEED=${seed}`, { cause });
    });
    commits += result.commits;
  }
  console.log(`simulation: ${seed - first} seeds, ${commits} commits`);
});
