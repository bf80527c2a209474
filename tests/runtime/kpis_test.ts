import assert from "node:assert/strict";
import { createEngine, type Engine, type Kpi } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { seeded } from "../support/random.ts";
import { onEachStore } from "./each_store.ts";

const ORDER = bpmn(`
  start -> Check -> ok -[fine]-> fork -> Pay, Ship -> join -> end
  ok -/-> end2
  xor ok
  parallel fork
  parallel join
  service Check: type=check
  service Pay: type=pay
  service Ship: type=ship
`);

/** What KPIs of elements and of processes must be: counted by hand from all histories. */
async function scan(engine: Engine): Promise<{ elements: Map<string, number[]>; processes: number[] }> {
  const elements = new Map<string, number[]>();
  const processes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await engine.instances({ take: 1_000, cursor });
    for (const { id, startedAt, endedAt } of page.items) {
      if (endedAt !== undefined) processes.push(endedAt - startedAt);
      for (const step of await engine.history(id)) {
        if (step.endedAt === undefined) continue;
        const durations = elements.get(step.elementId) ?? [];
        durations.push(step.endedAt - step.startedAt);
        elements.set(step.elementId, durations);
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return { elements, processes };
}

async function assertEqualsScan(engine: Engine): Promise<void> {
  const { elements, processes } = await scan(engine);
  const rows = await engine.kpis({ key: "p" });
  assert.deepEqual(rows.map(({ elementId }) => elementId).sort(), [...elements.keys()].sort());
  for (const row of rows) assertRow(row, elements.get(row.elementId ?? "") ?? []);
  const [whole] = await engine.kpis({ groupBy: "process" });
  assertRow(whole, processes);
}

function assertRow(row: Kpi, durations: number[]): void {
  const sum = durations.reduce((total, ms) => total + ms, 0);
  const name = row.elementId ?? "process";
  assert.equal(row.count, durations.length, name);
  assert.ok(Math.abs(row.averageMs * row.count - sum) < 1e-3, name);
  assert.deepEqual([row.minMs, row.maxMs], [Math.min(...durations), Math.max(...durations)], name);
  const sorted = durations.sort((a, b) => a - b);
  const position = (sorted.length - 1) * 0.95, below = sorted[Math.floor(position)];
  const exact = below + (sorted[Math.ceil(position)] - below) * (position % 1);
  assert.ok(Math.abs(row.p95Ms - exact) <= exact * 0.01 + 1e-9, `${name}: p95 ${row.p95Ms}, not ${exact}`);
}

onEachStore(
  "KPIs equal a full scan after a random load of several workers, whatever is held open",
  async (given) => {
    const { store, clock } = given;
    const random = seeded(42);
    // The clock moves on with the work: durations differ, and hours are crossed.
    const handlers = {
      check() {
        clock.advance(Math.floor(random.next() ** 4 * 60_000));
        return { fine: random.next() < 0.8 };
      },
      pay: () => clock.advance(Math.floor(random.next() * 20_000)),
      async ship() {
        await Promise.resolve();
        clock.advance(1);
      },
    };
    // Leases outlast the jumps of the clock.
    const quiet = () => given.worker({ handlers, concurrency: 8, pollMs: 5, leaseMs: 10 * 86_400_000 });
    const workers = await Promise.all([quiet(), quiet(), quiet()]);
    const { engine } = workers[0];
    await engine.deploy(ORDER);

    // A transaction that sees the beginning, and holds back vacuum, for as long as the load lasts.
    let release = () => {};
    const released = new Promise<void>((resolve) => release = resolve);
    const held = store instanceof PostgresStore
      ? store.transaction(async (tx) => {
        await tx.query("set transaction isolation level repeatable read");
        await tx.query("select count(*) from baton.steps");
        await released;
      })
      : undefined;

    for (const worker of workers) worker.start();
    let moving = true;
    const mover = (async () => {
      let seen = 0;
      while (moving) {
        await store.maintain?.();
        const rows = await store.kpis({ groupBy: "element" });
        const counted = rows.reduce((sum, { count }) => sum + count, 0);
        assert.ok(counted >= seen, `${counted} steps, ${seen} before`);
        seen = counted;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const started: string[] = [];
    for (let i = 0; i < 20; i++) {
      const some = await Promise.all(Array.from({ length: 10 }, () => engine.start("p")));
      started.push(...some.map(({ id }) => id));
    }
    const open = { key: "p", statuses: ["running"], take: 1 } as const;
    while ((await engine.instances(open)).items.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    moving = false;
    await mover;
    await assertEqualsScan(engine);
    release();
    await held;
    await store.maintain?.();
    await assertEqualsScan(engine);
    await engine.rebuildKpis();
    await assertEqualsScan(engine);
    assert.equal((await engine.kpis({ groupBy: "process" }))[0].count, 200);
  },
);

onEachStore("an engine without a worker sums up when it is asked", async (given) => {
  const engine = await given.engine();
  let maintained = 0;
  const { store } = given;
  const maintain = store.maintain?.bind(store);
  store.maintain = async () => {
    maintained++;
    await maintain?.();
    throw new Error("may not write");
  };
  await engine.deploy(bpmn("start -> end"));
  await engine.start("p");
  assert.deepEqual((await engine.kpis({ groupBy: "process" })).map(({ count }) => count), [1]);
  assert.deepEqual((await engine.kpis({ groupBy: "process" })).map(({ count }) => count), [1]);
  assert.equal(maintained, 1, "once in ten seconds, and queries do not need it");
});

Deno.test("a worker looks after the store when there is nothing to do, not while a handler waits to begin", async () => {
  const store: Store = new MemoryStore();
  const order: string[] = [];
  const maintained = Promise.withResolvers<void>();
  store.maintain = () => {
    order.push("maintain");
    maintained.resolve();
    return Promise.resolve();
  };
  const clock = { now: () => Date.UTC(2026, 0, 1) };
  await using engine = await createEngine({ store, clock, closeStore: false });
  await engine.deploy(bpmn(`
    start -> A -> end
    service A: type=a
  `));
  await engine.start("p");
  await using worker = await createWorker({
    store,
    clock,
    handlers: { a: () => void order.push("handler") },
  });
  worker.start();
  await maintained.promise;
  assert.deepEqual(order, ["handler", "maintain"]);
});
