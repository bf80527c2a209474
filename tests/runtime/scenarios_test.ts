/**
 * The scenarios of the core's tests with the runtime, a worker and a store: what can be seen is the same after
 * everything that is done. All of them on the memory store; on the others the listed situations that wait.
 */
import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { storeDatabase } from "../support/postgres.ts";
import { RecordedWorld } from "../support/recorded_world.ts";
import { replay, type SetClock } from "../support/replay.ts";
import { collectScenarios } from "../support/scenario.ts";

const FOLDER = new URL("../engine/execution/", import.meta.url);

async function scenarioFiles(): Promise<URL[]> {
  const files: URL[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.endsWith("_test.ts")) continue;
    const url = new URL(name, FOLDER);
    if (/^import .*support\/scenario\.ts/m.test(await Deno.readTextFile(url))) files.push(url);
  }
  return files.sort((a, b) => a.href < b.href ? -1 : 1);
}

/** Those whose steps the API of the engine has; recorded once, for all stores. */
const recorded: { name: string; world: RecordedWorld }[] = [];
const leftOut: { name: string; why: string }[] = [];
for (const { name, model, body, options } of await collectScenarios(await scenarioFiles())) {
  const world = new RecordedWorld(options);
  const { maxTokens: _maxTokens, ...limits } = options;
  if (Object.keys(limits).length) world.unsupported = "limits of its own";
  world.deploy(bpmn(model));
  body(world);
  if (world.unsupported === undefined) recorded.push({ name, world });
  else leftOut.push({ name, why: world.unsupported });
}

/** The listed situations in which something is done after the start: durability matters there. */
const waiting = recorded.filter(({ name, world }) => /^S\d{3}/.test(name) && world.actions.length > 2);

async function playAll(scenarios: typeof recorded, store: Store, clock: SetClock): Promise<void> {
  const failures: string[] = [];
  for (const [index, { name, world }] of scenarios.entries()) {
    try {
      await replay(world, store, clock, `scenario-${index}`);
    } catch (error) {
      failures.push(`${name}\n${(error as Error).message}`);
    }
  }
  assert.ok(
    failures.length === 0,
    `${failures.length} of ${scenarios.length} failed\n\n${failures.join("\n\n")}`,
  );
}

function clockOf(): SetClock {
  return {
    at: Date.UTC(2026, 0, 1),
    now: function () {
      return this.at;
    },
  };
}

Deno.test("memory: every scenario", async () => {
  const clock = clockOf();
  await using store = new MemoryStore({ clock: () => clock.at });
  await playAll(recorded, store, clock);
});
Deno.test("kv: every listed scenario that waits", async () => {
  const clock = clockOf();
  await using store = await KvStore.open(":memory:", { clock: () => clock.at });
  await playAll(waiting, store, clock);
});

Deno.test("postgres: every listed scenario that waits", async () => {
  const clock = clockOf();
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url, { migrate: false, clock: () => clock.at });
  await playAll(waiting, store, clock);
});

Deno.test("few scenarios are left out, and none of the listed situations but those that no API can do", () => {
  const listed = leftOut.filter(({ name }) => /^S\d{3}/.test(name)).map(({ name }) => name.slice(0, 4));
  assert.deepEqual(listed, [
    // Looks between a condition's change and what follows it.
    "S099",
    // Runs one job after the other, to look between them.
    "S013",
  ], JSON.stringify(leftOut, undefined, 2));
  assert.ok(
    recorded.length > 15 * leftOut.length && waiting.length > 70,
    `${recorded.length} recorded, ${leftOut.length} left out`,
  );
});
