import assert from "node:assert/strict";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { baton, tempDir } from "../support/cli.ts";
import { sql, testDatabase } from "../support/postgres.ts";
import { BROKEN, type Broken, BROKEN_KV, BROKEN_POSTGRES, KvHand, MODEL } from "./doctor_cases.ts";

interface Report {
  readonly healthy: boolean;
  readonly instances: number;
  readonly findings: readonly {
    readonly check: string;
    readonly severity: string;
    readonly ids?: readonly string[];
    readonly count?: number;
    readonly advice?: string;
    readonly message: string;
  }[];
}

async function doctor(db: string, ...args: string[]): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await baton(["doctor", "--db", db, "--json", ...args]);
  assert.ok(code <= 1, err);
  return { code, ...JSON.parse(out) };
}

/** @returns The id of the instance of `p`. */
async function given(engine: Engine): Promise<string> {
  await engine.deploy(MODEL);
  const { id } = await engine.start("p", {
    variables: { total: 12, text: 'ä " \\ 😀', more: { n: 1 } },
  });
  await engine.run(id);
  await engine.run((await engine.start("odd")).id);
  await engine.start("resting");
  const [claim] = await engine.jobs.claim({ types: ["rest"] });
  await engine.jobs.fail(claim, { message: "no", retry: false });
  await engine.suspend((await engine.start("resting")).id);
  await engine.start("resting", { manual: true });
  await engine.start("watching");
  const { id: asking } = await engine.start("asking"), { id: cancelled } = await engine.start("calling");
  await engine.run(asking);
  const [asked] = await engine.jobs.claim({ types: ["answer"] });
  await engine.jobs.throwError(asked, "declined");
  await engine.run(cancelled);
  await engine.cancel(cancelled);
  return id;
}

async function on<T>(store: Store, work: (engine: Engine) => Promise<T>): Promise<T> {
  await using engine = await createEngine({ store, logger: silentLogger });
  return await work(engine);
}

/** Runs a statement for each table, by its name. */
const eachTable = (statements: string): string => `
  do $$
  declare each record;
  begin
    for each in
      select relname as name from pg_class
      where relnamespace = 'baton'::regnamespace and relkind in ('r', 'p') and not relispartition
    loop
      ${statements}
    end loop;
  end $$`;
const KEEP = `create schema kept; ${
  eachTable("execute format('create table kept.%I as table baton.%1$I', each.name);")
}`;
const PUT_BACK = eachTable(`
      execute format('delete from baton.%I', each.name);
      execute format('insert into baton.%I select * from kept.%1$I', each.name);`);

/** Nothing is wrong but that two instances stand at incidents. */
async function onlyTheIncidents(db: string): Promise<void> {
  const { code, healthy, findings, instances } = await doctor(db);
  assert.deepEqual([code, healthy, instances], [1, false, 10]);
  assert.deepEqual(findings.map(({ check, severity }) => [check, severity]), [["incident", "warning"]]);
  assert.ok(findings[0].advice);
}

async function isTold(
  db: string,
  { check, severity = "error" }: Pick<Broken, "check" | "severity">,
): Promise<void> {
  const { code, healthy, findings } = await doctor(db);
  const bad = findings.some((finding) => finding.severity !== "info");
  assert.deepEqual([code, healthy], bad ? [1, false] : [0, true]);
  const found = findings.find((finding) => finding.check === check);
  assert.ok(found, JSON.stringify(findings));
  assert.equal(found.severity, severity);
  assert.ok(found.ids?.length, "it says which");
  assert.ok(found.advice, "it says what to do");
  const other = await doctor(db, "--tenant", "elsewhere");
  // Ranges of the history are of all.
  const told = other.findings.filter((finding) => finding.check !== "steps-range");
  assert.deepEqual(told, [], "who asks about another tenant is told nothing");
}

Deno.test("doctor: on PostgreSQL it finds what was broken by hand, each by name, with advice", async (t) => {
  await using sound = await testDatabase();
  const id = await on(await PostgresStore.open(sound.url, { migrate: false }), given);
  await onlyTheIncidents(sound.url);
  await sql(sound.url, KEEP);
  for (const broken of [...BROKEN, ...BROKEN_POSTGRES]) {
    await t.step(`${broken.check}: ${broken.sql.replaceAll(/\s+/g, " ")}`, async () => {
      await sql(sound.url, broken.sql, broken.sql.includes("$1") ? [id] : []);
      await isTold(sound.url, broken);
      await sql(sound.url, PUT_BACK);
    });
  }
  await onlyTheIncidents(sound.url);
});

Deno.test("doctor: on Deno KV it finds what was broken by hand, each by name, with advice", async (t) => {
  await using dir = tempDir();
  const sound = `${dir.path}/sound.kv`;
  const id = await on(await KvStore.open(sound), given);
  await onlyTheIncidents(`kv:${sound}`);
  const all: [string, Pick<Broken, "check" | "severity" | "kv">][] = [
    ...BROKEN.map((each): [string, Broken] => [`as by ${each.sql.replaceAll(/\s+/g, " ")}`, each]),
    ...Object.entries(BROKEN_KV),
  ];
  for (const [index, [how, broken]] of all.entries()) {
    await t.step(`${broken.check}, ${how}`, async () => {
      const file = `${dir.path}/${index}.kv`;
      for (const end of ["", "-wal", "-shm"]) {
        await Deno.copyFile(sound + end, file + end).catch((error) => {
          if (!(error instanceof Deno.errors.NotFound) || end === "") throw error;
        });
      }
      const kv = await Deno.openKv(file);
      try {
        await broken.kv(new KvHand(kv, id));
      } finally {
        kv.close();
      }
      await isTold(`kv:${file}`, broken);
    });
  }
});

Deno.test("doctor: a schema that is older or newer than this release, on PostgreSQL", async () => {
  for (
    const breakIt of [
      "delete from baton.migrations where version = (select max(version) from baton.migrations)",
      "update baton.migrations set min_release = 999",
    ]
  ) {
    await using database = await testDatabase();
    assert.deepEqual((await doctor(database.url)).findings, []);
    await sql(database.url, breakIt);
    const { code, findings } = await doctor(database.url);
    assert.deepEqual([code, findings.map(({ check, severity }) => [check, severity])], [1, [[
      "schema",
      "error",
    ]]]);
    assert.ok(findings[0].advice);
  }
});

Deno.test("doctor: a timer start event is missed unless it may have come to its end", async () => {
  await using database = await testDatabase();
  const ids = await on(await PostgresStore.open(database.url, { migrate: false }), async (engine) => {
    await engine.deploy(bpmn(`
      process ever
        start s1: timer=R/PT1H
        s1 -> A -> end1
      process thrice
        start s2: timer=R3/PT1H
        s2 -> B -> end2
      process once
        start s3: timer=2020-01-01T00:00:00Z
        s3 -> C -> end3
    `));
    return (await engine.definitions({ key: "ever" })).items.map(({ id }) => id);
  });
  await sql(database.url, "delete from baton.jobs where definition_id is not null");
  const { findings } = await doctor(database.url);
  assert.deepEqual(findings.map((finding) => [finding.check, finding.ids]), [["start-not-armed", ids]]);
});

Deno.test("doctor: what it says to people", async () => {
  await using database = await testDatabase();
  const id = await on(await PostgresStore.open(database.url, { migrate: false }), async (engine) => {
    await engine.deploy(bpmn("start -> Sign -> end"));
    return (await engine.start("p")).id;
  });
  const well = await baton(["doctor", "--db", database.url]);
  assert.deepEqual([well.code, well.out], [0, "All is well: looked at 1 running instance and 0 jobs\n"]);
  await sql(database.url, "delete from baton.user_tasks");
  await sql(
    database.url,
    "update baton.instances set state = (state::jsonb #- '{root,tokens,0,task}')::text",
  );
  const { findings } = await doctor(database.url);
  assert.deepEqual(findings.map(({ check, ids }) => [check, ids]), [["stuck-instance", [id]]]);
  const { out, code } = await baton(["doctor", "--db", database.url]);
  assert.equal(code, 1);
  assert.match(out, /^error stuck-instance: 1 instance that nothing will ever move/m);
  assert.match(out, /^ {2}do: {2}show says where/m);
});

Deno.test("doctor: it looks at all tenants or at the named one, and names all that a finding is about", async () => {
  await using dir = tempDir();
  await using database = await testDatabase();
  const file = `${dir.path}/doctor.kv`;
  const stores: readonly (readonly [db: string, open: () => Promise<Store>])[] = [
    [`kv:${file}`, () => KvStore.open(file)],
    [database.url, () => PostgresStore.open(database.url, { migrate: false })],
  ];
  for (const [db, open] of stores) {
    const ids: Record<string, string[]> = {};
    await on(await open(), async (engine) => {
      for (const tenant of ["one", "two"]) {
        const own = engine.forTenant(tenant);
        await own.deploy(bpmn("start -> choice -[1 > 2]-> end\nxor choice"));
        const { id } = await own.start("p"), { id: other } = await own.start("p");
        for (const each of [id, other]) await own.run(each);
        ids[tenant] = (await own.incidents.list()).items.map((incident) => incident.id);
      }
    });
    const told = async (...args: string[]) => {
      const { findings, instances } = await doctor(db, ...args);
      assert.deepEqual(findings.map(({ check }) => check), ["incident"]);
      return [instances, findings[0].ids, findings[0].count];
    };
    assert.deepEqual(await told(), [4, [...ids.one, ...ids.two], 4]);
    assert.deepEqual(await told("--tenant", "two"), [2, ids.two, 2]);
  }
});

Deno.test("doctor: what is wrong with several instances is one finding", async () => {
  await using database = await testDatabase();
  const started = await on(await PostgresStore.open(database.url, { migrate: false }), async (engine) => {
    await engine.deploy(bpmn("start -> Sign -> end"));
    return [await engine.start("p"), await engine.start("p"), await engine.start("p")];
  });
  await sql(database.url, "delete from baton.user_tasks where instance_id <> $1", [started[1].id]);
  const { findings } = await doctor(database.url);
  assert.deepEqual(findings.map(({ check, ids, count }) => [check, ids, count]), [
    ["instance-lost-task", [started[2].id, started[0].id], 2],
  ]);
});

Deno.test("doctor: which jobs are late, whose leases are over, and whose outcomes nobody takes", async () => {
  await using database = await testDatabase();
  const jobs = await on(await PostgresStore.open(database.url, { migrate: false }), async (engine) => {
    await engine.deploy(bpmn("start -> Pay -> end\nservice Pay: type=pay parallel=7"));
    await engine.start("p");
    return (await engine.jobs.list()).items.map(({ id }) => id);
  });
  assert.equal(jobs.length, 7);
  const [late, over, latest, leased, soon, ended, failed] = jobs;
  const set = (id: string, to: string) =>
    sql(database.url, `update baton.jobs set ${to} where id = $1`, [id]);
  await set(late, "due_at = now() - interval '1 hour'");
  await set(over, "worker = 'gone', due_at = now() - interval '2 hours'");
  await set(latest, "due_at = now() - interval '3 hours'");
  await set(leased, "worker = 'slow', due_at = now() - interval '30 seconds'");
  await set(soon, "worker = 'busy', due_at = now() + interval '1 hour'");
  await set(ended, "due_at = null, held = 'ended', outcome = '{}'");
  await set(failed, "due_at = null, held = 'suspended'");
  const { findings } = await doctor(database.url);
  const told = Object.fromEntries(findings.map(({ check, ids }) => [check, ids]));
  assert.deepEqual(told["expired-lease"], [over]);
  assert.deepEqual(told.lag, [latest]);
  assert.deepEqual(told["outcome-not-collected"], [ended]);
  assert.deepEqual(told["outcome-waits"], undefined);
});

Deno.test("doctor: job types without a handler, another clock, and more than it looked at", async () => {
  await using dir = tempDir();
  await Deno.writeTextFile(`${dir.path}/handlers.ts`, "export const handlers = { other: () => {} };");
  await using database = await testDatabase();
  const file = `${dir.path}/doctor.kv`;
  const stores: readonly (readonly [db: string, open: () => Promise<Store>])[] = [
    [`kv:${file}`, () => KvStore.open(file)],
    [database.url, () => PostgresStore.open(database.url, { migrate: false })],
  ];
  for (const [db, open] of stores) {
    await on(await open(), async (engine) => {
      await engine.deploy(bpmn("start -> Pay -> end\nservice Pay: type=pay"));
      await engine.start("p");
      await engine.start("p");
    });
    const unserved = await doctor(db, "--handlers", `${dir.path}/handlers.ts`);
    assert.deepEqual(unserved.findings.map(({ check, severity }) => [check, severity]), [[
      "no-handler",
      "warning",
    ]]);
    assert.match(unserved.findings[0].message, /"pay"/);
    const limited = await doctor(db, "--limit", "1");
    assert.deepEqual([limited.code, limited.findings.map(({ check }) => check)], [0, ["limit"]]);
  }
  // Deno KV has no clock but this machine's.
  const ours = Date.now;
  Date.now = () => ours() + 3_600_000;
  try {
    const { findings } = await doctor(database.url);
    assert.deepEqual(findings.map(({ check, severity }) => [check, severity]), [["clock", "warning"]]);
    assert.match(findings[0].message, /is 1 h(our)?.* ahead of the database's/);
  } finally {
    Date.now = ours;
  }
  assert.equal((await baton(["doctor", "--db", "memory:"])).code, 0);
});
