/** A short version of `deno task chaos`: the faults that nothing else in the tests has, once or a few times each. */
import assert from "node:assert/strict";
import { runSeed } from "../support/random.ts";
import { SCENARIOS } from "./scenarios.ts";
import type { Size } from "./world.ts";

/** Rounds of each. */
const SHORT: Readonly<Record<string, number>> = { restart: 3, silence: 1, standby: 1, disk: 1 };

for (const [name, rounds] of Object.entries(SHORT)) {
  const scenario = SCENARIOS.find((each) => each.name === name);
  assert.ok(scenario);
  const skipped = await scenario.skip?.();
  Deno.test({
    name: `chaos: nothing is lost or done twice: ${scenario.what}${
      skipped === undefined ? "" : ` (${skipped})`
    }`,
    ignore: skipped !== undefined,
    async fn() {
      const size: Size = {
        seconds: 3_600,
        rounds,
        workers: 2,
        leaseMs: 3_000,
        timeoutMs: 1_000,
        seed: runSeed(`chaos_${name}`),
        log: (text) => console.log(text),
      };
      const { faults, found } = await scenario.run(size);
      assert.equal(faults, rounds);
      assert.ok(found.instances > 0);
    },
  });
}
