import assert from "node:assert/strict";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { baton, tempDir } from "../support/cli.ts";
import { sql, testDatabase } from "../support/postgres.ts";

interface Report {
  readonly healthy: boolean;
  readonly instances: number;
  readonly findings: readonly {
    readonly check: string;
    readonly severity: string;
    readonly ids?: readonly string[];
    readonly advice?: string;
    readonly message: string;
  }[];
}

async function doctor(db: string, ...args: string[]): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await baton(["doctor", "--db", db, "--json", ...args]);
  assert.ok(code <= 1, err);
  return { code, ...JSON.parse(out) };
}

const MODEL = bpmn(`
  process p
    start -> fork -> Pay, Sign, Sleep, Hear, Call -> join -> end
    parallel fork
    parallel join
    service Pay: type=pay
    catch Sleep: timer=PT1H
    catch Hear: signal=go
    call Call: calledElement=child
  process child
    start2 -> Ask -> end2
`);

async function healthy(engine: Engine): Promise<string> {
  await engine.deploy(MODEL);
  const { id } = await engine.start("p");
  await engine.run(id);
  return id;
}

async function on(store: Store, work: (engine: Engine) => Promise<string>): Promise<string> {
  await using engine = await createEngine({ store, logger: silentLogger });
  return await work(engine);
}

Deno.test("doctor: on PostgreSQL it finds what was broken by hand, each by name, with advice", async (t) => {
  const cases: readonly (readonly [check: string, breakIt: string])[] = [
    ["instance-lost-job", "delete from baton.jobs where type = 'pay'"],
    ["instance-lost-job", "delete from baton.jobs where type = 'baton:timer'"],
    ["instance-lost-task", "delete from baton.user_tasks where instance_id = $1"],
    ["instance-lost-child", "delete from baton.instances where parent_id = $1"],
    ["instance-lost-subscription", "delete from baton.subscriptions where instance_id = $1"],
    ["instance-status", "update baton.instances set status = 'suspended' where id = $1"],
    ["instance-definition", "delete from baton.definitions"],
    ["instance-damaged", "update baton.instances set state = '{' where id = $1"],
    ["job-without-instance", "delete from baton.instances where id = $1"],
    [
      "expired-lease",
      "update baton.jobs set worker = 'gone', due_at = now() - interval '1 hour' where type = 'pay'",
    ],
    ["lag", "update baton.jobs set due_at = now() - interval '1 hour' where type = 'pay'"],
    [
      "engine-job-given-up",
      "update baton.jobs set due_at = null, held = 'failed' where type = 'baton:timer'",
    ],
    [
      "outcome-not-collected",
      "update baton.jobs set due_at = null, held = 'ended', outcome = '{}' where type = 'pay'",
    ],
    ["schema", "delete from baton.migrations where version = (select max(version) from baton.migrations)"],
    ["schema", "update baton.migrations set min_release = 999"],
  ];
  for (const [check, breakIt] of cases) {
    await t.step(`${check}: ${breakIt}`, async () => {
      await using database = await testDatabase();
      const id = await on(await PostgresStore.open(database.url), healthy);
      const before = await doctor(database.url);
      assert.deepEqual([before.code, before.healthy, before.findings, before.instances], [0, true, [], 2]);
      await sql(database.url, breakIt, breakIt.includes("$1") ? [id] : []);
      const { code, healthy: well, findings } = await doctor(database.url);
      assert.deepEqual([code, well], [1, false]);
      const found = findings.find((finding) => finding.check === check);
      assert.ok(found, JSON.stringify(findings));
      assert.ok(found.advice);
    });
  }
});

Deno.test("doctor: a stuck instance, on PostgreSQL", async () => {
  await using database = await testDatabase();
  const id = await on(await PostgresStore.open(database.url), async (engine) => {
    await engine.deploy(bpmn("start -> Sign -> end"));
    return (await engine.start("p")).id;
  });
  const [{ state }] = await sql(database.url, "select state from baton.instances");
  const changed = JSON.parse(String(state));
  delete changed.root.tokens[0].task;
  await sql(database.url, "update baton.instances set state = $1", [JSON.stringify(changed)]);
  const { findings } = await doctor(database.url);
  assert.deepEqual(findings.map(({ check, ids }) => [check, ids]), [["stuck-instance", [id]]]);
  const { out, code } = await baton(["doctor", "--db", database.url]);
  assert.equal(code, 1);
  assert.match(out, /^error stuck-instance: 1 instance that nothing will ever move/m);
  assert.match(out, /^ {2}do: {2}show says where/m);
});

Deno.test("doctor: on Deno KV", async () => {
  await using dir = tempDir();
  const file = `${dir.path}/doctor.kv`;
  await on(await KvStore.open(file), healthy);
  const db = `kv:${file}`;
  assert.deepEqual((await doctor(db)).findings, []);
  await Deno.writeTextFile(`${dir.path}/handlers.ts`, "export const handlers = { other: () => {} };");
  const unserved = await doctor(db, "--handlers", `${dir.path}/handlers.ts`);
  assert.deepEqual(unserved.findings.map(({ check, severity }) => [check, severity]), [[
    "no-handler",
    "warning",
  ]]);
  assert.match(unserved.findings[0].message, /"pay"/);
  // A job of an instance that never was, as a careless script might add it.
  const store = await KvStore.open(file);
  const id = String(await store.reserveIds(1));
  await store.enqueueJobs("default", [{
    id,
    instanceId: "999999",
    type: "pay",
    class: 2,
    dueAt: Date.now() + 60_000,
  }]);
  await store[Symbol.asyncDispose]();
  const { code, findings } = await doctor(db);
  assert.deepEqual([code, findings.map(({ check, ids }) => [check, ids])], [1, [["job-without-instance", [
    id,
  ]]]]);
  assert.equal((await baton(["doctor", "--db", "memory:"])).code, 0);
});
