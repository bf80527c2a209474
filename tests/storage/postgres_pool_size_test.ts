import assert from "node:assert/strict";
import pg from "pg";
import { PostgresStore } from "../../storage/postgres.ts";
import { testDatabase } from "../support/postgres.ts";

for (const max of [2, 3, 4]) {
  Deno.test(`of a pool of ${max} one connection is left to reserve ids, however many transactions wait for them`, async () => {
    await using database = await testDatabase();
    // Without a limit whoever waits for ever for a connection would say nothing.
    const pool = new pg.Pool({ connectionString: database.url, max, connectionTimeoutMillis: 5_000 });
    try {
      await using store = await PostgresStore.open(pool, { migrate: false });
      await using _listening = await store.listen(() => {});
      const firsts = await Promise.all(Array.from({ length: max }, () =>
        store.transaction(async (tx) => {
          await tx.query("select pg_sleep(0.05)"); // all that may are here
          return await store.reserveIds(100_000);
        })));
      assert.equal(new Set(firsts).size, max);
    } finally {
      await pool.end();
    }
  });
}

Deno.test("a pool of one connection is refused: a transaction would wait for itself", async () => {
  const pool = new pg.Pool({ max: 1 });
  await assert.rejects(
    PostgresStore.open(pool),
    (error) => error instanceof RangeError && /1 connection/.test(error.message),
  );
  await pool.end();
});
