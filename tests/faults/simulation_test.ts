import assert from "node:assert/strict";
import { runSeed } from "../support/random.ts";
import { BROKEN_STORES } from "./broken_stores.ts";
import { simulate, type SimulationResult } from "./simulation.ts";
import { runSeeds } from "./simulation_seeds.ts";

/** Thousands more run in `.ci/run`: `tests/faults/simulate.ts`. */
const SEEDS = Number(Deno.env.get("SIMULATE_SEEDS") ?? 200);
/** Of these, some find each broken store. */
const FINDING = 30;

Deno.test("a seed gives the same run, call by call, whatever has run before it", async () => {
  const run = async (seed: number): Promise<SimulationResult & { readonly trace: readonly string[] }> => {
    const trace: string[] = [];
    return { ...await simulate(seed, { trace }), trace };
  };
  const seeds = [1, 2, 3, 4];
  const first = new Map<number, SimulationResult>();
  for (const seed of seeds) first.set(seed, await run(seed));
  for (const seed of seeds.toReversed()) {
    const result = await run(seed);
    assert.deepEqual(result, first.get(seed));
    assert.equal(result.trace.length, result.calls);
    assert.ok(result.commits > 5 && result.instances > 1, JSON.stringify(result));
  }
  const alone = await runSeeds(3, 3, { threads: 1 });
  assert.deepEqual(alone, {
    seeds: 1,
    commits: first.get(3)?.commits,
    calls: first.get(3)?.calls,
    failed: [],
  });
});

Deno.test("a fleet of workers under chaos: every invariant holds after every commit", async () => {
  const first = runSeed("simulation");
  let commits = 0;
  let seed = first;
  for (; seed < first + SEEDS; seed++) {
    const result = await simulate(seed).catch((cause) => {
      throw new Error(`the simulation fails: repeat with deno task simulate ${seed}`, { cause });
    });
    commits += result.commits;
  }
  assert.ok(
    seed > first && commits > 0,
    `Cannot simulate "${SEEDS}" seeds from "${first}": they are no numbers`,
  );
  console.log(`simulation: ${seed - first} seeds, ${commits} commits`);
});

for (const [name, broken] of Object.entries(BROKEN_STORES)) {
  Deno.test(`the simulation finds a store that ${name}`, async () => {
    for (let seed = 1; seed <= FINDING; seed++) {
      const found = await simulate(seed, { broken }).then(() => false, () => true);
      if (found) return;
    }
    assert.fail(`none of ${FINDING} seeds has found it`);
  });
}

Deno.test("of many seeds on several threads, those that fail are named", async () => {
  const broken = "loses a step";
  const { seeds, failed } = await runSeeds(1, 100, { threads: 2, broken });
  assert.ok(failed.length > 0 && seeds < 100, `${failed.length} of ${seeds}`);
  for (const { seed, error } of failed) {
    await assert.rejects(
      simulate(seed, { broken: BROKEN_STORES[broken] }),
      ({ message }: Error) => error.includes(message.split("\n")[0]),
    );
  }
});
