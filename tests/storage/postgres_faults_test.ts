import assert from "node:assert/strict";
import pg from "pg";
import { failureOf, passing } from "../../storage/postgres/failures.ts";
import { Patience } from "../../storage/postgres/patience.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { changeOf, givenInstance, load, newUnit } from "../contract/given.ts";
import { cuttingProxy } from "../support/cutting_proxy.ts";
import { sql, testDatabase } from "../support/postgres.ts";

function serverError(code: string): Error {
  return Object.assign(new Error(`error ${code}`), { code });
}

Deno.test("each error of PostgreSQL that passes ends in a retry or in unknown, never in a refusal", () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    lost: [
      ...["08000", "08001", "08003", "08004", "08006", "08P01", "57P01", "57P02", "57P03", "57P04", "57P05"],
      ...["25P03", "25P04", "ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH"],
    ],
    later: ["25006", "53000", "53100", "53300", "53400", "58000", "58030", "58P01"],
    "too-much": ["57014", "53200"],
    collision: ["40001", "40P01"],
    timeout: ["55P03"],
    other: ["42P01", "42501", "XX000", "XX001", "25P02", "55000", "0A000"],
    data: ["22P02", "22021", "23505", "23514", "54000", "54001"],
  };
  for (const [failure, codes] of Object.entries(expected)) {
    for (const code of codes) assert.equal(failureOf(serverError(code)), failure, code);
  }
  const messages = [
    "Connection terminated",
    "Connection terminated unexpectedly",
    "Query read timeout",
    "timeout expired",
    "timeout exceeded when trying to connect",
    "Client has encountered a connection error and is not queryable",
    "Client was closed and is not queryable",
  ];
  for (const message of messages) assert.equal(failureOf(new Error(message)), "lost", message);
  for (const code of ["57P01", "25006", "53100"]) assert.equal(passing(serverError(code)), "away", code);
  for (const code of ["40001", "40P01", "55P03", "57014", "25P03"]) {
    assert.equal(passing(serverError(code)), "busy", code);
  }
  for (const code of ["23505", "42501", "XX000"]) assert.equal(passing(serverError(code)), undefined, code);
});

Deno.test("a statement that was too slow gets more time when it is sent again, and the usual once it is quick", async () => {
  const patience = new Patience(10);
  const slow = () => Promise.reject(new Error("Query read timeout"));
  await Promise.allSettled([patience.wait("commit_units", slow), patience.wait("commit_units", slow)]);
  assert.equal(patience.limitMs("commit_units"), 20, "two at once are late for one reason");
  await assert.rejects(patience.wait("commit_units", slow));
  assert.equal(patience.limitMs("commit_units"), 40);
  assert.equal(patience.limitMs("lease_jobs"), 10);
  await patience.wait("commit_units", () => Promise.resolve());
  assert.equal(patience.limitMs("commit_units"), 10);
});

/** What gives up soon: on a busy machine even before it is done. */
async function inTime<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await work();
    } catch (error) {
      if (failureOf(error) !== "lost" || tries === 100) throw error;
    }
  }
}

function openInTime(url: string, timeoutMs: number): Promise<PostgresStore> {
  return inTime(() => PostgresStore.open(url, { migrate: false, timeoutMs }));
}

Deno.test("a connection that is dead without a word is given up: unknown, and applied once when sent again", async () => {
  await using database = await testDatabase();
  await using proxy = cuttingProxy(database.url);
  await using patient = await PostgresStore.open(database.url, { migrate: false });
  await using store = await openInTime(proxy.url, 300);
  const instance = await givenInstance(patient);
  const change = changeOf(instance, { state: '{"moved":1}' });
  await inTime(() => store.now());

  proxy.silent = true;
  const [result] = await store.commit([change]);
  assert.equal(result.outcome, "unknown");
  await assert.rejects(store.now(), "nor is there a new connection");
  assert.equal((await load(patient, instance.id)).revision, 1, "it came nowhere");
  proxy.silent = false;

  const outcomes: string[] = [];
  do {
    const [{ outcome }] = await store.commit([change]);
    outcomes.push(outcome);
  } while (outcomes.at(-1) === "unknown" && outcomes.length < 100);
  // On a busy machine its answer may come too late, once it is written.
  assert.ok(
    outcomes.at(-1) === "committed" || (outcomes.length > 1 && outcomes.at(-1) === "conflict"),
    `${outcomes}`,
  );
  assert.equal((await load(patient, instance.id)).revision, 2);
});

Deno.test("a transaction that waits on a dead connection ends when it is given up", async () => {
  await using database = await testDatabase();
  await using proxy = cuttingProxy(database.url);
  await using store = await openInTime(proxy.url, 300);
  const given = new AbortController();
  const transaction = store.transaction(async (tx) => {
    await tx.query("select 1");
    proxy.silent = true;
    const answer = tx.query("select 2");
    given.abort();
    return await answer;
  }, { signal: given.signal });
  const error = await transaction.then(() => assert.fail("it ended well"), (error) => error);
  assert.equal(store.passing(error), "away");
  proxy.silent = false;
  assert.ok(await inTime(() => store.now()) > 0);
});

Deno.test("whoever listens notices that its connection is dead, and listens on a new one", async () => {
  await using database = await testDatabase();
  await using proxy = cuttingProxy(database.url);
  await using store = await openInTime(proxy.url, 50);
  await using other = await PostgresStore.open(database.url, { migrate: false });
  let heard = () => {};
  await using _listening = await store.listen(() => heard());
  proxy.silent = true;
  proxy.silent = false; // the connection that listens stays dead
  const again = new Promise<void>((resolve) => heard = resolve);
  await again; // told after it has connected anew
  const notified = new Promise<void>((resolve) => heard = resolve);
  other.notify();
  await notified;
});

Deno.test("a session that is ended in the packet that lends it does not end the process", async () => {
  await using database = await testDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 3 });
  // As the client does when both messages come in one packet: before anybody who waits for the connection can run.
  let told = 0;
  pool.on("acquire", (client) =>
    queueMicrotask(() => {
      told++;
      client.emit("error", serverError("57P01"));
    }));
  await using store = await PostgresStore.open(pool, { migrate: false });
  assert.ok(await store.now() > 0);
  assert.ok(told > 0);
  await pool.end();
});

Deno.test("what a role's defaults are, the store's own sessions are READ COMMITTED", async () => {
  await using database = await testDatabase();
  const address = new URL(database.url);
  const name = address.pathname.slice(1);
  await sql(database.url, `alter database ${name} set default_transaction_isolation = 'serializable'`);
  await using store = await PostgresStore.open(database.url, { migrate: false });
  await store.now();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  try {
    // In an application's own pool sessions stay as they are: slower, but right.
    await using strict = await PostgresStore.open(pool, { migrate: false });
    for (const each of [store, strict]) {
      const instances = await Promise.all(Array.from({ length: 20 }, () => givenInstance(each)));
      const units = instances.map((instance) => changeOf(instance));
      const rounds = await Promise.all([each.commit(units), each.commit(units.toReversed())]);
      const outcomes = rounds.flat().map(({ outcome }) => outcome);
      assert.ok(
        outcomes.every((outcome) => ["committed", "conflict", "busy"].includes(outcome)),
        `${outcomes}`,
      );
      assert.ok(outcomes.filter((outcome) => outcome === "committed").length <= 20);
      for (const { id } of instances) assert.ok((await load(each, id)).revision <= 2);
    }
  } finally {
    await pool.end();
  }
});

Deno.test("a read-only server is away: nothing fails, and the connection to it is not used again", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url, { migrate: false, maxConnections: 1 });
  const unit = await newUnit(store);
  await store.commit([await newUnit(store)]); // the tenant is known
  const name = new URL(database.url).pathname.slice(1);
  await sql(database.url, `alter database ${name} set default_transaction_read_only = on`);
  await sql(
    database.url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  // Whoever is told to end says so to its client first: what is sent before that would have an unknown end.
  const others =
    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  while ((await sql(database.url, others)).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const [refused] = await store.commit([unit]);
  assert.equal(refused.outcome, "busy");
  await sql(
    database.url,
    `begin read write; alter database ${name} reset default_transaction_read_only; commit`,
  );
  // The session that was read-only would be so still.
  const [result] = await store.commit([unit]);
  assert.equal(result.outcome, "committed");
});
