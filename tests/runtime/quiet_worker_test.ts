/** What a worker asks of its store while it has work and nothing new is due, and how it sends what comes of a crowd. */
import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { seeded } from "../support/random.ts";
import { VirtualTime } from "../support/virtual_time.ts";

const WORK = bpmn(`
  process work
    service Work: type=work
    start -> Work -> end`);
const ITEMS = bpmn(`
  process items
    service Item: type=item
      <multiInstanceLoopCharacteristics>
        <extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item"/></extensionElements>
      </multiInstanceLoopCharacteristics>
    start -> Item -> end`);

type Method = "leaseJobs" | "endJobs";

/** Counts the calls of a store's method. */
function count(store: MemoryStore, method: Method): { calls: number } {
  const counted = { calls: 0 };
  const call = (store[method] as (...given: unknown[]) => Promise<unknown>).bind(store);
  Object.assign(store, { [method]: (...given: unknown[]) => (counted.calls++, call(...given)) });
  return counted;
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

Deno.test("a worker that has seen all that is due does not look again whenever a handler ends", async () => {
  using time = new VirtualTime(seeded(1));
  const store = new MemoryStore({ clock: () => time.now() });
  let begun = 0;
  const worker = await createWorker({
    store,
    logger: silentLogger,
    // All end while one goes on, each at a time of its own.
    handlers: { work: () => pause(++begun === 41 ? 5_000 : begun) },
  });
  const { engine } = worker;
  await time.drive(engine.deploy(WORK));
  for (let i = 0; i < 41; i++) await time.drive(engine.start("work"));
  const leases = count(store, "leaseJobs");
  worker.start();
  await time.settle();
  await time.advance(45);
  assert.equal(worker.health().running, 1);
  assert.ok(leases.calls <= 2, `${leases.calls} leases for 41 jobs that were due together`);
  // What comes meanwhile is begun all the same, for it is told of.
  await time.drive(engine.start("work"));
  await time.advance(1);
  assert.equal(worker.health().running, 2);
  await time.advance(10_000);
  await time.drive(worker.stop());
  assert.equal(worker.counters().completed, 42);
});

Deno.test("what nobody tells of is found when a handler ends after a while, and when there is no work left", async () => {
  using time = new VirtualTime(seeded(1));
  const store = new MemoryStore({ clock: () => time.now() });
  // As of another process that shares a file.
  Object.assign(store, { listen: undefined, notify: undefined });
  const took = [20, 5_000, 100, 5_000];
  const begunAt: number[] = [];
  const worker = await createWorker({
    store,
    logger: silentLogger,
    pollMs: 60_000,
    handlers: { work: () => pause(took[begunAt.push(time.now()) - 1]) },
  });
  const other = await createEngine({ store, closeStore: false });
  await time.drive(other.deploy(WORK));
  await time.drive(other.start("work"));
  const began = time.now();
  worker.start();
  await time.settle();
  await time.advance(10);
  // Two that nobody tells of, and at 20 ms there is no work left.
  await time.drive(other.start("work"));
  await time.drive(other.start("work"));
  await time.advance(20);
  assert.deepEqual(begunAt.map((at) => at - began), [0, 20, 20]);
  // A third one, which is found when the quicker of the two ends.
  await time.drive(other.start("work"));
  await time.advance(1_000);
  assert.deepEqual(begunAt.map((at) => at - began), [0, 20, 20, 120]);
  await time.advance(10_000);
  await time.drive(worker.stop());
});

Deno.test("what a full worker is told of begins as soon as a handler ends", async () => {
  using time = new VirtualTime(seeded(1));
  const store = new MemoryStore({ clock: () => time.now() });
  const begunAt: number[] = [];
  const worker = await createWorker({
    store,
    logger: silentLogger,
    concurrency: 2,
    handlers: { work: () => pause(begunAt.push(time.now()) === 1 ? 5 : 5_000) },
  });
  const other = await createEngine({ store, closeStore: false });
  await time.drive(other.deploy(WORK));
  await time.drive(other.start("work"));
  const began = time.now();
  worker.start();
  await time.settle();
  await time.advance(1);
  // Handed on: the second slot is taken without another lease.
  await time.drive(worker.engine.start("work"));
  await time.advance(1);
  assert.equal(worker.health().running, 2);
  await time.drive(other.start("work"));
  await time.advance(1_000);
  assert.deepEqual(begunAt.map((at) => at - began), [0, 1, 5]);
  await time.advance(10_000);
  await time.drive(worker.stop());
});

Deno.test("outcomes of a crowd that others write are sent together", async () => {
  using time = new VirtualTime(seeded(1));
  const store = new MemoryStore({ clock: () => time.now() });
  let begun = 0;
  const workers = await Promise.all(Array.from({ length: 2 }, () =>
    createWorker({
      store,
      closeStore: false,
      logger: silentLogger,
      handlers: { item: () => pause(100 + begun++ % 50 * 2) },
    })));
  const [{ engine }] = workers;
  await time.drive(engine.deploy(ITEMS));
  const { id } = await time.drive(engine.start("items", {
    variables: { items: Array.from({ length: 400 }, (_, i) => i) },
  }));
  const ends = count(store, "endJobs");
  for (const worker of workers) worker.start();
  await time.settle();
  await time.advance(5_000);
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.ok(ends.calls < 100, `${ends.calls} calls for 400 outcomes in about a second`);
  for (const worker of workers) await time.drive(worker.stop());
  await store[Symbol.asyncDispose]();
});
