import assert from "node:assert/strict";
import pg from "pg";
import { cloneRows } from "../../bench/clone_rows.ts";
import { testDatabase } from "../support/postgres.ts";

Deno.test("cloneRows() copies one row, with what is set by number, and generated columns left alone", async () => {
  await using database = await testDatabase({ empty: true });
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  try {
    await pool.query(`
      create table things (gone text, id int primary key, "odd Name" text, twice int generated always as (id * 2) stored);
      alter table things drop column gone;
      insert into things (id, "odd Name") values (1, 'first'), (2, 'second')`);
    await cloneRows(pool, "public.things", { from: "id = 2", count: 3, set: { id: "100 + n" } });
    const { rows } = await pool.query("select * from things order by id");
    assert.deepEqual(rows.map((row) => Object.values(row)), [
      [1, "first", 2],
      [2, "second", 4],
      [101, "second", 202],
      [102, "second", 204],
      [103, "second", 206],
    ]);
  } finally {
    await pool.end();
  }
});

Deno.test("cloneRows() refuses columns that are not there, and any but one original", async () => {
  await using database = await testDatabase({ empty: true });
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  try {
    await pool.query("create table things (id int, name text); insert into things values (1, 'a'), (2, 'a')");
    const clone = (from: string, set: Readonly<Record<string, string>>) =>
      cloneRows(pool, "things", { from, count: 2, set });
    await assert.rejects(clone("id = 1", { nmae: "'b'" }), { name: "RangeError", message: /no column nmae/ });
    await assert.rejects(clone("id = 3", { id: "n" }), /0 instead of 2/);
    await assert.rejects(clone("name = 'a'", { id: "10 + n" }), /4 instead of 2/);
  } finally {
    await pool.end();
  }
});
