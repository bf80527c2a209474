/** Migrations of a later release while workers of this one run: they expand the schema, and nothing stops. */
import assert from "node:assert/strict";
import { createEngine, type Handlers, silentLogger } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { sql, testDatabase } from "../support/postgres.ts";

const MODEL = bpmn(`
  start -> A -> fork -> B, C -> join -> end
  service A: type=work each=items:item
  service B: type=work
  service C: type=work
  parallel fork
  parallel join
`);

/** What a later release may add: new columns, tables, indexes and a trigger that fills the new for the old. */
const EXPAND = [
  "alter table baton.instances add column label text",
  "alter table baton.jobs add column note text not null default 'none', add column noted_at timestamptz",
  "alter table baton.steps add column cost integer",
  "alter table baton.definitions add column owner text",
  "create table baton.labels (tenant text not null, id bigint primary key)",
  "create index concurrently instances_label_idx on baton.instances (tenant, label) where label is not null",
  `create function baton.fill_label() returns trigger language plpgsql as $$
   begin new.label := new.key; return new; end $$`,
  "create trigger fill_label before insert on baton.instances for each row execute function baton.fill_label()",
  "insert into baton.migrations (version, name, min_release) values (9998, 'later', 1)",
];

Deno.test("a migration that expands the schema runs while workers of the old one work", async () => {
  await using database = await testDatabase();
  const open = () => PostgresStore.open(database.url, { migrate: false, maxConnections: 3 });
  const workers: Worker[] = [];
  const handlers: Handlers = { work: (ctx) => ({ [`did-${ctx.element.id}`]: true }) };
  const newWorker = async () => {
    const worker = await createWorker({
      store: await open(),
      migrate: false,
      logger: silentLogger,
      handlers,
    });
    workers.push(worker);
    worker.start();
  };
  const ids: string[] = [];
  try {
    await using engine = await createEngine({ store: await open(), migrate: false, logger: silentLogger });
    await engine.deploy(MODEL);
    const start = async (count: number) => {
      const variables = { items: [1, 2, 3] };
      const started = Array.from({ length: count }, () => engine.start("p", { variables }));
      for (const each of await Promise.all(started)) ids.push(each.id);
    };
    // given: workers at work, whose connections have prepared their statements
    await newWorker();
    await newWorker();
    await start(20);
    // when: each step of the migration is followed by more work, and a worker opens the newer schema
    for (const statement of EXPAND) {
      const working = start(10);
      await sql(database.url, statement);
      await working;
    }
    await newWorker();
    await start(20);
    await finished(database.url, ids.length);
    // then: all have ended, each step once; a deploy, which reads whole rows, still works
    assert.equal((await engine.instances({ statuses: ["completed"], take: 1_000 })).items.length, ids.length);
    for (const id of ids) {
      const steps = await engine.history(id);
      assert.deepEqual(steps.map((step) => step.sequence), steps.map((_, index) => index + 1));
      assert.equal(steps.filter((step) => step.elementId === "A" && step.item !== undefined).length, 3);
    }
    const [first] = (await engine.deploy(MODEL.replace("<process ", '<process name="changed" '))).definitions;
    assert.equal(first.version, 2);
    const [{ count }] = await sql(database.url, "select count(*) from baton.instances where label = 'p'");
    assert.ok(Number(count) > 20, "the later release finds what the older one wrote");
  } finally {
    for (const worker of workers) await worker.stop();
    for (const worker of workers) await worker[Symbol.asyncDispose]();
  }
});

async function finished(url: string, count: number): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    const [row] = await sql(url, "select count(*) from baton.instances where status = 'completed'");
    if (Number(row.count) === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const left = await sql(
    url,
    "select id, type, due_at, held, worker, failures, attempts from baton.jobs limit 5",
  );
  assert.fail(`not all come to an end: ${JSON.stringify(left)}`);
}
