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
