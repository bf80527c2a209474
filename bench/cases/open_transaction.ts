/**
 * A steady load while somebody's transaction stays open: no row that was written since may be vacuumed, and what
 * scans the queue must step around the dead ones.
 *
 * @module
 */
import { PostgresStore } from "../../storage/postgres.ts";
import { type BenchCase, type BenchContext, row } from "../case.ts";
import { type Fulfilment, runFor } from "../fulfilment.ts";
import { type BenchPostgres, openBenchPostgres } from "../postgres.ts";

const MINUTES = 5;

const openTransaction: BenchCase = {
  name: "open-transaction",
  async run(context) {
    // A transaction that is open for a second holds up nothing.
    if (context.quick) return [];
    const ms = context.large ? MINUTES * 60_000 : context.measureMs * 4;
    await using database = await openBenchPostgres();
    await measure(context, database, "warm", context.measureMs);
    const free = await measure(context, database, "free", ms);
    const held = await holding(database, () => measure(context, database, "held", ms));
    const seconds = Math.round(ms / 1000);
    return [row({
      case: `PostgreSQL: steady load for ${seconds} s under an open transaction`,
      value: held.tasksPerSecond,
      unit: "tasks/s",
      peer: { name: "without it", value: free.tasksPerSecond },
      atLeast: 0.5,
      configuration:
        `orders of 4 tasks, started as fast as they are done, one worker of 64, autovacuum on; the ` +
        `transaction began before the first order (${held.instances} orders); ${database.configuration}`,
    })];
  },
};

async function measure(
  context: BenchContext,
  database: BenchPostgres,
  schema: string,
  ms: number,
): Promise<Fulfilment & { readonly instances: number }> {
  context.log(`PostgreSQL: a steady load for ${ms / 1000} s, ${schema}`);
  let instances = 0;
  await using store = await PostgresStore.open(database.url, { schema: `bench_${schema}` });
  const result = await runFor(store, ms, { done: (worker) => instances = worker.counters().completed / 4 });
  return { ...result, instances };
}

/** Keeps a snapshot open meanwhile. */
async function holding<T>({ pool }: BenchPostgres, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read");
    await client.query("select count(*) from pg_class");
    return await work();
  } finally {
    await client.query("rollback");
    client.release();
  }
}

export default openTransaction;
