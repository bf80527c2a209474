/** A worker whose handlers have no room for more: what it asks of its store, and what it does all the same. */
import assert from "node:assert/strict";
import { silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { seeded } from "../support/random.ts";
import { VirtualTime } from "../support/virtual_time.ts";

const LONG_MS = 60_000;
const LONG = bpmn(`
  process long
    service Work: type=work
    start -> Work -> end`);
const TIMER = bpmn(`
  process timer
    catch Wait: timer=PT7S
    startT -> Wait -> endT`);

type Meanwhile = (worker: Worker, time: VirtualTime, asked: readonly string[]) => Promise<void>;

/** Runs a worker with one slot, taken for a minute by a handler that does nothing. */
async function whileFull(meanwhile: Meanwhile): Promise<void> {
  using time = new VirtualTime(seeded(1));
  const store = new MemoryStore({ clock: () => time.now() });
  const asked: string[] = [];
  for (const method of ["leaseJobs", "nextDueAt"] as const) {
    const ask = (store[method] as (...given: unknown[]) => Promise<unknown>).bind(store);
    Object.assign(store, { [method]: (...given: unknown[]) => (asked.push(method), ask(...given)) });
  }
  const worker = await createWorker({
    store,
    logger: silentLogger,
    concurrency: 1,
    leaseMs: 2 * LONG_MS,
    handlers: { work: () => new Promise<void>((resolve) => void setTimeout(resolve, LONG_MS)) },
  });
  const { engine } = worker;
  await time.drive(engine.deploy(LONG));
  await time.drive(engine.deploy(TIMER));
  await time.drive(engine.start("long"));
  worker.start();
  await time.settle();
  await time.advance(1_000);
  assert.equal(worker.health().running, 1);
  asked.length = 0;
  await meanwhile(worker, time, asked);
  assert.equal(worker.health().running, 1, "it was full all the time");
  await time.advance(LONG_MS);
  await time.drive(worker.stop());
}

Deno.test("a full worker with nothing to do for the engine asks its store no more often than an idle one", async () => {
  await whileFull(async (_, time, asked) => {
    await time.advance(50_000);
    // Once a second, the default of `pollMs`: what is due, and when the next will be.
    assert.ok(asked.length <= 2 * 55, `${asked.length} questions in 50 seconds`);
  });
});

Deno.test("a full worker does what is due for the engine, at once when it hears of it", async () => {
  await whileFull(async ({ engine }, time) => {
    // Long after it has begun to ask seldom.
    await time.advance(20_000);
    const began = time.now();
    const { id } = await time.drive(engine.start("timer"));
    await time.advance(began + 7_100 - time.now());
    const { endedAt } = await engine.getInstance(id);
    assert.ok(endedAt !== undefined && endedAt - began < 7_050, `after ${endedAt && endedAt - began} ms`);
  });
});
