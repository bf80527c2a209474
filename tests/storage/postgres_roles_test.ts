import assert from "node:assert/strict";
import { createEngine, silentLogger, StoreError } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { sql, testDatabase } from "../support/postgres.ts";
import { roles } from "../support/postgres_roles.ts";

const MODEL = bpmn(`
  start -> Work -> Wait -> end
  service Work: type=work
`);

async function refused(url: string, text: string): Promise<void> {
  await assert.rejects(sql(url, text), { code: "42501" }, text);
}

Deno.test("an application's role does all the work and cannot change the schema", async () => {
  await using database = await testDatabase();
  await using given = await roles(database.url, { rowLevelSecurity: false });
  const url = await given.login("shop");
  const store = await PostgresStore.open(url);
  assert.deepEqual(await store.migrate(), []);
  await using worker = await createWorker({
    store,
    handlers: { work: () => ({ done: true }) },
    logger: silentLogger,
  });
  const { engine } = worker;
  await engine.deploy(MODEL);
  const { id } = await engine.start("p", { businessKey: "b", uniqueBusinessKey: true, variables: { a: 1 } });
  await engine.run(id);
  const [task] = (await engine.userTasks.list()).items;
  await engine.userTasks.claim(task.id, "ann");
  await engine.userTasks.complete(task.id);
  await engine.publishMessage("m", { timeToLiveMs: 1_000 });
  await engine.addNote(id, "done");
  await worker.drain();
  assert.equal((await engine.getInstance(id)).status, "completed");
  assert.deepEqual(await store.audit(), []);
  assert.equal((await engine.history(id)).length, 4);
  assert.equal((await engine.kpis()).length, 4);
  await engine.rebuildKpis();
  assert.equal((await engine.kpis({ groupBy: "process" }))[0].count, 1);
  assert.deepEqual(
    await sql(url, "select distinct period from baton.kpi_sums"),
    [{ period: "open" }],
    "rolled up as this role",
  );
  // Partitions are dropped by a function of the owner's.
  await sql(database.url, "select setval('baton.ids', 33554432)");
  await sql(database.url, "select baton.add_steps_partitions(16777216)");
  const cleaned = await engine.cleanup({ defaultTtlMs: 0 });
  assert.deepEqual([cleaned.instances, cleaned.partitions > 0], [1, true]);
  await sql(url, "select baton.add_steps_partitions(1)");
  for (
    const text of [
      "create table baton.mine (a int)",
      "alter table baton.jobs add column a int",
      "drop table baton.notes",
      "create schema other",
      "truncate baton.jobs",
      "update baton.migrations set min_release = 99",
      "select setval('baton.ids', 1024)",
      "create or replace function baton.ms(timestamptz) returns bigint language sql as 'select 1::bigint'",
    ]
  ) await refused(url, text);
});

Deno.test("an application's role is told which migration is missing", async () => {
  await using database = await testDatabase();
  await using given = await roles(database.url, { rowLevelSecurity: false });
  const url = await given.login("shop");
  await sql(
    database.url,
    "delete from baton.migrations where version = (select max(version) from baton.migrations)",
  );
  await assert.rejects(
    PostgresStore.open(url),
    (error) => error instanceof StoreError && /migration "\w+" is missing.*may not/s.test(error.message),
  );
});

Deno.test("row level security: a role sees, changes and adds rows of its own tenant alone", async () => {
  await using database = await testDatabase();
  await using given = await roles(database.url, { rowLevelSecurity: true });
  const [acme, other, nobody, all] = [
    await given.login("acme"),
    await given.login("other"),
    await given.login("nobody"),
    await given.login("fleet"),
  ];
  for (const [name, tenant] of [["acme", "acme"], ["other", "other"], ["fleet", "*"]]) {
    await sql(database.url, "insert into baton.role_tenants values ($1, $2)", [given.roleOf(name), tenant]);
  }
  const ids: Record<string, string> = {};
  for (const [url, tenant] of [[acme, "acme"], [other, "other"]]) {
    await using engine = await createEngine({
      store: await PostgresStore.open(url),
      tenant,
      handlers: { work: () => {} },
      logger: silentLogger,
    });
    await engine.deploy(MODEL);
    ids[tenant] = (await engine.start("p", { variables: { card: tenant } })).id;
    await engine.run(ids[tenant]);
    await engine.addNote(ids[tenant], `of ${tenant}`);
    assert.equal((await engine.userTasks.list()).items.length, 1);
    // An application whose own filter is wrong still sees nothing.
    const spy = engine.forTenant(tenant === "acme" ? "other" : "acme");
    assert.deepEqual((await spy.instances()).items, []);
    assert.deepEqual((await spy.definitions()).items, []);
    await assert.rejects(spy.deploy(MODEL));
  }
  // Each role sums up, counts anew and deletes its own, whatever it asks for.
  for (const [url, tenant] of [[acme, "acme"], [other, "other"]]) {
    await using engine = await createEngine({
      store: await PostgresStore.open(url),
      tenant,
      logger: silentLogger,
    });
    assert.equal((await engine.kpis())[0].count, 1);
    await engine.rebuildKpis();
    const spy = engine.forTenant(tenant === "acme" ? "other" : "acme");
    assert.deepEqual(await spy.kpis(), []);
    assert.equal((await spy.cleanup({ defaultTtlMs: 0 })).instances, 0);
    assert.equal((await engine.cleanup({ defaultTtlMs: 0 })).instances, 0, "it still runs");
  }
  assert.deepEqual(
    await sql(database.url, "select tenant, sum(count)::int as n from baton.kpi_sums group by 1 order by 1"),
    [{ tenant: "acme", n: 2 }, { tenant: "other", n: 2 }],
  );
  const tables = (await sql(
    database.url,
    `select c.relname from pg_class c where c.relnamespace = 'baton'::regnamespace and c.relkind in ('r', 'p')
     and not c.relispartition and c.relname <> 'role_tenants' and exists
       (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant')`,
  )).map(({ relname }) => String(relname));
  assert.ok(
    tables.includes("instances") && tables.includes("steps") && tables.includes("kpi_sums"),
    tables.join(" "),
  );
  for (const table of tables) {
    for (const [url, seen] of [[acme, ["acme"]], [nobody, []], [all, ["acme", "other"]]] as const) {
      const rows = await sql(url, `select distinct tenant from baton.${table} order by tenant`);
      const found = rows.map(({ tenant }) => String(tenant));
      assert.ok(found.every((tenant) => (seen as readonly string[]).includes(tenant)), `${table}: ${found}`);
      if (table === "instances") assert.deepEqual(found, seen);
    }
  }
  const tricks = [
    "set session authorization postgres",
    "alter table baton.instances disable row level security",
    "drop policy tenant on baton.instances",
    `insert into baton.role_tenants values (session_user, 'other')`,
    "select * from baton.role_tenants",
    "select * from baton.steps_0",
  ];
  for (const text of tricks) await refused(acme, text);
  await refused(
    acme,
    `insert into baton.notes (id, instance_id, created_at, tenant, kind, text) values (1, ${ids.other}, now(), 'other', 'user', 'x')`,
  );
  assert.deepEqual(
    await sql(acme, `update baton.instances set reason = 'x' where id = ${ids.other} returning id`),
    [],
  );
  assert.deepEqual(await sql(acme, `delete from baton.instances where id = ${ids.other} returning id`), []);
  await sql(acme, "set baton.tenant = 'other'; set row_security = off").catch(() => {});
  assert.deepEqual(await sql(acme, `select id from baton.instances where id = ${ids.other}`), []);
});
