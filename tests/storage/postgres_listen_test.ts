import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import { Database } from "../../storage/postgres/client.ts";
import { Notifier } from "../../storage/postgres/listen.ts";
import type { NewJob } from "../../storage/store.ts";
import { job, newUnit, T0 } from "../contract/given.ts";
import { sql, storeDatabase } from "../support/postgres.ts";

Deno.test("listeners of another process hear of new jobs, once for many notifications", async () => {
  await using database = await storeDatabase();
  await using one = await PostgresStore.open(database.url);
  await using other = await PostgresStore.open(database.url);
  let calls = 0;
  let heard = Promise.withResolvers<void>();
  await using _listening = await other.listen(() => {
    calls++;
    heard.resolve();
  });
  for (;;) {
    const before = one.roundTrips;
    const began = performance.now();
    for (let i = 0; i < 100; i++) one.notify();
    const tookMs = performance.now() - began;
    await heard.promise;
    // A process that stands still for so long meanwhile may notify twice.
    if (tookMs >= 5) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      calls = 0;
      heard = Promise.withResolvers();
      continue;
    }
    assert.deepEqual([calls, one.roundTrips - before], [1, 1]);
    break;
  }
});

Deno.test("a notification goes within a start's transaction when that is rare and quick, else behind it", async () => {
  const options = { schema: "baton", maxConnections: 1, namedStatements: true, timeoutMs: 1_000 };
  await using notifier = new Notifier(new Database("postgres://localhost/none", options)); // which is not asked
  const first = notifier.claim(["7", "8"]);
  assert.deepEqual(first, { channel: "baton", payload: "7,8", within: true });
  notifier.took(24);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(notifier.claim([])?.within, true);
  notifier.took(26); // others wait for the lock of the cluster
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(notifier.claim([])?.within, false);
});

Deno.test("a commit tells listeners of what it has opened, and no oftener than notify()", async () => {
  await using database = await storeDatabase();
  await using one = await PostgresStore.open(database.url);
  await using other = await PostgresStore.open(database.url);
  const heard = Promise.withResolvers<number>();
  const unit = await newUnit(one);
  let told = false;
  await using _listening = await other.listen(async () => {
    if (told) return; // of the second one, when the store may be closed
    told = true;
    heard.resolve((await other.loadInstances([unit.instanceId])).length);
  });
  assert.deepEqual(await one.commit([unit], { notify: true }), [
    { outcome: "committed", revision: 1, notified: true },
  ]);
  assert.equal(await heard.promise, 1, "what it was told of is there");
  const second = await newUnit(one);
  one.notify();
  one.notify(); // waits until a notification may be sent again
  assert.deepEqual(await one.commit([second], { notify: true }), [
    { outcome: "committed", revision: 1 },
  ]);
  const [refused] = await one.commit([await newUnit(one, { state: "a\0b" })], { notify: true });
  assert.equal(refused.outcome, "rejected");
});

Deno.test("a commit names the jobs that are due, if they are few; whatever else is said is heard as nothing", async () => {
  await using database = await storeDatabase();
  await using one = await PostgresStore.open(database.url);
  await using other = await PostgresStore.open(database.url);
  let heard = Promise.withResolvers<readonly string[] | undefined>();
  await using _listening = await other.listen((ids) => heard.resolve(ids));
  const told = async (work: () => Promise<unknown>) => {
    heard = Promise.withResolvers();
    await new Promise((resolve) => setTimeout(resolve, 10)); // a notification may be sent again
    await work();
    return await heard.promise;
  };
  const first = await one.reserveIds(20);
  const openJobs = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => job(String(first + from + i)));
  const open = async (jobs: NewJob[]) => {
    const unit = await newUnit(one, { openJobs: jobs });
    assert.equal((await one.commit([unit], { notify: true }))[0].outcome, "committed");
  };
  const later = job(String(first + 2), { dueAt: T0 + 1 });
  const leased = job(String(first + 3), { lease: { worker: "w", leaseMs: 1_000 } });
  const held = job(String(first + 4), { dueAt: null, held: "suspended" });
  assert.deepEqual(await told(() => open([...openJobs(2, 0), later, leased, held])), [
    String(first),
    String(first + 1),
  ]);
  assert.deepEqual(await told(() => open(openJobs(9, 5))), []);
  for (const [payload, ids] of [["1,x,'; drop,-3,4", ["1", "4"]], ["", []], ["9".repeat(30), []]] as const) {
    assert.deepEqual(await told(() => sql(database.url, `select pg_notify('baton', $$${payload}$$)`)), ids);
  }
});

Deno.test("a listener whose connection broke is woken, and hears again", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  let heard = Promise.withResolvers<void>();
  await using _listening = await store.listen(() => heard.resolve());
  await sql(
    database.url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'",
  );
  await heard.promise; // it may have missed a notification meanwhile
  heard = Promise.withResolvers<void>();
  store.notify();
  await heard.promise;
});

Deno.test("a store outlives connections that the server ends", async () => {
  await using database = await storeDatabase();
  await using store = await PostgresStore.open(database.url);
  await store.now();
  await sql(
    database.url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  // The first use may meet a dead connection; the one after it must not.
  await store.now().catch(() => {});
  assert.ok(await store.now() > 0);
});
