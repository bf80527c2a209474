import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store, Unit } from "../../storage/store.ts";
import { changeOf, commitAll, commitOne, givenInstance, load, newUnit, T0 } from "../contract/given.ts";
import { sql, testDatabase } from "../support/postgres.ts";

Deno.test("no index of instances holds what commits change, so that their updates stay on the page", async () => {
  await using database = await testDatabase();
  const changed = ["revision", "status", "ended_at", "reason", "state", "variables", "locals"];
  const rows = await sql(
    database.url,
    `select a.attname as column, count(d.objid)::int as indexes
     from pg_attribute a left join (pg_depend d join pg_index x on x.indexrelid = d.objid)
       on d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.classid = 'pg_class'::regclass
     where a.attrelid = 'baton.instances'::regclass and a.attnum > 0
     group by a.attname`,
  );
  const indexes = new Map(rows.map(({ column, indexes }) => [column, indexes]));
  assert.deepEqual(
    changed.map((column) => [column, indexes.get(column)]),
    changed.map((column) => [column, 0]),
  );
  assert.ok(Number(indexes.get("started_at")) > 0, "indexes are found at all");
});

Deno.test("the list of statuses has what is not completed, at every change, and nothing else", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const listed = async () =>
    (await sql(database.url, "select instance_id, status from baton.not_completed order by instance_id")).map(
      ({ instance_id, status }) => `${instance_id} ${status}`,
    );
  const [a, b, c, d] = [
    await givenInstance(store),
    await givenInstance(store),
    await givenInstance(store),
    await givenInstance(store, { status: "completed", endedAt: T0 }),
  ];
  assert.deepEqual(await listed(), [`${a.id} running`, `${b.id} running`, `${c.id} running`]);
  // One by itself is created by another statement than several.
  const ended = await newUnit(store, { status: "completed", endedAt: T0 });
  const more = [await newUnit(store), ended, await newUnit(store)];
  await commitAll(store, more);
  assert.deepEqual((await listed()).slice(3), [more[0], more[2]].map((unit) => `${unit.instanceId} running`));
  for (const { instanceId } of [more[0], more[2]]) {
    await move(store, instanceId, { status: "completed", endedAt: T0 });
  }
  await move(store, a.id, { status: "suspended" });
  await move(store, b.id, { status: "running", state: '{"v":2}' });
  await move(store, c.id, { status: "completed", endedAt: T0 });
  assert.deepEqual(await listed(), [`${a.id} suspended`, `${b.id} running`]);
  // A unit that does not stand leaves the list alone, and so does one that is repeated.
  const refused = changeOf({ ...b, revision: 1 }, { status: "completed", endedAt: T0 });
  assert.equal((await commitOne(store, refused)).outcome, "conflict");
  const again = await newUnit(store, { instanceId: c.id });
  assert.equal((await commitOne(store, again)).outcome, "duplicate");
  assert.deepEqual(await listed(), [`${a.id} suspended`, `${b.id} running`]);
  await move(store, a.id, { status: "cancelled", endedAt: T0 });
  await move(store, b.id, { status: "failed", endedAt: T0 });
  assert.deepEqual(await listed(), [`${a.id} cancelled`, `${b.id} failed`]);
  assert.deepEqual(
    (await store.listInstances({ statuses: ["failed", "cancelled"] })).items.map(({ id }) => id),
    [
      b.id,
      a.id,
    ],
  );
  const wrong = async () =>
    (await store.audit()).filter(({ kind }) => kind === "status-list").map(({ id }) => id).sort();
  assert.deepEqual(await wrong(), []);
  await sql(database.url, "delete from baton.not_completed where status = 'failed'");
  await sql(database.url, `update baton.instances set status = 'suspended' where id = ${d.id}`);
  assert.deepEqual(await wrong(), [b.id, d.id]);
});

Deno.test("an end without a step is counted in a part of an hour, and in no history", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const { id } = await givenInstance(store);
  await move(store, id, { status: "cancelled", endedAt: T0 + 5_000 });
  // As when something is written to an instance that has ended.
  await move(store, id, { status: "cancelled", endedAt: T0 + 5_000 });
  // At once, by itself and among others.
  const atOnce = { status: "completed", endedAt: T0 + 6_000 } as const;
  await givenInstance(store, atOnce);
  await commitAll(store, [await newUnit(store, atOnce), await newUnit(store, atOnce)]);
  const part = { groupBy: "process", from: T0 + 1_000, to: T0 + 9_000 } as const;
  assert.deepEqual((await store.kpis(part)).map(({ key, count }) => [key, count]), [["order", 4]]);
  assert.deepEqual(await store.kpis({ from: T0 + 1_000, to: T0 + 9_000 }), []);
  assert.deepEqual(await store.kpis(), []);
  assert.deepEqual(await store.listSteps(id), []);
  assert.deepEqual(await store.listSteps(id, { after: -1 }), []);
  await store.rebuildKpis();
  assert.deepEqual(await store.kpis(), []);
  assert.deepEqual((await store.kpis({ groupBy: "process" })).map(({ count }) => count), [4]);
});

async function move(store: Store, id: string, change: Partial<Unit>): Promise<void> {
  await commitAll(store, [changeOf(await load(store, id), change)]);
}
