import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { cuttingProxy } from "../support/cutting_proxy.ts";
import { sql, storeDatabase } from "../support/postgres.ts";
import { TestClock } from "./each_store.ts";

const WORK = bpmn(`
  start -> W -> end
  service W: type=work
`);

Deno.test("a transaction that loses its database is no failure of its handler, however that puts it", async () => {
  await using database = await storeDatabase();
  await sql(database.url, "create table public.paid (id text)");
  await using proxy = cuttingProxy(database.url);
  const clock = new TestClock();
  const store = await PostgresStore.open(proxy.url, { migrate: false, clock: () => clock.now() });
  const attempts: number[] = [];
  await using worker = await createWorker({
    store,
    clock,
    logger: silentLogger,
    retries: 0, // one failure would be an incident
    handlers: {
      work: async (ctx) => {
        attempts.push(ctx.attempt);
        proxy.cutting = attempts.length === 1;
        try {
          await ctx.transaction(async (tx) => {
            await tx.query("insert into public.paid values ($1)", [ctx.jobId]);
          });
        } catch (cause) {
          proxy.cutting = false;
          throw new Error("the payment failed", { cause });
        }
      },
    },
  });
  await worker.engine.deploy(WORK);
  const { id } = await worker.engine.start("p");
  // The cut may meet the worker's next look for jobs, too: then drain() says so, and the job is still in hand.
  await worker.drain().catch((error) => assert.match(String(error), /[Cc]onnection/));
  for (let i = 0; i < 2; i++) {
    clock.advance(5_000);
    await worker.drain();
  }
  assert.deepEqual(attempts, [1, 1]);
  assert.equal((await worker.engine.getInstance(id)).status, "completed");
  assert.equal((await sql(database.url, "select * from public.paid")).length, 1);
});

Deno.test("a handler's own failure in a transaction counts, though its text may read like a lost connection", async () => {
  await using database = await storeDatabase();
  const clock = new TestClock();
  const store = await PostgresStore.open(database.url, { migrate: false, clock: () => clock.now() });
  await using worker = await createWorker({
    store,
    clock,
    logger: silentLogger,
    retries: 0,
    handlers: {
      work: (ctx) =>
        ctx.transaction(() => {
          throw Object.assign(new Error("connection to the bank was reset"), { code: "ECONNRESET" });
        }),
    },
  });
  await worker.engine.deploy(WORK);
  await worker.engine.start("p");
  await worker.drain();
  assert.deepEqual((await worker.engine.incidents.list()).items.map(({ kind }) => kind), ["job-no-retries"]);
});

Deno.test("a job of the engine's own is not given up because the store is away", async () => {
  const clock = new TestClock();
  const memory = new MemoryStore({ clock: () => clock.now() });
  const away = new Error("the store is away");
  let refusals = 0;
  const store: Store = new Proxy(memory, {
    get(target, name) {
      if (name === "passing") return (error: unknown) => error === away ? "away" : undefined;
      const value = Reflect.get(target, name, target);
      if (name === "findSubscriptions" && refusals < 20) {
        return () => {
          refusals++;
          return Promise.reject(away);
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await using engine = await createEngine({ store, clock, logger: silentLogger, closeStore: false });
  await engine.deploy(bpmn(`
    process a
      start -> told -> end
      throw told: message="shipped"
    process b
      startB -> endB
      start startB: message="shipped"
  `));
  await engine.start("a");
  await using worker = await createWorker({ store, clock, logger: silentLogger, handlers: {} });
  for (let round = 0; round < 25; round++) {
    await worker.drain();
    clock.advance(1_000);
  }
  assert.equal(refusals, 20);
  assert.equal((await engine.instances({ key: "b" })).items.length, 1);
});
