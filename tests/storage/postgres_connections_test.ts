import assert from "node:assert/strict";
import pg from "pg";
import { Database } from "../../storage/postgres/client.ts";
import {
  Connections,
  destroy,
  type PostgresConnection,
  type PostgresPool,
} from "../../storage/postgres/connections.ts";
import { storeDatabase } from "../support/postgres.ts";

const OPTIONS = { pipeline: true, timeoutMs: 10_000 };

function oneConnection(url: string, timeoutMs: number): Database {
  return new Database(url, { schema: "baton", maxConnections: 1, namedStatements: true, timeoutMs });
}

/** A client whose lock keeps statements on the definitions waiting until it rolls back. */
async function lockDefinitions(url: string): Promise<pg.Client> {
  const locker = new pg.Client({ connectionString: url });
  await locker.connect();
  await locker.query("begin; lock table baton.definitions in access exclusive mode");
  return locker;
}

async function pidOf(connection: PostgresConnection): Promise<number> {
  const { rows: [{ pid }] } = await connection.query("select pg_backend_pid() as pid");
  return pid;
}

Deno.test("a connection of our own pool is kept for the next one, who has it alone", async () => {
  await using database = await storeDatabase();
  const connections = new Connections(database.url, { max: 3, ...OPTIONS });
  const first = await connections.take();
  const pid = await pidOf(first);
  connections.giveBack(first);
  const again = await connections.take();
  const other = await connections.take();
  assert.equal(await pidOf(again), pid);
  assert.notEqual(await pidOf(other), pid);
  connections.giveBack(again);
  connections.giveBack(other);
  await connections.close();
});

Deno.test("whoever waits for a connection gets the next one that comes back, in order", async () => {
  await using database = await storeDatabase();
  const connections = new Connections(database.url, { max: 2, ...OPTIONS });
  const lent = await Promise.all([connections.take(), connections.take()]);
  const served: number[] = [];
  const waiting = [0, 1, 2, 3, 4].map(async (who) => {
    const connection = await connections.take();
    served.push(who);
    await pidOf(connection);
    connections.giveBack(connection);
  });
  for (const connection of lent) connections.giveBack(connection);
  await Promise.all(waiting);
  assert.deepEqual(served, [0, 1, 2, 3, 4]);
  await connections.close();
});

Deno.test("a connection that broke while it was kept, or that its user broke, is not lent again", async () => {
  await using database = await storeDatabase();
  const connections = new Connections(database.url, { max: 2, ...OPTIONS });
  const kept = await connections.take();
  const pid = await pidOf(kept);
  connections.giveBack(kept);
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const ended = new Promise<void>((resolve) => kept.on("end", () => resolve()));
  await admin.query("select pg_terminate_backend($1)", [pid]);
  await ended;
  await admin.end();
  const second = await connections.take();
  const secondPid = await pidOf(second);
  assert.notEqual(secondPid, pid);
  connections.break(second);
  connections.giveBack(second);
  const third = await connections.take();
  assert.notEqual(await pidOf(third), secondPid);
  connections.giveBack(third);
  await connections.close();
});

Deno.test("closing refuses those who wait, and whoever comes then", async () => {
  await using database = await storeDatabase();
  const connections = new Connections(database.url, { max: 1, ...OPTIONS });
  const lent = await connections.take();
  const waits = assert.rejects(connections.take(), /it is closed/);
  const closed = connections.close();
  await waits;
  await assert.rejects(connections.take(), /it is closed/);
  connections.giveBack(lent);
  await closed;
});

Deno.test("a connection of the user's pool goes back to it at once", async () => {
  await using database = await storeDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const connections = new Connections(pool as unknown as PostgresPool, { max: 9, ...OPTIONS });
  assert.equal(connections.max, 2);
  const connection = await connections.take();
  assert.equal(pool.idleCount, 0);
  connections.giveBack(connection);
  assert.equal(pool.idleCount, 1);
  await connections.close();
  assert.equal((await pool.query("select 1 as one")).rows[0].one, 1, "the user's stays open");
  await pool.end();
});

Deno.test("a statement whose answer does not come in time fails, and its connection is not used again", async () => {
  await using database = await storeDatabase();
  const own = oneConnection(database.url, 500);
  const locker = await lockDefinitions(database.url);
  const pid = await own.withConnection(pidOf);
  await assert.rejects(
    own.withConnection(async (connection) => {
      await own.execute(connection, "set lock_timeout = 0");
      await own.execute(connection, "select count(*) from baton.definitions");
    }),
    /Query read timeout/,
  );
  await locker.query("rollback");
  await locker.end();
  assert.notEqual(await own.withConnection(pidOf), pid);
  await own.close();
});

Deno.test("a store that is closed while a statement hangs does not wait for it for ever", async () => {
  await using database = await storeDatabase();
  const own = oneConnection(database.url, 500);
  const locker = await lockDefinitions(database.url);
  const asked = Promise.withResolvers<void>();
  const hangs = assert.rejects(
    own.withConnection(async (connection) => {
      await own.execute(connection, "set lock_timeout = 0");
      const answer = own.execute(connection, "select count(*) from baton.definitions");
      asked.resolve();
      await answer;
    }),
    /Query read timeout/,
  );
  await asked.promise;
  await own.close();
  await hangs;
  await locker.query("rollback");
  await locker.end();
});

Deno.test("a transaction whose settings are refused leaves its connection as it was", async () => {
  await using database = await storeDatabase();
  const own = oneConnection(database.url, 10_000);
  const pid = await own.withConnection(pidOf);
  await assert.rejects(own.transaction(pidOf, "set local statement_timeout = 'never'"), /invalid value/);
  assert.equal(await own.withConnection(pidOf), pid);
  assert.equal(await own.transaction(pidOf), pid);
  await own.close();
});

Deno.test("a transaction that is given up while it begins does not go on", async () => {
  await using database = await storeDatabase();
  const own = oneConnection(database.url, 10_000);
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const giveUp = new AbortController();
  let worked = false;
  const transaction = own.transaction(
    () => Promise.resolve(worked = true),
    "select pg_sleep(2)",
    giveUp.signal,
  );
  const rejected = assert.rejects(transaction);
  const begins = "select from pg_stat_activity where query like 'begin%pg_sleep%' and state = 'active'";
  while ((await admin.query(begins)).rowCount === 0);
  giveUp.abort();
  await rejected;
  assert.equal(worked, false);
  await admin.end();
  await own.close();
});

Deno.test("a connection of another version of the client is cut off, too", async () => {
  await using database = await storeDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  client.on("error", () => {});
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  // Its classes are others.
  const foreign = new Proxy(client, { getPrototypeOf: () => Object.prototype });
  assert.equal(foreign instanceof pg.Client, false);
  destroy(foreign as unknown as PostgresConnection);
  const { connection: { stream } } = client as unknown as { connection: { stream: { destroyed: boolean } } };
  const cutOff = stream.destroyed;
  if (!cutOff) await client.end();
  await ended;
  assert.ok(cutOff);
});
