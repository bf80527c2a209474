/**
 * A short version of `deno task chaos`: the faults that nothing else in the tests has, once or a few times each, side
 * by side: most of their time is waiting.
 */
import assert from "node:assert/strict";
import { runSeed } from "../support/random.ts";
import { SCENARIOS } from "./scenarios.ts";
import { SHORT } from "./short.ts";
import type { Size } from "./world.ts";

/** Scenarios at once: each has a server and two workers. */
const AT_ONCE = 4;

Deno.test("chaos: nothing is lost or done twice by servers that die, dead networks, failover and full disks", async () => {
  const seed = runSeed("chaos");
  const run = async (name: string, rounds: number): Promise<void> => {
    const scenario = SCENARIOS.find((each) => each.name === name);
    assert.ok(scenario, name);
    const skipped = await scenario.skip?.();
    if (skipped !== undefined) return console.log(`${name} is skipped: ${skipped}`);
    const log = (text: string) => console.log(`${name}: ${text}`);
    const size: Size = {
      seconds: 3_600,
      rounds,
      running: 10,
      workers: 2,
      leaseMs: 2_000,
      timeoutMs: 1_000,
      seed,
      log,
    };
    const { faults, found } = await scenario.run(size);
    assert.equal(faults, rounds, name);
    assert.ok(found.instances > 0, name);
  };
  const waiting = Object.entries(SHORT);
  const failed: Error[] = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await run(...next).catch((reason) => failed.push(reason));
    }
  }));
  if (failed.length > 0) throw new AggregateError(failed, failed.map((reason) => reason.stack).join("\n"));
});
