/**
 * Records what this release stores in its databases, for the releases to come: `tests/upgrades/fixtures/NAME/` has a
 * dump of a PostgreSQL database, all entries of a Deno KV, and what must come of both. Processes are cut off in the
 * middle, as by a crash: see `tests/support/stored/`. Run it once per release that stores something new; what is
 * recorded is never written again, but for the release that is being made (`--again`).
 *
 *     deno run -A tools/record_stores.ts NAME [--again]
 */
import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../mod.ts";
import { KvStore } from "../storage/kv.ts";
import { MemoryStore } from "../storage/memory.ts";
import { PostgresStore } from "../storage/postgres.ts";
import type { Store } from "../storage/store.ts";
import { createWorker } from "../worker.ts";
import { faultStore } from "../tests/support/fault_store.ts";
import { sql, testDatabase } from "../tests/support/postgres.ts";
import { REPEATING, STORED_CASES, type StoredCase } from "../tests/support/stored/cases.ts";
import {
  endOf,
  finish,
  FinishClock,
  HANDLERS,
  type Outside,
  type TenantEnd,
  type World,
} from "../tests/support/stored/finish.ts";
import { dumpKv, loadKv } from "../tests/support/stored/kv_entries.ts";

const STARTED_AT = Date.UTC(2026, 0, 1);
/** So many moments of each case. */
const CUTS = 4;
/** Between the starts of timers that repeat: a week, for the calendar. All other cases together take less than a day. */
const DAYS = 7;

/** What must come of a fixture. */
export interface Expected {
  /** When it was recorded, by the store's clock. */
  readonly at: number;
  /** What comes from outside. */
  readonly world: World;
  readonly ends: Readonly<Record<string, TenantEnd>>;
}

/** Starts a case for a tenant. */
async function begin(store: Store, clock: FinishClock, tenant: string, test: StoredCase): Promise<void> {
  await using engine = await createEngine({ store, closeStore: false, logger: silentLogger, clock, tenant });
  await engine.deploy(test.xml);
  for (const [index, [key, variables]] of test.starts.entries()) {
    const { id } = await engine.start(key, {
      variables,
      businessKey: `start-${index}`,
      uniqueBusinessKey: true,
    });
    await engine.addNote(id, `of ${test.name}`);
  }
}

/** Broken handlers fail for good, as they did before they were mended. */
const OLD_HANDLERS = { ...HANDLERS, broken: () => Promise.reject(new Error("not mended yet")) };

/** @returns How many calls to the store it took. */
async function play(store: Store, clock: FinishClock, world: World, dieAt: number): Promise<number> {
  const faults = faultStore(store, (call) => call === dieAt ? { kind: "during", mode: "crash" } : undefined);
  // What is broken is mended when all else was done once: after so many attempts.
  let attempts = 0;
  const broken = () => ++attempts > 6 ? {} : OLD_HANDLERS.broken();
  const work = finish(faults.store, clock, world, { ...OLD_HANDLERS, broken });
  work.catch(() => {}); // awaited next
  await Promise.race([work, faults.crashed]);
  return faults.calls.length;
}

async function isOver(store: Store, clock: FinishClock, world: World): Promise<readonly TenantEnd[]> {
  await finish(store, clock, world);
  return await Promise.all(Object.keys(world).map((tenant) => endOf(store, tenant)));
}

/** Fills a store with instances in the middle of their lives. @returns What comes from outside. */
async function fill(store: Store, clock: FinishClock): Promise<World> {
  const world: Record<string, Outside> = {};
  await store.migrate();
  await repeat(store, clock, world);
  for (const test of STORED_CASES) {
    const outside = test.outside ?? {};
    const calls = await callsOf(test);
    for (let cut = 0; cut < CUTS; cut++) {
      const tenant = `${test.name}-${cut}`;
      world[tenant] = outside;
      await begin(store, clock, tenant, test);
      if (cut > 0) await play(store, clock, { [tenant]: outside }, Math.ceil(calls * cut / CUTS));
    }
    // Sums there are, and what is not summed up yet.
    if (test.name === "compensation") await store.maintain?.();
  }
  await leaseItems(store, "crowd-0");
  await useCommands(store, clock, world);
  return world;
}

/** Timers that have fired several times, some times, and never. */
async function repeat(store: Store, clock: FinishClock, world: Record<string, Outside>): Promise<void> {
  await using worker = await createWorker({
    store,
    closeStore: false,
    logger: silentLogger,
    clock,
    handlers: HANDLERS,
    cleanup: false,
  });
  for (let cut = 0; cut < CUTS; cut++) {
    for (let day = 0; cut > 0 && day < DAYS; day++) {
      clock.advance(24 * 3_600_000);
      await worker.drain();
    }
    const tenant = `${REPEATING.name}-${cut}`;
    world[tenant] = {};
    await begin(store, clock, tenant, REPEATING);
  }
}

async function callsOf(test: StoredCase): Promise<number> {
  const clock = new FinishClock(STARTED_AT);
  const store = new MemoryStore({ clock: () => clock.now() });
  await begin(store, clock, test.name, test);
  return await play(store, clock, { [test.name]: test.outside ?? {} }, Infinity);
}

/** A process keeps outcomes of a crowd in its jobs' rows, and dies; it has leased more. */
async function leaseItems(store: Store, tenant: string): Promise<void> {
  const wants = [{ type: "work", max: 40 }];
  const { jobs } = await store.leaseJobs({
    worker: "dies soon",
    wants,
    max: 40,
    leaseMs: 30_000,
    tenants: [tenant],
  });
  const ends = jobs.slice(0, 20).map((job) => ({
    jobId: job.id,
    leaseNo: job.leaseNo,
    outcome: JSON.stringify({
      command: { jobId: job.id, kind: "completeJob", variables: { [`did-${job.elementId}`]: true } },
    }),
  }));
  const { results } = await store.endJobs(ends, "crowd");
  assert.ok(results.length === 20 && results.every((result) => result === "kept"));
}

/** What people and programs did before the upgrade. */
async function useCommands(store: Store, clock: FinishClock, world: Record<string, Outside>): Promise<void> {
  const test = STORED_CASES.find(({ name }) => name === "people");
  assert.ok(test);
  for (const tenant of ["suspended", "cancelled", "failed", "incident", "claimed"]) {
    world[tenant] = {};
    await begin(store, clock, tenant, test);
    await using engine = await createEngine({
      store,
      closeStore: false,
      logger: silentLogger,
      clock,
      tenant,
    });
    const [{ id }] = (await engine.instances()).items;
    if (tenant === "suspended") {
      // More than Deno KV takes as one value.
      await engine.setVariables(id, { big: "0123456789".repeat(6_400) });
      await engine.suspend(id);
    }
    if (tenant === "cancelled") await engine.cancel(id, "by mistake");
    if (tenant === "failed") await engine.fail(id, "given up");
    if (tenant === "claimed") {
      for (const task of (await engine.userTasks.list()).items) {
        if (task.elementId === "U") await engine.userTasks.claim(task.id, "eve");
      }
    }
    if (tenant === "incident") {
      const handlers = OLD_HANDLERS;
      await using worker = await createWorker({
        store,
        closeStore: false,
        logger: silentLogger,
        clock,
        handlers,
        retries: 0,
        tenants: [tenant],
        cleanup: false,
      });
      await worker.drain();
      assert.equal((await engine.incidents.list()).items.length, 1);
    }
  }
}

/** A dump as an administrator makes it, without what only newer servers or `psql` understand. */
async function dumpPostgres(url: string): Promise<string> {
  const binary = (await Array.fromAsync(Deno.readDir("/usr/lib/postgresql")))
    .map(({ name }) => `/usr/lib/postgresql/${name}/bin/pg_dump`).sort()[0] ?? "pg_dump";
  const args = ["--column-inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges", url];
  const { success, stdout, stderr } = await new Deno.Command(binary, { args }).output();
  if (!success) throw new Error(`Cannot dump "${url}": ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => !/^(\\|--|SET (?!check_function_bodies)|SELECT pg_catalog\.set_config)/.test(line))
    .join("\n").replaceAll(/\n{3,}/g, "\n\n").trim() + "\n";
}

async function recordPostgres(): Promise<{ text: string; at: number; world: World; ends: unknown }> {
  await using database = await testDatabase({ empty: true });
  const clock = new FinishClock(STARTED_AT);
  const store = await PostgresStore.open(database.url, { clock: () => clock.now() });
  try {
    const world = await fill(store, clock);
    const text = await dumpPostgres(database.url);
    await using copy = await testDatabase({ empty: true });
    await sql(copy.url, text);
    const at = clock.now();
    const ends = await isOver(store, clock, world);
    return { text, at, world, ends };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function recordKv(): Promise<{ text: string; at: number; world: World; ends: unknown }> {
  const kv = await Deno.openKv(":memory:");
  const clock = new FinishClock(STARTED_AT);
  const store = await KvStore.open(kv, { clock: () => clock.now() });
  const world = await fill(store, clock);
  const text = await dumpKv(kv);
  const copy = await Deno.openKv(":memory:");
  await loadKv(copy, text);
  assert.equal(await dumpKv(copy), text);
  copy.close();
  const at = clock.now();
  const ends = await isOver(store, clock, world);
  await store[Symbol.asyncDispose]();
  kv.close();
  return { text, at, world, ends };
}

/** Without any fault or cut. */
async function straight(world: World): Promise<readonly TenantEnd[]> {
  const clock = new FinishClock(STARTED_AT);
  const store = new MemoryStore({ clock: () => clock.now() });
  for (let cut = 0; cut < CUTS; cut++) await begin(store, clock, `${REPEATING.name}-${cut}`, REPEATING);
  for (const test of STORED_CASES) {
    for (let cut = 0; cut < CUTS; cut++) await begin(store, clock, `${test.name}-${cut}`, test);
  }
  await useCommands(store, clock, {});
  return await isOver(store, clock, world);
}

const [name, flag] = Deno.args;
if (!/^[a-z0-9_]+$/.test(name ?? "") || !["--again", undefined].includes(flag)) {
  console.error("Usage: record_stores.ts NAME [--again], in lower case");
  Deno.exit(2);
}
const postgres = await recordPostgres();
const kv = await recordKv();
assert.deepEqual(kv.world, postgres.world);
assert.deepEqual(kv.ends, postgres.ends);
assert.deepEqual(kv.ends, await straight(kv.world));
const tenants = Object.keys(kv.world);
const ends = kv.ends as TenantEnd[];
const expected: Expected = {
  at: Math.max(postgres.at, kv.at),
  world: kv.world,
  ends: Object.fromEntries(tenants.map((tenant, index) => [tenant, ends[index]])),
};
const folder = new URL(`../tests/upgrades/fixtures/${name}/`, import.meta.url);
if (flag === undefined) await Deno.mkdir(folder);
await Deno.writeTextFile(new URL("postgres.sql", folder), postgres.text);
await Deno.writeTextFile(new URL("kv.jsonl", folder), kv.text);
const lines = tenants.map((tenant) => `${JSON.stringify(tenant)}: ${JSON.stringify(expected.ends[tenant])}`);
await Deno.writeTextFile(
  new URL("expected.json", folder),
  `{"at": ${expected.at}, "world": ${JSON.stringify(expected.world)}, "ends": {\n${lines.join(",\n")}\n}}\n`,
);
console.log(`${tenants.length} tenants in ${folder.pathname}`);
// Processes that were cut off wait for ever for an answer.
Deno.exit(0);
