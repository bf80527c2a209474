import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import { type LeaseRequest, StoreError } from "../../storage/store.ts";
import { changeOf, commitAll, givenInstance, givenJobs, lease, load, newUnit } from "../contract/given.ts";
import { sql, storeDatabase } from "../support/postgres.ts";

Deno.test("what a joined store commits stands or falls with the user's rows", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  await sql(database.url, "create table orders (id int)");
  const lost = await newUnit(store);
  await assert.rejects(
    store.transaction(async (tx) => {
      await tx.query("insert into orders values ($1)", [1]);
      assert.deepEqual(await store.join(tx).commit([lost]), [{ outcome: "committed", revision: 1 }]);
      throw new Error("changed my mind");
    }),
    /changed my mind/,
  );
  assert.deepEqual(await store.loadInstances([lost.instanceId]), []);
  const kept = await newUnit(store);
  await store.transaction(async (tx) => {
    await tx.query("insert into orders values ($1)", [2]);
    await store.join(tx).commit([kept]);
    assert.deepEqual(await store.loadInstances([kept.instanceId]), [], "nobody else sees it yet");
  });
  assert.equal((await load(store, kept.instanceId)).revision, 1);
  assert.deepEqual(await sql(database.url, "select id from orders"), [{ id: 2 }]);
});

Deno.test("a transaction in which a failed statement was swallowed is not said to have been committed", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  await sql(database.url, "create table orders (id int)");
  const unit = await newUnit(store);
  await assert.rejects(
    store.transaction(async (tx) => {
      await store.join(tx).commit([unit]);
      await tx.query("insert into orders values ($1)", [1]);
      await tx.query("select 1 / 0", []).catch(() => {}); // the server will answer COMMIT with a rollback
    }),
    (error) => error instanceof StoreError && /a statement in it failed/.test(error.message),
  );
  assert.deepEqual(await store.loadInstances([unit.instanceId]), []);
  assert.deepEqual(await sql(database.url, "select id from orders"), []);
});

Deno.test("a refused unit leaves the user's transaction usable", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  const holder = await newUnit(store, { created: { uniqueKey: "k" } });
  await commitAll(store, [holder]);
  const results = await store.transaction(async (tx) => {
    const joined = store.join(tx);
    const bad = await joined.commit([await newUnit(store, { businessKey: "x", state: "a\0b" } as never)]);
    const second = await joined.commit([await newUnit(store, { created: { uniqueKey: "k" } })]);
    const good = await joined.commit([await newUnit(store)]);
    return [...bad, ...second, ...good];
  });
  assert.deepEqual(results.map(({ outcome }) => outcome), ["rejected", "duplicate", "committed"]);
  assert.deepEqual(results[1], { outcome: "duplicate", instanceId: holder.instanceId });
});

Deno.test("an instance that a transaction holds is busy, and its neighbours are not", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  const [held, free] = [await givenInstance(store), await givenInstance(store)];
  await store.transaction(async (tx) => {
    const [locked] = await store.join(tx).loadInstances([held.id], { lock: true });
    const results = await store.commit([changeOf(held), changeOf(free)]);
    assert.deepEqual(results.map(({ outcome }) => outcome), ["busy", "committed"]);
    assert.deepEqual(await store.join(tx).commit([changeOf(locked)]), [{
      outcome: "committed",
      revision: 2,
    }]);
  });
  assert.equal((await load(store, held.id)).revision, 2);
});

Deno.test("jobs whose rows a transaction holds are passed over by every kind of lease", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  const kinds: Record<string, (ids: readonly string[]) => Partial<LeaseRequest>> = {
    many: () => ({}),
    few: () => ({}), // the queue was empty just now
    told: (told) => ({ told }),
    "by id": (jobIds) => ({ jobIds }),
  };
  for (const [kind, options] of Object.entries(kinds)) {
    const ids = await givenJobs(store, 3);
    const leased = async () => (await lease(store, options(ids))).jobs.map(({ id }) => id).sort();
    await store.transaction(async (tx) => {
      await tx.query("select from baton.jobs where id = $1 for update", [ids[1]]);
      assert.deepEqual(await leased(), [ids[0], ids[2]].sort(), kind);
    });
    assert.deepEqual(await leased(), [ids[1]], kind);
    assert.deepEqual(await leased(), [], kind);
  }
});

Deno.test("join() refuses a transaction with an older snapshot than its locks", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  await assert.rejects(
    store.transaction(async (tx) => {
      await tx.query("set transaction isolation level repeatable read");
      await store.join(tx).loadInstances(["1"]);
    }),
    (error) => error instanceof StoreError && /repeatable read/.test(error.message),
  );
});

Deno.test("rows can be locked only in a joined transaction", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  await assert.rejects(store.loadInstances(["1"], { lock: true }), TypeError);
});
