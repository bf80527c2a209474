/**
 * What earlier releases have left in their databases comes to its end: a dump of PostgreSQL and the entries of a
 * Deno KV, recorded in the middle of what they did (`tools/record_stores.ts`), and never written again.
 */
import assert from "node:assert/strict";
import { checkInstances } from "../../cli/doctor/instances.ts";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { sql, testDatabase } from "../support/postgres.ts";
import { endOf, finish, FinishClock, type TenantEnd, type World } from "../support/stored/finish.ts";
import { loadKv } from "../support/stored/kv_entries.ts";

const FIXTURES = new URL("fixtures/", import.meta.url);
/** The upgrade takes its time: leases are over. */
const LATER_MS = 3_600_000;

interface Expected {
  readonly at: number;
  readonly world: World;
  readonly ends: Readonly<Record<string, TenantEnd>>;
}

/** What fixtures must have, so that they show something: by table and condition. */
const ROWS = [
  ...["running", "suspended", "cancelled", "failed", "completed"].map((status) =>
    `instances where status = '${status}'`
  ),
  "instances where parent_id is not null",
  "instances where unique_key is not null",
  "instances where locals is not null",
  "jobs where type = 'work' and worker is null and due_at is not null",
  "jobs where worker is not null",
  "jobs where failures > 0 and attempts is not null",
  ...["incident", "suspended", "ended"].map((held) => `jobs where held = '${held}'`),
  ...["timer", "collect"].map((type) => `jobs where type = 'baton:${type}'`),
  "jobs where instance_id is null",
  `jobs where type = 'baton:timer' and payload like '%"left":1,%'`,
  ...['"every":"R/P7D"', '"left":2,"every":"R3/P7D"', '"every":"0 0 * * SUN"'].map((timer) =>
    `instances where state like '%${timer}%'`
  ),
  ...["message", "signal"].map((kind) => `subscriptions where kind = '${kind}' and instance_id is not null`),
  ...["message", "conditional"].map((kind) => `subscriptions where kind = '${kind}' and instance_id is null`),
  "user_tasks where status = 'open' and assignee = 'eve'",
  "user_tasks where status = 'open' and candidate_groups <> '{}'",
  "user_tasks where status = 'completed'",
  ...["incidents", "messages", "messages_taken", "notes", "variables_index", "steps"],
  ...["kpi_deltas", "kpi_sums", "definitions"],
];

async function comesToItsEnd(store: Store, clock: FinishClock, { world, ends }: Expected): Promise<void> {
  const { findings, looked } = await checkInstances(store, undefined, 10_000);
  assert.deepEqual(findings, [], "the doctor finds nothing wrong");
  assert.ok(looked > 20, `${looked} instances are open`);
  await finish(store, clock, world);
  for (const [tenant, end] of Object.entries(ends)) {
    assert.deepEqual(JSON.parse(JSON.stringify(await endOf(store, tenant))), end, tenant);
  }
}

const names = [...Deno.readDirSync(FIXTURES)].filter(({ isDirectory }) => isDirectory).map(({ name }) =>
  name
);
assert.ok(names.length > 0);

for (const name of names.sort()) {
  const read = (file: string) => Deno.readTextFile(new URL(`${name}/${file}`, FIXTURES));

  Deno.test(`${name}: what it left in PostgreSQL comes to its end`, async () => {
    await using database = await testDatabase({ empty: true });
    await sql(database.url, await read("postgres.sql"));
    for (const rows of ROWS) {
      const [{ count }] = await sql(database.url, `select count(*)::int from baton.${rows}`);
      assert.ok(Number(count) > 0, `there are ${rows}`);
    }
    const expected: Expected = JSON.parse(await read("expected.json"));
    const clock = new FinishClock(expected.at + LATER_MS);
    const store = await PostgresStore.open(database.url, { clock: () => clock.now() });
    try {
      await comesToItsEnd(store, clock, expected);
    } finally {
      await store[Symbol.asyncDispose]();
    }
  });

  Deno.test(`${name}: what it left in Deno KV comes to its end`, async () => {
    const kv = await Deno.openKv(":memory:");
    try {
      await loadKv(kv, await read("kv.jsonl"));
      const expected: Expected = JSON.parse(await read("expected.json"));
      const clock = new FinishClock(expected.at + LATER_MS);
      await using store = await KvStore.open(kv, { clock: () => clock.now() });
      await store.migrate();
      await comesToItsEnd(store, clock, expected);
    } finally {
      kv.close();
    }
  });
}
