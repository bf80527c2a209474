import assert from "node:assert/strict";
import pg from "pg";
import { silentLogger, StoreError } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { sql, testDatabase } from "../support/postgres.ts";

const MODEL = bpmn(`
  start -> fork -> Work, Ask, pause -> join -> end
  parallel fork
  parallel join
  service Work: type=work
  catch pause: timer=PT0.02S
`);

/** What an administrator may have set for a database or role, and what must not change what is stored. */
const SETTINGS = [
  "DateStyle = 'SQL, DMY'",
  "IntervalStyle = 'sql_standard'",
  "TimeZone = 'Pacific/Chatham'",
  "bytea_output = 'escape'",
  "standard_conforming_strings = off",
  "search_path = 'nothing'",
  "array_nulls = off",
  "extra_float_digits = -15",
  "transform_null_equals = on",
  "quote_all_identifiers = on",
  "client_encoding = 'LATIN1'",
  "default_transaction_deferrable = on",
  "work_mem = '64kB'",
  "row_security = off",
  "plan_cache_mode = force_generic_plan",
];

for (const pooled of [false, true]) {
  const whose = pooled ? "an application's own pool" : "the store's own sessions";
  Deno.test(`formats, time zone and path of a database change nothing for ${whose}`, async () => {
    await using database = await testDatabase({ empty: true });
    const name = new URL(database.url).pathname.slice(1);
    for (const setting of SETTINGS) await sql(database.url, `alter database ${name} set ${setting}`);
    const pool = pooled ? new pg.Pool({ connectionString: database.url, max: 4 }) : undefined;
    try {
      const store = await PostgresStore.open(pool ?? database.url);
      const written = { text: "zürich 😀 \\ '", when: "1970-01-01T00:00:00Z" };
      await using worker = await createWorker({
        store,
        handlers: { work: () => written },
        logger: silentLogger,
      });
      const { engine } = worker;
      await engine.deploy(MODEL);
      const variables = { precise: 1.1234567890123457 };
      const before = Date.now();
      const { id } = await engine.start("p", { businessKey: "é", uniqueBusinessKey: true, variables });
      await engine.run(id);
      const [task] = (await engine.userTasks.list()).items;
      await engine.userTasks.complete(task.id);
      for (let tries = 0; (await engine.getInstance(id)).status === "running" && tries < 100; tries++) {
        await worker.drain();
      }
      const instance = await engine.getInstance(id);
      assert.equal(instance.status, "completed");
      assert.ok(Math.abs(instance.startedAt - before) < 120_000);
      assert.deepEqual(await engine.variables(id), { ...variables, ...written });
      assert.equal((await engine.history(id)).length, 7);
      const kpis = await engine.kpis();
      assert.equal(kpis.length, 7);
      await engine.rebuildKpis();
      assert.deepEqual(await engine.kpis(), kpis);
      assert.deepEqual(await store.audit(), []);
      assert.equal((await engine.cleanup({ defaultTtlMs: 0 })).instances, 1);
    } finally {
      await pool?.end();
    }
  });
}

Deno.test("open() refuses a database whose encoding cannot hold every text", async () => {
  await using database = await testDatabase({ empty: true });
  const name = `${new URL(database.url).pathname.slice(1)}_latin1`;
  await sql(
    database.url,
    `create database ${name} encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`,
  );
  try {
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    for (const migrate of [true, false]) {
      await assert.rejects(
        PostgresStore.open(url.href, { migrate }),
        (error) => error instanceof StoreError && /its encoding is LATIN1/.test(error.message),
      );
    }
  } finally {
    await sql(database.url, `drop database ${name} with (force)`);
  }
});
