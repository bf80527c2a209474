import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import { sql, testDatabase } from "../support/postgres.ts";

Deno.test("counting anew leaves no dead sums before those that are read", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  await sql(
    database.url,
    `insert into baton.tenants values ('default') on conflict do nothing;
     insert into baton.instances (id, revision, version, definition_id, root_id, started_at, ended_at, tenant, key,
       status, state, variables)
     select n, 1, 1, 1, n, to_timestamp(n * 3600), to_timestamp(n * 3600), 'default', 'order', 'completed', '{}', '{}'
     from generate_series(1, 500) n;`,
  );
  await store.rebuildKpis();
  const [{ sums, first, last }] = await sql(
    database.url,
    `select count(*)::int as sums, min(ctid)::text as first, max(ctid)::text as last from baton.kpi_sums
     where ctid < '(1,0)'`,
  );
  // A row that was written and moved on would have left its place empty.
  assert.equal(first, "(0,1)");
  assert.equal(last, `(0,${sums})`);
  assert.deepEqual((await store.kpis({ groupBy: "process" })).map(({ count }) => count), [500]);
});
