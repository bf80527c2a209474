import assert from "node:assert/strict";
import { MemoryStore } from "../../storage/memory.ts";
import { type Fault, type FaultPlan, partlyCommitting } from "../support/fault_store.ts";
import { runSeed, seeded } from "../support/random.ts";
import { VirtualTime } from "../support/virtual_time.ts";
import { assertSameEnd, type Outcome, runWithFaults } from "./fault_run.ts";
import { FAULT_CASES, type FaultCase } from "./processes.ts";

const FAULTS: readonly Fault[] = (["before", "during", "after"] as const).flatMap((kind) => [
  { kind, mode: "error" } as const,
  { kind, mode: "crash" } as const,
]);

async function run(
  test: FaultCase,
  seed: number,
  plan: FaultPlan,
  partly: () => boolean = () => false,
  options: { readonly chain?: boolean } = {},
): Promise<Outcome> {
  using time = new VirtualTime(seeded(seed));
  const store = partlyCommitting(new MemoryStore({ clock: () => time.now() }), partly);
  return await runWithFaults(test, store, time, plan, options);
}

for (const test of FAULT_CASES) {
  for (const chain of [false, true]) {
    const how = chain ? ", steps committed together" : "";
    Deno.test(`a fault at any call changes nothing: ${test.name}${how}`, async () => {
      const expected = await run(test, 1, () => undefined);
      const start = await run(test, 1, () => undefined, undefined, { chain });
      assertSameEnd(start, expected, "no fault");
      for (const fault of FAULTS) {
        for (let point = 1; point <= start.calls.length; point++) {
          const context = `${fault.mode} ${fault.kind} call ${point} (${start.calls[point - 1]})`;
          const plan: FaultPlan = (call) => call === point ? fault : undefined;
          const actual = await run(test, 1, plan, undefined, { chain })
            .catch((cause) => assert.fail(`${context}: ${cause.stack}`));
          assertSameEnd(actual, expected, context);
        }
      }
    });
  }
}

Deno.test("faults at random change nothing", async () => {
  const first = runSeed("crash_points");
  for (const test of FAULT_CASES) {
    const expected = await run(test, 1, () => undefined);
    for (let seed = first; seed < first + 15; seed++) {
      const random = seeded(seed);
      const share = random.pick([0.02, 0.1, 0.25]);
      // Not for ever: a store that is always away gets nothing done.
      const plan: FaultPlan = (call) => call < 300 && random.next() < share ? random.pick(FAULTS) : undefined;
      const partly = () => random.next() < share;
      const context = `${test.name}, SEED=${seed}`;
      const actual = await run(test, seed, plan, partly, { chain: seed % 2 === 0 })
        .catch((cause) => assert.fail(`${context}: ${cause.stack}`));
      assertSameEnd(actual, expected, context);
    }
  }
});
