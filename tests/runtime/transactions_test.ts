import assert from "node:assert/strict";
import pg from "pg";
import { createEngine, type Engine, NotFoundError, silentLogger } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { testDatabase } from "../support/postgres.ts";

const WORK = bpmn(`
  start -> W -> end
  service W: type=work
`);

/** A user's application: a table of its own, a connection of its own. */
async function application(
  test: (engine: Engine, client: pg.Client, store: PostgresStore) => Promise<void>,
): Promise<void> {
  await using database = await testDatabase();
  const store = await PostgresStore.open(database.url, { migrate: false });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await using engine = await createEngine({ store, logger: silentLogger });
    await client.query("create table invoices (id text)");
    await engine.deploy(WORK);
    await test(engine, client, store);
  } finally {
    await client.end();
  }
}

async function count(client: pg.Client): Promise<number> {
  return Number((await client.query("select count(*) from invoices")).rows[0].count);
}

for (const end of ["commit", "rollback"] as const) {
  Deno.test(`a start and the user's rows ${end} together`, () =>
    application(async (engine, client) => {
      await client.query("begin");
      await client.query("insert into invoices values ('i-1')");
      const { id } = await engine.start("p", { transaction: client, businessKey: "i-1" });
      assert.deepEqual((await engine.instances()).items, []);
      await client.query(end);
      const stands = end === "commit" ? 1 : 0;
      assert.equal(await count(client), stands);
      assert.deepEqual((await engine.instances()).items.map((each) => each.id), stands ? [id] : []);
      assert.equal((await engine.jobs.list()).items.length, stands);
    }));

  Deno.test(`a completed job and the user's rows ${end} together`, () =>
    application(async (engine, client) => {
      const { id } = await engine.start("p");
      const [claim] = await engine.jobs.claim({ types: ["work"] });
      await client.query("begin");
      await client.query("insert into invoices values ('i-1')");
      await engine.jobs.complete(claim, { variables: { paid: true }, transaction: client });
      assert.equal((await engine.getInstance(id)).status, "running");
      await client.query(end);
      assert.equal(await count(client), end === "commit" ? 1 : 0);
      assert.equal((await engine.getInstance(id)).status, end === "commit" ? "completed" : "running");
      if (end === "rollback") await engine.jobs.complete(claim);
      assert.equal((await engine.getInstance(id)).status, "completed");
    }));
}

Deno.test("a handler's transaction completes the task, or leaves nothing", () =>
  application(async (engine, client, store) => {
    const { id } = await engine.start("p");
    let broken = true;
    const worker = await createWorker({
      store,
      closeStore: false,
      logger: silentLogger,
      handlers: {
        work: (ctx) =>
          ctx.transaction(async (tx) => {
            await tx.query("insert into invoices values ($1)", [ctx.jobId]);
            if (broken) ctx.fail({ retryInMs: 0 });
            return { invoice: ctx.jobId };
          }),
      },
    });
    const { jobs: done } = await worker.drain({ maxMs: 0 });
    assert.ok(done <= 1);
    broken = false;
    await worker.drain();
    await worker.stop();
    assert.equal(await count(client), 1);
    assert.equal((await engine.getInstance(id)).status, "completed");
    const { rows } = await client.query("select id from invoices");
    assert.deepEqual(await engine.variables(id), { invoice: rows[0].id });
  }));

/** What a worker did with a task whose handler writes a row, and returns something, in a transaction. */
async function oversized(
  lines: string,
  result: () => unknown,
  test: (
    done: { readonly engine: Engine; readonly id: string; readonly drain: () => Promise<void> },
    written: () => Promise<number>,
    ran: () => number,
  ) => Promise<void>,
): Promise<void> {
  await application(async (_, client, store) => {
    let ran = 0;
    const options = { store, closeStore: false, logger: silentLogger, maxVariablesBytes: 1_000 };
    await using engine = await createEngine(options);
    await engine.deploy(bpmn(lines));
    const { id } = await engine.start("p", { variables: { a: "y".repeat(400) } });
    const drain = async () => {
      const worker = await createWorker({
        ...options,
        handlers: {
          work: (ctx) =>
            ctx.transaction(async (tx) => {
              ran++;
              await tx.query("insert into invoices values ($1)", [ctx.jobId]);
              return result();
            }),
        },
      });
      await worker.drain();
      await worker.stop();
    };
    await drain();
    await test({ engine, id, drain }, () => count(client), () => ran);
  });
}

Deno.test("a transaction's result that an output mapping makes too large: the row stands, the task is an incident", () =>
  oversized(
    `
      start -> W -> end
      service W: camunda:type=external camunda:topic=work
        <extensionElements><zeebe:ioMapping><zeebe:output source="= a + a" target="b"/></zeebe:ioMapping></extensionElements>
    `,
    () => ({ paid: true }),
    async ({ engine, id, drain }, written, ran) => {
      assert.deepEqual([ran(), await written()], [1, 1]);
      const { items } = await engine.incidents.list();
      assert.deepEqual(items.map(({ kind, elementId }) => [kind, elementId]), [["variables", "W"]]);
      assert.match(items[0].message, /with "b" \(802 bytes\) they take \d+ bytes, 1000 are allowed/);
      assert.equal((await engine.getInstance(id)).status, "running");
      await engine.incidents.resolve(items[0].id, { a: "short" });
      await drain();
      assert.deepEqual([ran(), await written()], [1, 1], "it is not done again");
      assert.equal((await engine.getInstance(id)).status, "completed");
      assert.equal((await engine.variables(id)).b, "shortshort");
    },
  ));

Deno.test("a transaction's result that is too large itself leaves no row, and is an incident at once", () => {
  let size = 2_000;
  return oversized(
    "start -> W -> end\nservice W: type=work",
    () => ({ text: "x".repeat(size) }),
    async ({ engine, id, drain }, written, ran) => {
      assert.deepEqual([ran(), await written()], [1, 0]);
      const { items } = await engine.incidents.list();
      assert.deepEqual(items.map(({ kind, elementId }) => [kind, elementId]), [["job-no-retries", "W"]]);
      assert.match(items[0].message, /with "text" \(2002 bytes\) they take \d+ bytes, 1000 are allowed/);
      assert.equal((await engine.getInstance(id)).status, "running");
      size = 10;
      await engine.incidents.resolve(items[0].id);
      await drain();
      assert.deepEqual([ran(), await written()], [2, 1]);
      assert.equal((await engine.getInstance(id)).status, "completed");
    },
  );
});

Deno.test("within a transaction, too, an instance of another tenant is not there", () =>
  application(async (engine, client) => {
    const { id } = await engine.start("p");
    const other = engine.forTenant("other");
    await client.query("begin");
    await assert.rejects(other.cancel(id, "not mine", { transaction: client }), NotFoundError);
    await assert.rejects(other.fail(id, "not mine", { transaction: client }), NotFoundError);
    await client.query("commit");
    assert.equal((await engine.getInstance(id)).status, "running");
  }));
