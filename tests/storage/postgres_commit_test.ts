import assert from "node:assert/strict";
import pg from "pg";
import { PostgresStore } from "../../storage/postgres.ts";
import {
  changeOf,
  commitAll,
  givenInstance,
  job,
  leaseOne,
  load,
  newIds,
  newUnit,
} from "../contract/given.ts";
import { cuttingProxy } from "../support/cutting_proxy.ts";
import { storeDatabase } from "../support/postgres.ts";

Deno.test("a unit that the database refuses takes none of a hundred others down", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  const units = await Promise.all(Array.from({ length: 101 }, () => newUnit(store)));
  // Two steps with one sequence: only the database notices.
  const step = {
    sequence: 1,
    elementId: "a",
    elementType: "serviceTask",
    status: "completed",
    startedAt: 0,
    endedAt: 0,
  } as const;
  units[40] = { ...units[40], steps: [step, step] };
  units[70] = { ...units[70], steps: [{ ...step, elementId: "half \ud800" }] };
  const results = await store.commit(units);
  results.forEach(({ outcome }, i) => {
    assert.equal(outcome, i === 40 || i === 70 ? "rejected" : "committed", String(i));
  });
  assert.equal((await store.loadInstances(units.map((unit) => unit.instanceId))).length, 99);
});

Deno.test("a commit whose answer is lost is unknown; sent again, it is not applied twice", async () => {
  await using database = await storeDatabase();
  await using proxy = cuttingProxy(database.url);
  await using store = await PostgresStore.open(proxy.url);
  const instance = await givenInstance(store);
  const change = changeOf(instance, { state: '{"moved":1}' });
  const created = await newUnit(store);
  await commitAll(store, [await newUnit(store)]); // a connection is set up for small commits

  proxy.cutting = true;
  const results = await store.commit([change, created]);
  assert.deepEqual(results.map(({ outcome }) => outcome), ["unknown", "unknown"]);
  proxy.cutting = false;

  const again = await store.commit([change, created]);
  assert.deepEqual(again, [{ outcome: "conflict" }, {
    outcome: "duplicate",
    instanceId: created.instanceId,
  }]);
  assert.equal((await load(store, instance.id)).revision, 2);
  assert.equal((await load(store, created.instanceId)).revision, 1);
});

Deno.test("a commit that cannot reach the database is unknown, and the store works when it is back", async () => {
  await using database = await storeDatabase();
  await using proxy = cuttingProxy(database.url);
  await using store = await PostgresStore.open(proxy.url, { maxConnections: 2 });
  const units = await Promise.all([newUnit(store), newUnit(store), newUnit(store)]);
  proxy.cutting = true;
  for (const unit of units) assert.equal((await store.commit([unit]))[0].outcome, "unknown");
  proxy.cutting = false;
  const results = await store.commit(units);
  for (const { outcome } of results) assert.ok(outcome === "committed" || outcome === "duplicate", outcome);
  assert.equal((await store.loadInstances(units.map((unit) => unit.instanceId))).length, 3);
});

Deno.test("concurrent commits of one batch in both orders neither deadlock nor write twice", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  const instances = await Promise.all(Array.from({ length: 40 }, () => givenInstance(store)));
  const units = instances.map((instance) => changeOf(instance));
  const rounds = await Promise.all(
    Array.from({ length: 8 }, (_, i) => store.commit(i % 2 === 0 ? units : units.toReversed())),
  );
  const committed = rounds.flat().filter(({ outcome }) => outcome === "committed");
  assert.equal(committed.length, 40);
  for (const { outcome } of rounds.flat()) {
    assert.ok(["committed", "conflict", "busy"].includes(outcome), outcome);
  }
});

Deno.test("a hundred plain units are one round trip, and so is a lease with its instances", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  const units = await Promise.all(Array.from({ length: 100 }, async () => {
    const unit = await newUnit(store);
    const id = String(await store.reserveIds(1));
    return {
      ...unit,
      openJobs: [{ id, instanceId: unit.instanceId, type: "a", class: 2, dueAt: 0 } as const],
    };
  }));
  await commitAll(store, [await newUnit(store)]); // a connection is set up for commits
  let before = store.roundTrips;
  await commitAll(store, units);
  assert.equal(store.roundTrips - before, 1);
  before = store.roundTrips;
  const request = { worker: "w", wants: [{ type: "a", max: 100 }], max: 100, leaseMs: 1_000 };
  const { jobs, instances } = await store.leaseJobs(request);
  assert.deepEqual([jobs.length, instances.length, store.roundTrips - before], [100, 100, 1]);
});

Deno.test("a unit whose job somebody has locked is busy where none may wait, and stands when it is free", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url, { namedStatements: false });
  const [jobId] = await newIds(store, 1);
  const instance = await givenInstance(store, { openJobs: [job(jobId)] });
  const { leaseNo } = await leaseOne(store);
  const done = changeOf(instance, { leases: [{ jobId, leaseNo }], closeJobs: [jobId] });
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query("begin");
    await other.query("select from baton.jobs where id = $1 for update", [jobId]);
    assert.deepEqual((await store.commit([done])).map(({ outcome }) => outcome), ["busy"]);
    await other.query("rollback");
  } finally {
    await other.end();
  }
  await commitAll(store, [done]);
});
