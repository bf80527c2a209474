import assert from "node:assert/strict";
import pg from "pg";
import { PostgresStore } from "../../storage/postgres.ts";
import { sql, testDatabase } from "../support/postgres.ts";

Deno.test("PostgreSQL: commits are as durable as the server makes them", async () => {
  await using database = await testDatabase();
  const plain = new pg.Client({ connectionString: database.url });
  await plain.connect();
  const { rows: [{ synchronous_commit: expected }] } = await plain.query("show synchronous_commit");
  await plain.end();
  await using store = await PostgresStore.open(database.url, { migrate: false });
  const inStore = await store.transaction(async (tx) => (await tx.query("show synchronous_commit")).rows);
  assert.deepEqual(inStore, [{ synchronous_commit: expected }], "the store's sessions weaken nothing");
  const unlogged = await sql(
    database.url,
    `select relname from pg_class
     where relnamespace = 'baton'::regnamespace and relkind in ('r', 'p', 'i', 'I') and relpersistence <> 'p'`,
  );
  assert.deepEqual(unlogged, [], "every table is in the write-ahead log");
});
