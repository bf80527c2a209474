/**
 * A lease takes as long with a million rows in the queue as with a thousand.
 *
 * The store is connected and has leased since its tables were empty, and nothing is analyzed: a plan that was made
 * for empty tables and kept would show.
 *
 * @module
 */
import type pg from "pg";
import { createEngine } from "../../mod.ts";
import { ENGINE_JOB_TYPES } from "../../runtime/jobs/mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { type BenchCase, type BenchContext, type Row, row } from "../case.ts";
import { cloneRows } from "../clone_rows.ts";
import { deployFulfilment, HANDLERS, startOrders } from "../fulfilment.ts";
import { type BenchPostgres, openBenchPostgres } from "../postgres.ts";

/** Jobs that wait where there are few, and those leased from the many. */
const FEW = 1_000;
const LEASED = 25;
const LEASES = FEW / LEASED;
/** Leases before those that are measured: after an empty one the store asks for a few jobs only. */
const WARM = 4;
/** Jobs to lease from each store. */
const WAITING = FEW + WARM * LEASED;
const WORKER = "bench";
const LEASE_MS = 600_000;
/** Ids of copies: far from those that the store hands out. */
const FIRST_ID = 1_000_000_000;

/** How the queue is filled beside what is leased. */
interface Scenario {
  readonly name: string;
  readonly fill: (pool: pg.Pool, schema: string, count: number) => Promise<void>;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "jobs waiting", fill: (pool, schema, count) => waitingJobs(pool, schema, FEW, count) },
  {
    name: "timers in the future",
    fill: (pool, schema, count) =>
      strangers(pool, schema, count, {
        type: "'baton:timer'",
        class: "0",
        due_at: "o.enqueued_at + interval '1 day' + n * interval '1 second'",
      }),
  },
  {
    name: "due jobs of a type nobody handles",
    fill: (pool, schema, count) =>
      strangers(pool, schema, count, {
        type: "'nobody'",
        due_at: "o.enqueued_at - interval '1 hour' + n * interval '1 microsecond'",
      }),
  },
];

const lease: BenchCase = {
  name: "lease",
  async run(context) {
    const many = context.quick ? 10_000 : context.large ? 1_000_000 : 200_000;
    await using database = await openBenchPostgres();
    const rows: Row[] = [];
    await using fewStore = await connectedWhileEmpty(database, "lease_few");
    for (const [i, scenario] of SCENARIOS.entries()) {
      await waitingJobs(database.pool, "lease_few", i * WAITING, WAITING);
      const { few, full, idle } = await compare(context, database, fewStore, `lease_${i}`, scenario, many);
      const configuration =
        `leases of ${LEASED} jobs with their instances, medians of ${LEASES}, in turn; the stores have leased ` +
        `since the tables were empty, nothing analyzed or vacuumed; ${database.configuration}`;
      const name = `PostgreSQL: lease with ${many.toLocaleString("en")} ${scenario.name}`;
      rows.push(
        row({
          case: name,
          value: full,
          unit: "ms",
          peer: { name: `with ${FEW.toLocaleString("en")} jobs waiting`, value: few },
          atMost: 1.3,
          configuration,
        }),
        row({
          case: `${name}: when the next job is due`,
          value: idle.full,
          unit: "ms",
          peer: { name: `with ${FEW.toLocaleString("en")} jobs waiting`, value: idle.few },
          configuration: `what an idle worker asks; the same stores, medians of ${LEASES}, in turn`,
        }),
      );
    }
    return rows;
  },
};

interface Times {
  readonly few: number;
  readonly full: number;
  readonly idle: { readonly few: number; readonly full: number };
}

/** Leases from few rows and from many in turn, so that what else the machine does falls on both. */
async function compare(
  context: BenchContext,
  database: BenchPostgres,
  few: PostgresStore,
  schema: string,
  { name, fill }: Scenario,
  many: number,
): Promise<Times> {
  context.log(`PostgreSQL: leases with ${many} ${name}`);
  const { pool } = database;
  await using full = await connectedWhileEmpty(database, schema);
  await waitingJobs(pool, schema, 2 * many, WAITING);
  await fill(pool, schema, many);
  // Else the server writes what was made to disk meanwhile.
  await pool.query("checkpoint");
  for (let i = 0; i < WARM; i++) for (const store of [few, full]) await leaseOnce(store);
  const [fewMs, fullMs] = await medians([few, full], async (store) => {
    const leased = await leaseOnce(store);
    if (leased !== LEASED) {
      throw new Error(`Cannot measure a lease: ${leased} jobs came instead of ${LEASED}`);
    }
  });
  const [fewIdleMs, fullIdleMs] = await medians([few, full], (store) => store.nextDueAt(types()));
  return { few: fewMs, full: fullMs, idle: { few: fewIdleMs, full: fullIdleMs } };
}

/** A store that has leased from empty tables, in which then one order waits: the original of the others. */
async function connectedWhileEmpty({ url, pool }: BenchPostgres, schema: string): Promise<PostgresStore> {
  // No connection more than one: each has plans of its own, and only the first was there from the start.
  const store = await PostgresStore.open(url, { schema, maxConnections: 1 });
  // Else a helper of the server's might analyze in the middle.
  await pool.query(`alter table ${schema}.jobs set (autovacuum_enabled = off);
    alter table ${schema}.instances set (autovacuum_enabled = off)`);
  for (let i = 0; i < 10; i++) await leaseOnce(store);
  await using engine = await createEngine({ store, closeStore: false });
  await deployFulfilment(engine);
  await startOrders(engine, 1);
  return store;
}

function types(): string[] {
  return [...ENGINE_JOB_TYPES, ...Object.keys(HANDLERS)];
}

/** @returns How many jobs were leased. */
async function leaseOnce(store: PostgresStore): Promise<number> {
  const { jobs } = await store.leaseJobs({
    worker: WORKER,
    wants: types().map((type) => ({ type, max: LEASED })),
    max: LEASED,
    leaseMs: LEASE_MS,
  });
  return jobs.length;
}

/** @returns The median of each store, in ms. */
async function medians(
  stores: readonly PostgresStore[],
  work: (store: PostgresStore) => Promise<unknown>,
): Promise<number[]> {
  const durations = stores.map((): number[] => []);
  for (let i = 0; i < LEASES; i++) {
    // Each is the first one as often.
    for (let turn = 0; turn < stores.length; turn++) {
      const s = (i + turn) % stores.length;
      const began = performance.now();
      await work(stores[s]);
      durations[s].push(performance.now() - began);
    }
  }
  return durations.map((each) => each.sort((a, b) => a - b)[LEASES >> 1]);
}

/** Orders that wait for their first task. @param first Number of the first. */
async function waitingJobs(pool: pg.Pool, schema: string, first: number, count: number): Promise<void> {
  const id = `${FIRST_ID + first} + n`;
  await cloneRows(pool, `${schema}.instances`, {
    from: `id < ${FIRST_ID} and status = 'running'`,
    count,
    set: { id, root_id: id },
  });
  await cloneRows(pool, `${schema}.jobs`, {
    from: `id < ${FIRST_ID} and type = 'validate-order'`,
    count,
    set: {
      id,
      instance_id: id,
      due_at: "o.enqueued_at + n * interval '1 microsecond'",
      worker: "null",
      lease_no: "0",
    },
  });
}

/** Jobs of other types. */
async function strangers(
  pool: pg.Pool,
  schema: string,
  count: number,
  set: Readonly<Record<string, string>>,
): Promise<void> {
  await cloneRows(pool, `${schema}.jobs`, {
    from: `id < ${FIRST_ID} and type = 'validate-order'`,
    count,
    set: { ...set, id: `${FIRST_ID + FEW} + n` },
  });
}

export default lease;
