/** What administrators set: time limits, isolation, how many may connect. */
import pg from "pg";
import { sql } from "../../support/postgres_sql.ts";
import { pause, type Scenario, World } from "../world.ts";

function withRole(url: string): string {
  const address = new URL(url);
  address.username = "app";
  return address.href;
}

async function createRole(url: string, ...settings: readonly string[]): Promise<void> {
  await sql(url, "create role app login superuser");
  for (const setting of settings) await sql(url, `alter role app set ${setting}`);
}

/** Statements, locks and idle transactions run into limits that are far too short. */
export const timeouts: Scenario = {
  name: "timeouts",
  what: "statement_timeout, lock_timeout, idle_in_transaction_session_timeout and locked tables",
  async run(size) {
    const limits = ["statement_timeout = '100ms'", "lock_timeout = '20ms'"];
    await using world = await World.open({
      size,
      prepare: (url) => createRole(url, ...limits, "idle_in_transaction_session_timeout = '2s'"),
      place: withRole,
    });
    await world.trouble(async () => {
      const blocker = new pg.Client({ connectionString: world.server.url });
      await blocker.connect();
      const table = world.random.pick(["instances", "jobs", "steps"]);
      const ms = 300 + world.random.below(1_000);
      try {
        await blocker.query(`begin; lock table baton.${table} in access exclusive mode`);
        await pause(ms);
        await blocker.query("rollback");
      } finally {
        await blocker.end();
      }
      return `table ${table} locked for ${ms} ms, statements give up after 100`;
    });
    return await world.end();
  },
};

/** A role whose sessions are serializable. */
export const isolation: Scenario = {
  name: "isolation",
  what: "default_transaction_isolation = serializable for the workers' role",
  async run(size) {
    await using world = await World.open({
      size,
      prepare: (url) => createRole(url, "default_transaction_isolation = 'serializable'"),
      place: withRole,
    });
    await world.trouble(async () => {
      await pause(500);
      return "half a second of work";
    });
    return await world.end();
  },
};

/** All connections are taken, and those of the workers are ended. */
export const connections: Scenario = {
  name: "connections",
  what: "too many connections: the workers' own are ended and get none",
  async run(size) {
    await using world = await World.open({
      size,
      server: { settings: { max_connections: "60", superuser_reserved_connections: "20" } },
      async prepare(url) {
        await sql(url, "create role app login");
        await sql(url, "create role crowd login");
        await sql(url, "grant usage on schema baton to app");
        await sql(url, "grant all on all tables in schema baton, public to app");
        await sql(url, "grant all on all sequences in schema baton to app");
        await sql(url, "grant execute on all functions in schema baton to app");
      },
      place: withRole,
    });
    const crowd = new URL(world.server.url);
    crowd.username = "crowd";
    await world.trouble(async () => {
      const taken: pg.Client[] = [];
      try {
        await sql(
          world.server.url,
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'",
        );
        for (let refused = 0; refused < 20;) {
          const client = new pg.Client({ connectionString: crowd.href });
          client.on("error", () => {});
          try {
            await client.connect();
            taken.push(client);
          } catch {
            refused++; // full: which is the point
            await pause(20);
          }
        }
        return `${taken.length} connections taken by others`;
      } finally {
        for (const client of taken) await client.end();
      }
    });
    return await world.end();
  },
};
