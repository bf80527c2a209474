import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import { sql, storeDatabase } from "../support/postgres.ts";
import { runWithKills } from "./kill_workers.ts";

Deno.test("PostgreSQL: workers killed at random lose no order and repeat no step", async () => {
  await using database = await storeDatabase();
  await sql(database.url, "create table public.payments (instance_id bigint not null)");
  await using store = await PostgresStore.open(database.url, { migrate: false });
  await runWithKills({
    name: "kill_postgres",
    store,
    place: database.url,
    instances: 300,
    workers: 3,
    kills: 6,
  });
  const [counts] = await sql(
    database.url,
    `select (select count(*) from baton.instances where status = 'completed') as completed,
            (select count(*) from baton.instances) as instances,
            (select count(*) from baton.steps) as steps,
            (select count(distinct (instance_id, sequence)) from baton.steps) as different_steps,
            (select count(*) from baton.steps where status <> 'completed') as other_steps,
            (select count(*) from baton.jobs) as jobs,
            (select count(*) from baton.subscriptions) as subscriptions,
            (select count(*) from baton.incidents) as incidents,
            (select count(*) from public.payments) as payments,
            (select count(distinct instance_id) from public.payments) as paid`,
  );
  assert.deepEqual(counts, {
    completed: "300",
    instances: "300",
    steps: "2400",
    different_steps: "2400",
    other_steps: "0",
    jobs: "0",
    subscriptions: "0",
    incidents: "0",
    payments: "300",
    paid: "300",
  });
});
