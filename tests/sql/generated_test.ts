import assert from "node:assert/strict";
import { queries } from "../../sql/mod.ts";
import { dumpSchema } from "../../tools/dump_schema.ts";
import { generateSql } from "../../tools/generate_sql.ts";
import { sql, testDatabase } from "../support/postgres.ts";

const folder = new URL("../../sql/", import.meta.url);

Deno.test("sql/mod.ts is what the SQL files say", async () => {
  assert.equal(await Deno.readTextFile(new URL("mod.ts", folder)), await generateSql());
});

Deno.test("sql/schema.sql is what the migrations add up to", async () => {
  await using database = await testDatabase();
  const dumped = await dumpSchema((query) => sql(database.url, query));
  assert.equal(await Deno.readTextFile(new URL("schema.sql", folder)), dumped, "run tools/dump_schema.ts");
});

Deno.test("large texts are compressed by lz4 where the server can, also in partitions to come", async () => {
  await using database = await testDatabase();
  const [{ can }] = await sql(
    database.url,
    "select 'lz4' = any(enumvals) as can from pg_settings where name = 'default_toast_compression'",
  );
  await sql(database.url, "select baton.add_steps_partitions(1000000000)");
  const columns = await sql(
    database.url,
    `select a.attrelid::regclass::text || '.' || a.attname as name, a.attcompression as by
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'baton'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
       and a.attstorage in ('x', 'm')`,
  );
  for (
    const name of [
      "instances.state",
      "instances.variables",
      "jobs.outcome",
      "messages.variables",
      "steps.error",
    ]
  ) {
    assert.ok(columns.some((column) => column.name === `baton.${name}`), name);
  }
  assert.ok(columns.some(({ name }) => /^baton\.steps_\d\d+\.error$/.test(String(name))));
  for (const { name, by } of columns) assert.equal(by, can ? "l" : "", String(name));
});

Deno.test("every query file says who uses it, what goes in and out, what it locks and which index it needs", async () => {
  for (const name of Object.keys(queries)) {
    const header = (await Deno.readTextFile(new URL(`queries/${name}.sql`, folder))).split("\n");
    assert.ok(header[0].startsWith(`-- ${name}.sql: `), name);
    for (const part of ["Used by", "Params", "Returns", "Locking", "Index"]) {
      assert.ok(header.some((line) => line.startsWith(`-- ${part} `)), `${name}: ${part}`);
    }
  }
});

Deno.test("every query is one that PostgreSQL can prepare", async () => {
  await using database = await testDatabase();
  for (const [name, text] of Object.entries(queries)) {
    await sql(database.url, `prepare check_${name} as ${text}`);
  }
});
