import assert from "node:assert/strict";
import { runSeed } from "../support/random.ts";
import { simulate } from "./simulation.ts";

/** The same ones in every run; `SIMULATE_SEEDS` asks for more. */
const SEEDS = Number(Deno.env.get("SIMULATE_SEEDS") ?? 1_000);

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
  let commits = 0;
  let seed = first;
  for (; seed < first + SEEDS; seed++) {
    const result = await simulate(seed).catch((cause) => {
      throw new Error(`the simulation fails: repeat with SEED=${seed}`, { cause });
    });
    commits += result.commits;
  }
  assert.ok(
    seed > first && commits > 0,
    `Cannot simulate "${SEEDS}" seeds from "${first}": they are no numbers`,
  );
  console.log(`simulation: ${seed - first} seeds, ${commits} commits`);
});
