/**
 * A short version of `deno task chaos`: the faults that nothing else in the tests has, once or a few times each, side
 * by side: most of their time is waiting.
 */
import assert from "node:assert/strict";
import { runSeed } from "../support/random.ts";
import { SCENARIOS } from "./scenarios.ts";
import type { Size } from "./world.ts";

/** Rounds of each. */
const SHORT: Readonly<Record<string, number>> = { restart: 3, silence: 1, standby: 1, disk: 1 };

Deno.test("chaos: nothing is lost or done twice by servers that die, dead networks, failover and full disks", async () => {
  const seed = runSeed("chaos");
  const runs = Object.entries(SHORT).map(async ([name, rounds]) => {
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
  });
  const failed = (await Promise.allSettled(runs)).flatMap((run) =>
    run.status === "rejected" ? [run.reason] : []
  );
  if (failed.length > 0) throw new AggregateError(failed, failed.map((reason) => reason.stack).join("\n"));
});
