/**
 * What a durable step writes, beside the bare minimum: the same rows by plain SQL on tables without any index but
 * their primary keys.
 *
 * Rows are counted by the server (`pg_stat_user_tables`), bytes are those of its write-ahead log without full-page
 * images (`pg_walinspect`): images depend on how long ago the last checkpoint was.
 *
 * @module
 */
import type pg from "pg";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store, Unit } from "../../storage/store.ts";
import { createEngine } from "../../mod.ts";
import { createWorker } from "../../worker.ts";
import { type BenchCase, row } from "../case.ts";
import { checkCompleted, deployFulfilment, HANDLERS, KEY, startOrders, TASKS } from "../fulfilment.ts";
import { openBenchPostgres } from "../postgres.ts";

/** Written in one go: what a run does, by a way of counting that the server offers. */
interface Written {
  readonly rows: number;
  readonly bytes: number;
}

interface Run extends Written {
  /** Of it, what leasing the jobs has written. */
  readonly lease: Written;
  readonly commits: readonly (readonly Unit[])[];
}

const wal: BenchCase = {
  name: "wal",
  async run(context) {
    const orders = context.quick ? 300 : 5_000;
    await using database = await openBenchPostgres();
    await database.pool.query("create extension if not exists pg_walinspect");
    context.log(`PostgreSQL: rows and bytes of ${orders} orders`);
    const own = await runOrders(database.pool, database.url, "bench_wal", orders, []);
    context.log("the same rows by plain SQL");
    const least = await writeLeast(database.pool, own.commits);
    context.log("steps of a chain committed together");
    const chained = await runOrders(database.pool, database.url, "bench_wal_chain", orders, [KEY]);
    const tasks = orders * TASKS;
    const configuration = `${orders} waiting orders of 4 tasks (7 steps each), one worker; bytes without ` +
      `full-page images; the least: the same rows in as many transactions of plain SQL, primary keys only; ` +
      database.configuration;
    const beside = (
      name: string,
      value: number,
      unit: string,
      peer: number,
      atMost?: number,
    ) =>
      row({
        case: `PostgreSQL, written per task: ${name}`,
        value: value / tasks,
        unit,
        peer: { name: "the least, in plain SQL", value: peer / tasks },
        atMost,
        configuration,
      });
    return [
      beside("rows, with the lease", own.rows, "rows", least.rows, 2),
      beside("rows, without the lease", own.rows - own.lease.rows, "rows", least.rows, 2),
      beside("log, with the lease", own.bytes, "bytes", least.bytes, 2),
      beside("log, without the lease", own.bytes - own.lease.bytes, "bytes", least.bytes, 2),
      beside("log, steps of a chain commit together", chained.bytes, "bytes", least.bytes),
    ];
  },
};

async function runOrders(
  pool: pg.Pool,
  url: string,
  schema: string,
  orders: number,
  chain: readonly string[],
): Promise<Run> {
  {
    await using store = await PostgresStore.open(url, { schema });
    await using engine = await createEngine({ store, closeStore: false });
    await deployFulfilment(engine);
    await startOrders(engine, orders);
  }
  // Vacuum writes, too, whenever it comes.
  const { rows: tables } = await pool.query(
    "select relname from pg_class where relnamespace = $1::regnamespace and relkind = 'r'",
    [schema],
  );
  for (const { relname } of tables) {
    await pool.query(`alter table ${schema}.${relname} set (autovacuum_enabled = off)`);
  }
  await pool.query("analyze");
  const lease = await leaseOnce(pool, url, schema);
  const commits: (readonly Unit[])[] = [];
  let leased = 0;
  const written = await measure(pool, schema, async () => {
    const store = noting(await PostgresStore.open(url, { schema, migrate: false }), commits);
    const worker = await createWorker({ store, handlers: HANDLERS, chain });
    worker.start();
    while (worker.counters().completed < orders * TASKS) await new Promise((go) => setTimeout(go, 2));
    leased = worker.counters().leased;
    await worker.stop();
  });
  await using store = await PostgresStore.open(url, { schema, migrate: false });
  await checkCompleted(store, orders);
  return {
    ...written,
    commits,
    lease: { rows: lease.rows * leased, bytes: lease.bytes * leased },
  };
}

/** What one lease of one job writes: some are leased, and are due again when the clock of the next lease says so. */
async function leaseOnce(pool: pg.Pool, url: string, schema: string): Promise<Written> {
  let jobs = 0;
  const written = await measure(pool, schema, async () => {
    await using store = await PostgresStore.open(url, { schema, migrate: false });
    const wants = Object.keys(HANDLERS).map((type) => ({ type, max: 256 }));
    const leased = await store.leaseJobs({ worker: "bench", wants, max: 256, leaseMs: 1 });
    jobs = leased.jobs.length;
    const back = leased.jobs.map(({ id, leaseNo }) => ({ jobId: id, leaseNo, action: "update" as const }));
    await giveBack(store, back);
  });
  // Giving back is an update like the lease: half of it.
  return { rows: written.rows / jobs / 2, bytes: written.bytes / jobs / 2 };
}

async function giveBack(store: Store, back: Parameters<Store["updateJobs"]>[0]): Promise<void> {
  const given = await store.updateJobs(back);
  if (given.some((result) => result !== "done")) {
    throw new Error("Cannot measure a lease: not all jobs could be given back");
  }
}

function noting(store: Store, commits: (readonly Unit[])[]): Store {
  const commit = store.commit.bind(store);
  store.commit = async (units) => {
    const results = await commit(units);
    commits.push(units.filter((_, index) => results[index].outcome === "committed"));
    return results;
  };
  return store;
}

/** Rows and bytes that are written while something runs on connections of its own, which it closes. */
async function measure(pool: pg.Pool, schema: string, run: () => Promise<void>): Promise<Written> {
  const rowsBefore = await rowsOf(pool, schema);
  const from = await position(pool);
  await run();
  const to = await position(pool);
  const { rows } = await pool.query(
    "select sum(record_size)::float8 as bytes from pg_get_wal_stats($1, $2, false)",
    [from, to],
  );
  return { rows: await rowsOf(pool, schema) - rowsBefore, bytes: rows[0].bytes };
}

/** Where the log ends. What is not on the disk yet cannot be looked at: a commit of its own brings it there. */
async function position(pool: pg.Pool): Promise<string> {
  await pool.query("select pg_logical_emit_message(true, 'bench', '')");
  const { rows } = await pool.query("select pg_current_wal_flush_lsn()::text as lsn");
  return rows[0].lsn;
}

/** What the server has counted once the connections that wrote are gone. */
async function rowsOf(pool: pg.Pool, schema: string): Promise<number> {
  for (;;) {
    const { rows } = await pool.query(
      `select count(*)::int as others from pg_stat_activity
       where datname = current_database() and application_name = 'baton'`,
    );
    if (rows[0].others === 0) break;
    await new Promise((go) => setTimeout(go, 20));
  }
  const client = await pool.connect();
  try {
    await client.query("select pg_stat_clear_snapshot()");
    const { rows } = await client.query(
      `select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int as n from pg_stat_user_tables
       where schemaname = $1`,
      [schema],
    );
    return rows[0].n;
  } finally {
    client.release();
  }
}

/** The rows of units, by a transaction of four statements for each commit. */
async function writeLeast(pool: pg.Pool, commits: readonly (readonly Unit[])[]): Promise<Written> {
  await pool.query(`
    create schema least;
    create table least.instances (like bench_wal.instances including defaults) with (fillfactor = 50, autovacuum_enabled = off);
    create table least.steps (like bench_wal.steps including defaults) with (autovacuum_enabled = off);
    create table least.jobs (like bench_wal.jobs including defaults) with (autovacuum_enabled = off);
    alter table least.instances add primary key (id);
    alter table least.steps add primary key (instance_id, sequence);
    alter table least.jobs add primary key (id);
  `);
  const units = commits.flat();
  const opened = new Set(units.flatMap((unit) => unit.openJobs.map((job) => job.id)));
  // As they were before the run: each instance, and the jobs that waited.
  await pool.query("insert into least.instances select * from bench_wal.instances");
  await pool.query("update least.instances set revision = 1, status = 'running', ended_at = null");
  await pool.query(
    "insert into least.jobs (id, enqueued_at, class, tenant, type) select unnest($1::bigint[]), now(), 2, 'default', 'x'",
    [units.flatMap((unit) => unit.closeJobs.filter((id) => !opened.has(id)))],
  );
  await pool.query("vacuum full least.instances");
  const from = await position(pool);
  let written = 0;
  const client = await pool.connect();
  try {
    for (const commit of commits) written += await writeCommit(client, commit);
  } finally {
    client.release();
  }
  const to = await position(pool);
  const { rows } = await pool.query(
    "select sum(record_size)::float8 as bytes from pg_get_wal_stats($1, $2, false)",
    [from, to],
  );
  return { rows: written, bytes: rows[0].bytes };
}

async function writeCommit(client: pg.PoolClient, units: readonly Unit[]): Promise<number> {
  const time = (at: number | null | undefined) => at === null || at === undefined ? null : new Date(at);
  const steps = units.flatMap((unit) => unit.steps.map((step) => ({ unit, step })));
  const jobs = units.flatMap((unit) => unit.openJobs.map((job) => ({ unit, job })));
  const run = async (sql: string, values: unknown[]): Promise<number> =>
    (await client.query(sql, values)).rowCount ?? 0;
  await client.query("begin");
  const rows = [
    await run(
      `update least.instances i set revision = u.revision, status = u.status, ended_at = u.ended_at, state = u.state
       from unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[], $5::text[])
         as u (id, revision, status, ended_at, state) where i.id = u.id`,
      [
        units.map((unit) => unit.instanceId),
        units.map((unit) => unit.revision + 1),
        units.map((unit) => unit.status),
        units.map((unit) => time(unit.endedAt)),
        units.map((unit) => unit.state),
      ],
    ),
    await run(
      `insert into least.steps (instance_id, sequence, element_id, element_type, status, started_at, ended_at, tenant)
       select * from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
         $7::timestamptz[], $8::text[])`,
      [
        steps.map(({ unit }) => unit.instanceId),
        steps.map(({ step }) => step.sequence),
        steps.map(({ step }) => step.elementId),
        steps.map(({ step }) => step.elementType),
        steps.map(({ step }) => step.status),
        steps.map(({ step }) => time(step.startedAt)),
        steps.map(({ step }) => time(step.endedAt)),
        steps.map(({ unit }) => unit.tenant),
      ],
    ),
    await run(
      `insert into least.jobs (id, instance_id, due_at, enqueued_at, lease_no, class, tenant, type, element_id, worker)
       select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::int[],
         $6::smallint[], $7::text[], $8::text[], $9::text[], $10::text[])`,
      [
        jobs.map(({ job }) => job.id),
        jobs.map(({ job }) => job.instanceId),
        jobs.map(({ job }) => time(job.dueAt)),
        jobs.map(({ unit }) => time(unit.at)),
        jobs.map(({ job }) => job.lease ? 1 : 0),
        jobs.map(({ job }) => job.class),
        jobs.map(({ unit }) => unit.tenant),
        jobs.map(({ job }) => job.type),
        jobs.map(({ job }) => job.elementId),
        jobs.map(({ job }) => job.lease?.worker),
      ],
    ),
    await run("delete from least.jobs where id = any($1::bigint[])", [
      units.flatMap((unit) => unit.closeJobs),
    ]),
  ];
  await client.query("commit");
  return rows.reduce((sum, count) => sum + count, 0);
}

export default wal;
