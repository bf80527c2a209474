/** What the kill tests have in common: workers in processes of their own, killed at random, and what must hold. */
import assert from "node:assert/strict";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import type { Store } from "../../storage/store.ts";
import { startProgram, type TestProcess } from "../support/processes.ts";
import { runSeed, seeded } from "../support/random.ts";

const PROGRAM = new URL("./programs/order_worker.ts", import.meta.url);
const ORDER = new URL("../models/order_fulfillment.bpmn", import.meta.url);
const TASKS = ["validate-order", "reserve-inventory", "process-payment", "fulfil-order"];
const LEASE_MS = 1_000;
const TIMEOUT_MS = 60_000;

/** What a run is made of. */
export interface KillRun {
  readonly name: string;
  readonly store: Store;
  /** A connection string, or a KV file's path. */
  readonly place: string;
  /** How many in all. */
  readonly instances: number;
  readonly workers: number;
  readonly kills: number;
}

/**
 * Starts workers, and instances before each kill of a worker, and waits for the end.
 * Throws if an instance is not complete, a step is missing or there twice, or a handler did not run.
 */
export async function runWithKills(run: KillRun): Promise<void> {
  const random = seeded(runSeed(run.name));
  const notes = await Deno.makeTempFile({ prefix: "baton_kill_" });
  const start = () => startProgram(PROGRAM, [run.place, notes, String(LEASE_MS)]);
  const processes: TestProcess[] = [];
  const engine = await createEngine({ store: run.store, logger: silentLogger, closeStore: false });
  try {
    await engine.deploy(ORDER);
    const ids: string[] = [];
    const startSome = async () => {
      const count = Math.ceil(run.instances / (run.kills + 1));
      const numbers = Array.from(
        { length: Math.min(count, run.instances - ids.length) },
        (_, n) => n + ids.length,
      );
      const started = await Promise.all(
        numbers.map((n) =>
          engine.start("order-fulfillment", { businessKey: `order-${n}`, uniqueBusinessKey: true })
        ),
      );
      ids.push(...started.map((each) => each.id));
    };
    processes.push(...await Promise.all(Array.from({ length: run.workers }, start)));
    let hits = 0;
    for (let killed = 0; killed < run.kills; killed++) {
      await startSome(); // so that each kill finds work under way
      await new Promise((resolve) => setTimeout(resolve, random.below(200)));
      const victim = random.below(processes.length);
      if (await someRunning(engine)) hits++;
      await processes[victim].kill();
      processes[victim] = await start();
    }
    assert.ok(hits > 0, "workers were killed while there was work");
    await startSome();
    assert.equal(ids.length, run.instances);
    await untilDone(engine);
    await Promise.all(processes.map((each) => each.stop()));
    await assertEachRan(notes, ids);
    await assertHistories(engine, ids);
  } finally {
    for (const each of processes) await each[Symbol.asyncDispose]();
    await engine.close();
    await Deno.remove(notes);
  }
}

async function someRunning(engine: Engine): Promise<boolean> {
  return (await engine.instances({ statuses: ["running"], take: 1 })).items.length > 0;
}

/** A job that lost three workers waits for a person: here the person says that the workers were to blame. */
async function untilDone(engine: Engine): Promise<void> {
  const until = performance.now() + TIMEOUT_MS;
  while (await someRunning(engine)) {
    assert.ok(performance.now() < until, `instances are still running after ${TIMEOUT_MS} ms`);
    for (const { id, instanceId, kind, message } of (await engine.incidents.list()).items) {
      assert.equal(kind, "worker-lost", message);
      await engine.incidents.resolve({ id, instanceId });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function assertEachRan(notes: string, ids: readonly string[]): Promise<void> {
  const ran = new Set((await Deno.readTextFile(notes)).split("\n"));
  const missing = ids.flatMap((id) => TASKS.map((task) => `${task} ${id}`)).filter((line) => !ran.has(line));
  assert.deepEqual(missing, [], "each handler ran at least once for each task");
}

async function assertHistories(engine: Engine, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const instance = await engine.getInstance(id);
    assert.equal(instance.status, "completed");
    assert.deepEqual(Object.keys(instance.variables).sort(), TASKS.map((task) => `by-${task}`).sort());
    const steps = await engine.history(id);
    assert.deepEqual(steps.map((step) => step.sequence), [1, 2, 3, 4, 5, 6, 7, 8], `history of ${id}`);
    assert.deepEqual(
      steps.map((step) => step.elementId).sort(),
      [
        "end",
        "fulfil-order",
        "join",
        "process-payment",
        "reserve-inventory",
        "split",
        "start",
        "validate-order",
      ],
    );
  }
}
