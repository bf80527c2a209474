/**
 * A PostgreSQL whose commits are durable: figures of one without `fsync` say nothing.
 *
 * @module
 */
import pg from "pg";
import { type LocalPostgres, startLocalPostgres } from "../cli/local_postgres.ts";

/** A server for a benchmark, and a pool on an empty database in it. */
export interface BenchPostgres extends AsyncDisposable {
  /** Connection string of the database. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** Version and the settings that matter, for a row's configuration. */
  readonly configuration: string;
}

/** One server for all cases: to make one takes seconds. */
let shared: LocalPostgres | undefined;

/**
 * Makes an empty database, in a server that is found or started at the first call. Disposing drops the database; the
 * server goes on until {@link closeBenchPostgres}.
 *
 * @throws {Error} If `fsync`, `full_page_writes` or `synchronous_commit` is off.
 */
export async function openBenchPostgres(): Promise<BenchPostgres> {
  shared ??= await startLocalPostgres({ settings: { shared_buffers: "512MB", max_wal_size: "4GB" } });
  return await newDatabase(shared);
}

/** Stops the server, if there is one. */
export async function closeBenchPostgres(): Promise<void> {
  const server = shared;
  shared = undefined;
  await server?.[Symbol.asyncDispose]();
}

async function newDatabase(server: LocalPostgres): Promise<BenchPostgres> {
  const name = `bench_${crypto.randomUUID().replaceAll("-", "")}`;
  // What the case before wrote is not to be flushed to disk in the middle of this one.
  await query(server.url, "checkpoint");
  await query(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 4 });
  pool.on("error", (error) => console.error(`bench: an idle connection broke: ${error.message}`));
  const drop = async (): Promise<void> => {
    await pool.end();
    // Not by force: the pool's last connections are still closing, and the server waits for them.
    await query(server.url, `drop database ${name}`);
  };
  try {
    const configuration = await durableConfiguration(pool);
    return {
      url: url.href,
      pool,
      configuration,
      async [Symbol.asyncDispose]() {
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Names the settings of a server, and refuses one that may lose commits. */
async function durableConfiguration(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query(
    `select name, current_setting(name) as value from unnest(array[
       'server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'
     ]) as name`,
  );
  const settings = new Map<string, string>(rows.map(({ name, value }) => [name, value]));
  for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
    const value = settings.get(name);
    if (value === "off") throw new Error(`Cannot measure on this PostgreSQL: ${name} is ${value}`);
  }
  const [version, ...others] = [...settings];
  return `PostgreSQL ${version[1]}, ${others.map(([name, value]) => `${name} ${value}`).join(", ")}`;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
