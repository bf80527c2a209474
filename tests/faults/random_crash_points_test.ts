/** Random processes with a fault at every call to the store: the same end, steps and effects as without. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryStore } from "../../storage/memory.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import type { Fault, FaultPlan } from "../support/fault_store.ts";
import { runSeed, seeded } from "../support/random.ts";
import { type Block, blocks, render, VARIABLES } from "../support/random_process.ts";
import { VirtualTime } from "../support/virtual_time.ts";
import { assertSameEnd, type Outcome, runWithFaults } from "./fault_run.ts";
import type { FaultCase } from "./processes.ts";

const PROCESSES = 6;
/** A run is repeated for each of its calls and faults. */
const MAX_CALLS = 60;
/** Where a clock decides what happens, a lost lease may change it: those are left out. */
const BY_THE_CLOCK = /"kind":"(race|terminate|cancel|discriminator|aside)"|"guards":\[\{/;

function caseOf(block: Block, name: string): FaultCase {
  return {
    name,
    xml: bpmn(render(block).text),
    starts: [["p", VARIABLES]],
    types: ["work"],
    async users(engine) {
      for (const { id } of (await engine.userTasks.list()).items) await engine.userTasks.complete(id);
    },
  };
}

async function run(test: FaultCase, plan: FaultPlan): Promise<Outcome> {
  using time = new VirtualTime(seeded(1));
  return await runWithFaults(test, new MemoryStore({ clock: () => time.now() }), time, plan);
}

Deno.test("random processes: a fault at any call changes nothing", async () => {
  const seed = runSeed("random_crash_points");
  let ran = 0;
  for (const block of fc.sample(blocks(), { seed, numRuns: 500 })) {
    if (ran === PROCESSES) break;
    const text = JSON.stringify(block);
    if (BY_THE_CLOCK.test(text) || text.length < 100) continue;
    const test = caseOf(block, text);
    const expected = await run(test, () => undefined);
    if (expected.calls.length > MAX_CALLS) continue;
    ran++;
    for (let point = 1; point <= expected.calls.length; point++) {
      for (const kind of ["before", "during", "after"] as const) {
        for (const mode of ["error", "crash"] as const) {
          const fault: Fault = { kind, mode };
          const context = `SEED=${seed}, ${mode} ${kind} call ${point}, ${text}`;
          const actual = await run(test, (call) => call === point ? fault : undefined)
            .catch((cause) => assert.fail(`${context}: ${cause.stack}`));
          assertSameEnd(actual, expected, context);
        }
      }
    }
  }
  assert.equal(ran, PROCESSES, "enough of the processes are of use");
});
