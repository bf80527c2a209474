import assert from "node:assert/strict";
import { migrations } from "../../sql/mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { StoreError } from "../../storage/store.ts";
import { sql, testDatabase } from "../support/postgres.ts";

const NAMES = migrations.map(({ name }) => name);

Deno.test("migrate() does nothing the second time", async () => {
  await using database = await testDatabase({ empty: true });
  await using store = await PostgresStore.open(database.url);
  assert.deepEqual(await store.migrate(), []);
  const rows = await sql(database.url, "select name from baton.migrations order by version");
  assert.deepEqual(rows.map((row) => row.name), NAMES);
});

Deno.test("migrate() run by 20 at once migrates once", async () => {
  await using database = await testDatabase({ empty: true });
  const stores = await Promise.all(
    Array.from({ length: 20 }, () => PostgresStore.open(database.url, { maxConnections: 1 })),
  );
  for (const store of stores) await store[Symbol.asyncDispose]();
  const rows = await sql(database.url, "select name from baton.migrations order by version");
  assert.deepEqual(rows.map((row) => row.name), NAMES);
});

Deno.test("open() refuses a schema that needs a newer release", async () => {
  await using database = await testDatabase();
  await sql(
    database.url,
    "insert into baton.migrations (version, name, min_release) values (9999, 'later', 9999)",
  );
  const refused = { name: "StoreError", code: "store", message: /needs release 9999/ };
  await assert.rejects(PostgresStore.open(database.url), refused);
  await assert.rejects(PostgresStore.open(database.url, { migrate: false }), refused);
});

Deno.test("open() accepts a newer schema that this release can work with", async () => {
  await using database = await testDatabase();
  await sql(
    database.url,
    "insert into baton.migrations (version, name, min_release) values (9999, 'later', 1)",
  );
  await using store = await PostgresStore.open(database.url);
  assert.ok(await store.reserveIds(1) > 0);
});

Deno.test("open() without migrate refuses an empty database and leaves it empty", async () => {
  await using database = await testDatabase({ empty: true });
  await assert.rejects(PostgresStore.open(database.url, { migrate: false }), StoreError);
  assert.deepEqual(await sql(database.url, "select 1 from pg_namespace where nspname = 'baton'"), []);
});

Deno.test("two schemas of one database know nothing of each other", async () => {
  await using database = await testDatabase({ empty: true });
  await using one = await PostgresStore.open(database.url, { schema: "one" });
  await using two = await PostgresStore.open(database.url, { schema: "two_2" });
  const id = String(await one.reserveIds(1));
  await one.addNote({ id, instanceId: id, kind: "info", text: "here", createdAt: 0 });
  assert.equal((await one.listNotes(id)).length, 1);
  assert.equal((await two.listNotes(id)).length, 0);
  assert.deepEqual(await sql(database.url, "select 1 from pg_tables where schemaname = 'public'"), []);
});

for (const schema of ["", "Baton", "a.b", 'a"b', "a b", "1a", "x".repeat(64), "a; drop table x"]) {
  Deno.test(`open() refuses the schema name ${JSON.stringify(schema).slice(0, 20)}`, async () => {
    await assert.rejects(PostgresStore.open("postgres://127.0.0.1:1/none", { schema }), TypeError);
  });
}
