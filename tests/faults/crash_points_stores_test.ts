/** The same faults on the stores that last: a sample of the crash points that the memory store goes through all. */
import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import type { FaultKind, FaultPlan } from "../support/fault_store.ts";
import { sql, storeDatabase } from "../support/postgres.ts";
import { runSeed, seeded } from "../support/random.ts";
import { assertSameEnd, type Outcome, type RunTime, runWithFaults } from "./fault_run.ts";
import { FAULT_CASES, type FaultCase } from "./processes.ts";

const KINDS: readonly FaultKind[] = ["before", "during", "after"];

/** Only the stores' clock is virtual: there is real input and output. */
class StoreClock implements RunTime {
  #at = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#at;
  }
  advance(ms: number): void {
    this.#at += ms;
  }
  drive<T>(work: Promise<T>): Promise<T> {
    return work;
  }
}

type Run = (test: FaultCase, plan: FaultPlan, options?: { readonly chain?: boolean }) => Promise<Outcome>;

function onStore(open: (clock: () => number) => Promise<Store>): Run {
  return async (test, plan, options) => {
    const time = new StoreClock();
    const store = await open(() => time.now());
    try {
      return await runWithFaults(test, store, time, plan, options);
    } finally {
      await store[Symbol.asyncDispose]();
    }
  };
}

async function sample(run: Run, points: number, seed: number): Promise<void> {
  const random = seeded(seed);
  for (const test of FAULT_CASES) {
    const expected = await run(test, () => undefined);
    for (let i = 0; i < points; i++) {
      const kind = KINDS[i % KINDS.length];
      const point = 1 + random.below(expected.calls.length);
      const chain = random.next() < 0.5;
      const context = `${test.name}: error ${kind} call ${point}, chain ${chain}`;
      const plan: FaultPlan = (call) => call === point ? { kind, mode: "error" } : undefined;
      const actual = await run(test, plan, { chain })
        .catch((cause) => assert.fail(`${context}: ${cause.stack}`));
      assertSameEnd(actual, expected, context);
    }
  }
}

Deno.test("Deno KV: a fault at some call changes nothing", async () => {
  await sample(onStore((clock) => KvStore.open(":memory:", { clock })), 6, runSeed("crash_points_kv"));
});

/** One database for many runs, emptied before each. */
function onDatabase(url: string, extra = ""): Run {
  return async (test, plan, options) => {
    const tables = await sql(
      url,
      "select tablename from pg_tables where schemaname = 'baton' and tablename !~ 'migrations|ranges'",
    );
    await sql(url, `truncate ${tables.map((row) => `baton.${row.tablename}`)}${extra}`);
    return await onStore((clock) => PostgresStore.open(url, { migrate: false, clock }))(test, plan, options);
  };
}

Deno.test("PostgreSQL: a fault at some call changes nothing", async () => {
  await using database = await storeDatabase();
  await sample(onDatabase(database.url), 2, runSeed("crash_points_postgres"));
});

Deno.test("PostgreSQL: a transactional handler's rows are there exactly once, whatever fails", async () => {
  const [order] = FAULT_CASES;
  const paying: FaultCase = {
    ...order,
    handlers: {
      "process-payment": async (ctx) => {
        await ctx.transaction(async (tx) => {
          await tx.query("insert into public.payments (instance_id) values ($1)", [ctx.instance.id]);
        });
      },
    },
  };
  await using database = await storeDatabase();
  await sql(database.url, "create table public.payments (instance_id bigint not null)");
  const runOnce = onDatabase(database.url, ", public.payments");
  const run = async (plan: FaultPlan): Promise<Outcome> => {
    const outcome = await runOnce(paying, plan);
    const [{ count }] = await sql(database.url, "select count(*) from public.payments");
    assert.equal(count, "1", "paid once");
    return outcome;
  };
  const expected = await run(() => undefined);
  const opened = expected.calls.indexOf("transaction") + 1;
  assert.ok(opened > 0, "the handler used a transaction");
  for (const kind of KINDS) {
    for (const point of [opened, opened + 1]) {
      const actual = await run((call) => call === point ? { kind, mode: "error" } : undefined);
      assertSameEnd(actual, expected, `error ${kind} call ${point}`);
    }
  }
});
