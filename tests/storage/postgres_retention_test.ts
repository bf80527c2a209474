import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import { commitAll, definition, newUnit, step, T0, TENANT } from "../contract/given.ts";
import { sql, testDatabase } from "../support/postgres.ts";

const RANGE = 16_777_216;

Deno.test("a partition of steps goes with its last instance, and none that is still needed", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url, { migrate: false });
  const partitions = async () =>
    (await sql(
      database.url,
      `select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid
       where h.inhparent = 'baton.steps'::regclass order by length(c.relname), c.relname`,
    )).map(({ name }) => name);
  const definitionId = String(await store.reserveIds(1));
  const definitions = [definition(definitionId, { historyTimeToLiveMs: 0 })];
  await store.deploy({ tenant: TENANT, xml: "<x/>", hash: "h", definitions, at: T0 });
  // Partitions are made for ids that have been given out, and no others.
  await sql(database.url, `select setval('baton.ids', ${2 * RANGE})`);
  await sql(database.url, `select baton.add_steps_partitions(${2 * RANGE})`);
  await sql(database.url, "select setval('baton.ids', 1024)");
  const cleanup = async () => {
    const { instances, partitions } = await store.cleanup({ at: T0 });
    return { instances, partitions };
  };
  const before = await partitions();
  assert.ok(before.includes("steps_0") && before.includes(`steps_${RANGE}`));
  const given = async (instanceId: string, ended: boolean) => {
    const end = ended ? { status: "completed" as const, endedAt: T0 } : {};
    await commitAll(store, [
      await newUnit(store, { instanceId, created: { definitionId }, steps: [step(1)], ...end }),
    ]);
  };
  await given("100", true);
  await given(String(RANGE + 5), true);
  await given(String(RANGE + 6), false);

  // All ids of the first range may still be given out.
  assert.equal((await store.cleanup({ at: T0, dryRun: true })).partitions, 0);
  await sql(database.url, `select setval('baton.ids', ${2 * RANGE})`);

  // Somebody reads history for longer than others may wait.
  await store.transaction(async (tx) => {
    await tx.query("select from baton.steps");
    assert.deepEqual(await cleanup(), { instances: 2, partitions: 0 });
  });
  assert.deepEqual(await partitions(), before);

  assert.deepEqual(await cleanup(), { instances: 0, partitions: 1 });
  assert.deepEqual(await partitions(), before.filter((name) => name !== "steps_0"));
  assert.equal((await store.listSteps(String(RANGE + 6))).length, 1);
  // An id of the dropped range that somebody had kept still works.
  await given("200", true);
  assert.equal((await store.listSteps("200")).length, 1);
  assert.deepEqual(await cleanup(), { instances: 1, partitions: 0 });
});
