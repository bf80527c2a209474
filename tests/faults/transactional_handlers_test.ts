/**
 * Handlers with `ctx.transaction`: what each writes is there exactly once, whichever call to the store and whichever
 * SQL statement fails, before it, after it but before its answer, or after that; and whoever dies there.
 */
import assert from "node:assert/strict";
import { createEngine, type Handler, type HandlerContext, silentLogger } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { type Fault, FaultError, type FaultPlan, faultStore } from "../support/fault_store.ts";
import { BrokenConnection, faultyPool } from "../support/faulty_pool.ts";
import { sql, testDatabase } from "../support/postgres.ts";

/** Side by side, then one that fails at first and starts another instance. */
const MODEL = bpmn(`
  process p
    start -> Pay -> Order -> end
    service Pay: type=pay parallel=2
    service Order: type=order
  process other
    startO -> Sign -> endO
`);

/** Rows by element, when all is well. */
const ROWS = { Order: 1, Pay: 2 };
const STEPS = [
  ...["endEvent end completed", "serviceTask Order completed"],
  ...["serviceTask Pay completed", "serviceTask Pay completed", "startEvent start completed"],
];
/** To crash before a call is to crash after the one before it, and an error after it one before the next. */
const FAULTS: readonly Fault[] = [
  { kind: "before", mode: "error" },
  { kind: "during", mode: "error" },
  { kind: "during", mode: "crash" },
  { kind: "after", mode: "crash" },
];

class StoreClock {
  #at = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#at;
  }
  advance(ms: number): void {
    this.#at += ms;
  }
}

function write(ctx: HandlerContext, more: (tx: Tx) => Promise<unknown> = () => Promise.resolve()): unknown {
  return ctx.transaction(async (tx) => {
    await tx.query("insert into public.payments (instance_id, element_id) values ($1, $2)", [
      ctx.instance.id,
      ctx.element.id,
    ]);
    await more(tx);
  });
}
type Tx = Parameters<Parameters<HandlerContext["transaction"]>[0]>[0];

function handlers(worker: () => Worker, tenant: string): Record<string, Handler> {
  return {
    pay: (ctx) => write(ctx),
    // What it wrote goes with its failure, and so does what it started.
    order: (ctx) =>
      write(ctx, async (tx) => {
        const options = { transaction: tx, businessKey: ctx.instance.id };
        await worker().engine.forTenant(tenant).start("other", options);
        if (ctx.attempt === 1) throw new Error("not yet");
      }),
  };
}

interface Faulty extends AsyncDisposable {
  readonly store: Store;
  readonly crashed: Promise<void>;
}

/** How the calls, or the statements, of a worker's process fail. @returns The names of what was called. */
type Break = (url: string, clock: StoreClock, calls: string[], plan: FaultPlan) => Promise<Faulty>;

const breakCalls: Break = async (url, clock, calls, plan) => {
  // Its connections end with the process, and with them what it had open.
  const connections = faultyPool(url, () => undefined);
  const inner = await PostgresStore.open(connections.pool, { migrate: false, clock: () => clock.now() });
  const before = calls.length;
  const faults = faultStore(inner, (call, method) => {
    calls.push(method);
    return plan(before + call, method);
  });
  return {
    store: faults.store,
    crashed: faults.crashed,
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
};

const breakStatements: Break = async (url, clock, calls, plan) => {
  let isOpen = false;
  const faults = faultyPool(url, (_, text) => isOpen ? plan(calls.push(text), text) : undefined);
  const store = await PostgresStore.open(faults.pool, { migrate: false, clock: () => clock.now() });
  isOpen = true;
  return { store, crashed: faults.crashed, [Symbol.asyncDispose]: () => faults[Symbol.asyncDispose]() };
};

/** Runs one instance of a tenant of its own to its end. @returns The calls or statements of its workers. */
async function run(url: string, healthy: Store, breaks: Break, plan: FaultPlan): Promise<readonly string[]> {
  const clock = new StoreClock();
  const tenant = crypto.randomUUID();
  const calls: string[] = [];
  await using engine = await createEngine({
    store: healthy,
    closeStore: false,
    migrate: false,
    logger: silentLogger,
    clock,
    tenant,
  });
  await engine.deploy(MODEL);
  const { id } = await engine.start("p");
  for (let round = 0; (await engine.getInstance(id)).status === "running"; round++) {
    assert.ok(round < 50, "it comes to its end");
    await using faulty = await breaks(url, clock, calls, plan);
    const work = async () => {
      const worker: Worker = await createWorker({
        store: faulty.store,
        closeStore: false,
        migrate: false,
        logger: silentLogger,
        clock,
        tenants: [tenant],
        cleanup: false,
        handlers: handlers(() => worker, tenant),
      });
      await worker.drain();
      await worker.stop();
    };
    try {
      await Promise.race([work(), faulty.crashed]);
    } catch (error) {
      if (!(error instanceof FaultError || error instanceof BrokenConnection)) throw error;
    }
    await engine.incidents.resolve({ kind: "worker-lost" });
    clock.advance(60_000);
  }
  assert.equal((await engine.getInstance(id)).status, "completed");
  const steps = await engine.history(id);
  assert.deepEqual(
    steps.map((step) => `${step.elementType} ${step.elementId} ${step.status}`).sort(),
    STEPS,
  );
  const rows = await sql(
    url,
    "select element_id, count(*)::int as n from public.payments where instance_id = $1 group by 1 order by 1",
    [id],
  );
  assert.deepEqual(Object.fromEntries(rows.map(({ element_id, n }) => [element_id, n])), ROWS);
  const others = await engine.instances({ key: "other" });
  assert.deepEqual(others.items.map(({ businessKey }) => businessKey), [id], "it started one other");
  return calls;
}

/** A transaction's end is where all ways to fail differ; elsewhere one with the process alive and one without. */
function pointsOf(calls: readonly string[]): (Fault & { readonly call: number; readonly name: string })[] {
  const statements = calls.some((name) => name.startsWith("begin"));
  return calls.flatMap((name, index) => {
    const all = !statements || name === "commit";
    return FAULTS.filter(({ kind, mode }) =>
      all || (kind === "during") === (mode === "crash") && kind !== "after"
    )
      .map((fault) => ({ ...fault, name, call: index + 1 }));
  });
}

/** What is called the same often: the first of each, and the last. */
function thinned<T extends Fault & { readonly name: string }>(points: readonly T[]): T[] {
  const same = Map.groupBy(points, ({ name, kind, mode }) => `${name} ${kind} ${mode}`);
  return [...same.values()].flatMap((each) => each.length > 2 ? [each[0], each[each.length - 1]] : each);
}

/** Points that are tried at once. */
const AT_ONCE = 12;

for (
  const [what, breaks] of Object.entries({
    "call to the store": breakCalls,
    "SQL statement": breakStatements,
  })
) {
  const name = `PostgreSQL: what transactional handlers write is there exactly once, whichever ${what} fails`;
  // Processes that died never clear their timers.
  Deno.test(name, { sanitizeOps: false, sanitizeResources: false }, async () => {
    await using database = await testDatabase();
    const { url } = database;
    await sql(url, "create table public.payments (instance_id bigint not null, element_id text not null)");
    const healthy = await PostgresStore.open(url, { migrate: false });
    try {
      const calls = await run(url, healthy, breaks, () => undefined);
      assert.ok(calls.length > 10, `${calls.length} calls`);
      const points = thinned(pointsOf(calls));
      assert.ok(points.length > 40, `${points.length} points`);
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let point = points.pop(); point; point = points.pop()) {
          const { call, name, kind, mode } = point;
          await run(url, healthy, breaks, (at) => at === call ? { kind, mode } : undefined)
            .catch((cause) => assert.fail(`${mode} ${kind} ${what} ${call} (${name}): ${cause.stack}`));
        }
      }));
    } finally {
      await healthy[Symbol.asyncDispose]();
    }
  });
}
