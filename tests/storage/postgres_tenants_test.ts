/** Row level security against a role that tries: whatever the schema has, as the catalogue lists it. */
import assert from "node:assert/strict";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { sql, testDatabase } from "../support/postgres.ts";
import { roles } from "../support/postgres_roles.ts";

const MODEL = bpmn(`
  start -> fork -> Work -> Wait -> end
  fork -> Charge -> end2
  fork -> Paid -> end3
  parallel fork
  service Work: type=work
  service Charge: type=charge
  catch Paid: message=paid@card
`);
/** In everything that is of the other tenant's, and in nothing else. */
const RIVAL = "rival";

/** What a role of a tenant may do with tables that have none, and why. */
const WITHOUT_TENANT: Readonly<Record<string, "read" | "nothing" | "its own rows">> = {
  migrations: "read", // what the release needs to see
  state_formats: "read", // likewise
  steps_ranges: "read", // ranges of ids, whoever has them
  role_tenants: "nothing",
  turns: "its own rows", // by role: its name is a role's, not a tenant's
};

/** Leaves something in every table. */
async function fill(engine: Engine): Promise<string> {
  await engine.deploy(MODEL);
  const { id } = await engine.start("p", {
    businessKey: engine.tenant,
    uniqueBusinessKey: true,
    variables: { card: engine.tenant },
  });
  await engine.publishMessage("paid", { key: engine.tenant, messageId: "m1", timeToLiveMs: 3_600_000 });
  await engine.publishMessage("unheard", { variables: { card: engine.tenant }, timeToLiveMs: 3_600_000 });
  await engine.run(id);
  await engine.kpis(); // sums up
  // With a subscription, jobs that are due, and figures that are not summed up.
  await engine.start("p", { variables: { card: engine.tenant } });
  await engine.addNote(id, `of ${engine.tenant}`);
  return id;
}

interface Relation {
  readonly name: string;
  readonly kind: string;
  readonly partition: boolean;
  readonly tenant: boolean;
}

/** All that holds rows: tables, their partitions, views, sequences. */
async function relations(owner: string): Promise<readonly Relation[]> {
  const rows = await sql(
    owner,
    `select c.relname as name, c.relkind as kind, c.relispartition as partition, exists (
       select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
     ) as tenant
     from pg_class c where c.relnamespace = 'baton'::regnamespace and c.relkind not in ('i', 'I', 't', 'c')
     order by 1`,
  );
  return rows as unknown as readonly Relation[];
}

/** Rows of the other tenant, byte for byte. */
async function rowsOfRival(owner: string, table: string): Promise<readonly string[]> {
  const rows = await sql(
    owner,
    `select to_jsonb(t)::text as row from baton.${table} t where t.tenant = '${RIVAL}' order by 1`,
  );
  return rows.map(({ row }) => String(row));
}

/** Two tenants with something in every table, each with a database role of its own. */
async function twoTenants() {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const owner = database.url;
  const given = stack.use(await roles(owner, { rowLevelSecurity: true }));
  const login = async (name: string, tenant: string): Promise<string> => {
    const url = await given.login(name);
    await sql(owner, "insert into baton.role_tenants values ($1, $2)", [given.roleOf(name), tenant]);
    return url;
  };
  const [acme, rival, fleet] = [
    await login("role_a", "acme"),
    await login("role_b", RIVAL),
    await login("role_all", "*"),
  ];
  const ids: Record<string, string> = {};
  for (const [url, tenant] of [[acme, "acme"], [rival, RIVAL]]) {
    await using engine = await createEngine({
      store: await PostgresStore.open(url),
      tenant,
      handlers: { work: () => {}, charge: (ctx) => ctx.fail({ message: `refused ${tenant}`, retry: false }) },
      logger: silentLogger,
    });
    ids[tenant] = await fill(engine);
  }
  await sql(
    owner,
    `insert into baton.turns (name, role, until) values ('mine', $1, now()), ('theirs', $2, now())`,
    [given.roleOf("role_a"), given.roleOf("role_b")],
  );
  return { owner, acme, fleet, ids, roleOf: given.roleOf, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function text(url: string, query: string): Promise<string> {
  return JSON.stringify(await sql(url, query));
}

async function refused(url: string, query: string, params: unknown[] = []): Promise<void> {
  await assert.rejects(sql(url, query, params), { code: "42501" }, query);
}

Deno.test("row level security: no table, view or partition shows or takes a row of another tenant", async (t) => {
  await using given = await twoTenants();
  const { owner, acme } = given;
  const all = await relations(owner);
  const tables = all.filter(({ tenant, partition }) => tenant && !partition).map(({ name }) => name);
  assert.ok(tables.length >= 15, tables.join(" "));
  const before = new Map<string, readonly string[]>();
  for (const table of tables) {
    if (table === "role_tenants") continue;
    const rows = await rowsOfRival(owner, table);
    assert.ok(rows.length > 0, `nothing of ${RIVAL} in ${table}: this test would see no leak there`);
    before.set(table, rows);
  }

  await t.step("what can be read has nothing of theirs", async () => {
    for (const { name, partition } of all) {
      let found;
      try {
        found = await text(acme, `select * from baton.${name}`);
      } catch (error) {
        assert.equal((error as { code?: string }).code, "42501", `${name}: ${error}`);
        continue;
      }
      assert.ok(!partition, `${name} is reached past its parent`);
      assert.ok(!found.includes(RIVAL), `${name}: ${found}`);
      if (before.has(name)) assert.ok(found.includes("acme"), `${name} does not even show its own`);
    }
    await sql(owner, "analyze");
    const statistics = await text(acme, "select * from pg_stats where schemaname = 'baton'");
    assert.ok(!statistics.includes(RIVAL), statistics);
    assert.ok((await text(owner, "select * from pg_stats where schemaname = 'baton'")).includes(RIVAL));
  });

  await t.step("nothing is added, changed or deleted there", async () => {
    for (const [table, [row]] of before) {
      const insert = `insert into baton.${table} select (jsonb_populate_record(null::baton.${table}, $1)).*`;
      await refused(acme, insert, [row]);
      for (
        const query of [
          `update baton.${table} set tenant = 'acme' where tenant = '${RIVAL}' returning 1`,
          `delete from baton.${table} where tenant = '${RIVAL}' returning 1`,
          `select 1 from baton.${table} where tenant = '${RIVAL}' for update`,
        ]
      ) assert.deepEqual(await sql(acme, query), [], query);
      await refused(acme, `update baton.${table} set tenant = '${RIVAL}'`);
      await refused(acme, `truncate baton.${table}`);
      // Over a row whose key is taken, as if it were one's own.
      const own = JSON.stringify({ ...JSON.parse(row), tenant: "acme" });
      const over = `${insert} on conflict on constraint ${table}_pkey do update set tenant = excluded.tenant`;
      await sql(acme, over, [own]).catch(({ code }) => {
        // Refused, or (without a key, or with one that has the tenant) no row of theirs.
        assert.match(String(code), /^(42501|42704|23505)$/, `${table}: ${code}`);
      });
    }
    for (const [table, rows] of before) assert.deepEqual(await rowsOfRival(owner, table), rows, table);
  });

  await t.step("tables without a tenant are known, and safe", async () => {
    const others = all.filter(({ tenant, kind }) => !tenant && kind !== "S").map(({ name }) => name);
    const known = Object.keys(WITHOUT_TENANT).filter((name) => name !== "role_tenants");
    assert.deepEqual(others, known.sort());
    for (const [name, may] of Object.entries(WITHOUT_TENANT)) {
      if (may !== "its own rows") {
        await refused(acme, `delete from baton.${name}`);
        await refused(acme, `insert into baton.${name} default values`);
      }
      if (may === "nothing") await refused(acme, `select from baton.${name}`);
    }
    assert.deepEqual(await sql(acme, "select name from baton.turns"), [{ name: "mine" }]);
    assert.deepEqual(await sql(acme, "delete from baton.turns where name = 'theirs' returning 1"), []);
    const turn = "insert into baton.turns (name, role, until) values ($1, $2, 'infinity')";
    await refused(acme, turn, ["more", given.roleOf("role_b")]);
    await refused(acme, `${turn} on conflict (name, role) do update set until = 'infinity'`, [
      "theirs",
      given.roleOf("role_b"),
    ]);
  });
});

Deno.test("row level security: no function gives or does what the caller's role may not", async () => {
  await using given = await twoTenants();
  const { owner, acme } = given;
  const functions = await sql(
    owner,
    `select p.oid::regprocedure::text as signature, p.proname as name, p.prosecdef as as_owner,
       coalesce(array_to_string(p.proconfig, ' '), '') as settings, p.pronargs as arguments,
       array(select t::regtype::text from unnest(p.proargtypes) as t) as types
     from pg_proc p where p.pronamespace = 'baton'::regnamespace order by 1`,
  );
  const asOwner = functions.filter((each) => each.as_owner);
  // Each was looked at: what it can be made to do is below.
  assert.deepEqual(asOwner.map(({ signature }) => signature), [
    "baton.add_steps_partitions(bigint)",
    "baton.drop_steps_partitions()",
    "baton.tenants_of_role()",
  ]);
  for (const { signature, settings } of asOwner) {
    assert.match(String(settings), /search_path=/, `${signature}`);
  }
  const before = await text(owner, `select * from baton.steps where tenant = '${RIVAL}' order by 1, 2`);
  for (const { signature, name, types } of functions) {
    const nothing = (types as string[]).map((type) => `null::${type}`).join();
    assert.ok(!(await text(acme, `select * from baton.${name}(${nothing})`)).includes(RIVAL), `${signature}`);
  }
  assert.deepEqual(await sql(acme, "select baton.tenants_of_role() as mine"), [{ mine: ["acme"] }]);
  // Room for ids that have been given out, however much is asked for.
  const count = "select count(*)::int as n from baton.steps_ranges";
  const [{ n }] = await sql(owner, count);
  await sql(acme, "select baton.add_steps_partitions(9007199254740991)");
  assert.deepEqual(await sql(owner, count), [{ n }]);
  // Partitions with instances stay, also when they are of others.
  await sql(owner, "select setval('baton.ids', 16777216)");
  await sql(owner, "delete from baton.instances where tenant = 'acme'");
  assert.deepEqual(await sql(acme, "select baton.drop_steps_partitions() as dropped"), [{ dropped: 0 }]);
  assert.equal(
    await text(owner, `select * from baton.steps where tenant = '${RIVAL}' order by 1, 2`),
    before,
  );
});

Deno.test("row level security: rows that a tenant's role makes up move no other tenant's instances", async () => {
  await using given = await twoTenants();
  const { owner, acme, fleet, ids } = given;
  const theirs = ids[RIVAL];
  const [{ definition, work }] = await sql(
    owner,
    `select i.definition_id::text as definition, (
       select j.id::text from baton.jobs j where j.tenant = '${RIVAL}' and j.type = 'work' limit 1
     ) as work from baton.instances i where i.id = ${theirs}`,
  );
  const [{ waiting }] = await sql(
    owner,
    `select instance_id::text as waiting from baton.jobs where id = ${work}`,
  );
  let id = 900_000_000;
  const job = (type: string, instance: unknown, payload: unknown, more = "", values = "") =>
    sql(
      acme,
      `insert into baton.jobs (id, instance_id, due_at, enqueued_at, class, tenant, type, element_id, payload${more})
       values (${++id}, ${instance}, now(), now(), 0, 'acme', $1, 'Work', $2${values})`,
      [type, JSON.stringify(payload)],
    );
  const cancel = JSON.stringify({ command: { kind: "cancel", status: "cancelled" } });
  await job("baton:cancel-child", theirs, { status: "cancelled", reason: "made up" });
  await job("baton:continue", theirs, {});
  await job("work", waiting, {});
  await job("work", theirs, {}, ", held, outcome, worker", `, 'ended', '${cancel}', 'x'`);
  await job("baton:collect", theirs, {});
  await job(
    "baton:timer",
    "null",
    { startEvent: "start", definitionIndex: 0, left: -1 },
    ", definition_id",
    `, ${definition}`,
  );
  await job("baton:start-child", theirs, {
    calledElement: "p",
    childId: String(++id),
    variables: {},
    token: 1,
  });
  // An instance of one's own that runs a process of theirs, and a subscription of theirs.
  await sql(
    acme,
    `insert into baton.instances (id, definition_id, root_id, started_at, version, tenant, key, revision, status,
       state, variables)
     select ${++id}, ${definition}, ${id}, started_at, version, 'acme', key, 1, status, state, variables
     from baton.instances where id = ${ids.acme}`,
  );
  const own = String(id);
  await job("baton:cancel-child", own, { status: "cancelled" });
  await sql(
    acme,
    `insert into baton.subscriptions (id, instance_id, armed_at, definition_index, tenant, kind, process_key, name, key,
       element_id)
     values (${++id}, ${theirs}, now(), 0, 'acme', 'message', 'p', 'made up', '', 'Paid')`,
  );
  {
    await using engine = await createEngine({ store: await PostgresStore.open(acme), tenant: "acme" });
    await engine.publishMessage("made up", { timeToLiveMs: 1_000 });
  }
  const instances = async () => await rowsOfRival(owner, "instances");
  const before = [await instances(), await rowsOfRival(owner, "steps")];
  const seen: string[] = [];
  await using worker = await createWorker({
    store: await PostgresStore.open(fleet),
    handlers: {
      work: (ctx) => void seen.push(`${ctx.instance.tenant} ${ctx.jobId} ${ctx.get("card")}`),
    },
    logger: silentLogger,
  });
  // Theirs is held, so that all that moves is what was made up.
  await sql(owner, `update baton.jobs set due_at = now() + interval '1 hour' where tenant = '${RIVAL}'`);
  await worker.drain();
  assert.ok(!seen.join("\n").includes(RIVAL), seen.join("\n"));
  assert.ok(seen.length > 0, "acme's own work is done");
  assert.deepEqual([await instances(), await rowsOfRival(owner, "steps")], before);
  assert.deepEqual(await sql(owner, `select revision from baton.instances where id = ${own}`), [{
    revision: 1,
  }]);
  assert.deepEqual(
    await sql(owner, "select type from baton.jobs where id > 900000000 and due_at is not null"),
    [],
  );

  // The same when the process that theirs runs is in memory.
  await sql(owner, `update baton.jobs set due_at = now() where id = ${work}`);
  await worker.drain();
  assert.ok(seen.some((each) => each.startsWith(`${RIVAL} ${work} `)), "their own work is done");
  await job("work", theirs, {});
  await worker.drain();
  assert.ok(!seen.some((each) => each.includes(` ${id} `)), seen.join("\n"));
});
