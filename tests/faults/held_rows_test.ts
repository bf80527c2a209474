/**
 * What a user's open transaction holds — an instance, a business key, a message id, a message start's key, a job, a
 * deploy — delays what needs just that, which goes on afterwards. All else is done meanwhile.
 *
 * Nothing is timed: the transaction ends when all else is done, and only then.
 */
import assert from "node:assert/strict";
import pg from "pg";
import { createEngine, type Engine, type Published, silentLogger, type StartedInstance } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { sql, storeDatabase } from "../support/postgres.ts";

const WORK = `
  process work
    start -> W -> end
    service W: type=work
`;
const MODEL = bpmn(`
  process held
    startH -> fork -> H, O -> join -> Last -> endH
    parallel fork
    parallel join
    service H: type=hold
    service O: type=work
    service Last: type=last
  ${WORK.trim()}
  process heard
    start startB: message=order
    startB -> B -> endB
    service B: type=work
  process waiting
    startM -> M -> endM
    catch M: message=paid@order
  process timed
    startT -> T -> endT
    catch T: timer=PT0.1S
  process telling
    startE -> E -> endE
    throw E
      <messageEventDefinition messageRef="told"><extensionElements><zeebe:publishMessage correlationKey="=order" timeToLive="PT1H" messageId="=order"/></extensionElements></messageEventDefinition>
  <message id="told" name="told"/>
`);

interface Given {
  readonly url: string;
  readonly engine: Engine;
  /** An engine whose writes stand or fall with the user's transaction. */
  readonly joined: Engine;
  /** The user's connection; its transaction is open. */
  readonly client: pg.Client;
}

/** What is held, and what waits for it: that must not settle before the transaction ends. */
interface Case {
  hold(given: Given): Promise<() => Promise<unknown>>;
  /** What is to be seen when the transaction is over. */
  after(given: Given, waited: unknown): Promise<void>;
}

const CASES: Readonly<Record<string, Case>> = {
  "one of an instance's jobs, completed": (() => {
    let id: string;
    return {
      async hold({ engine, client }: Given) {
        const started = await engine.start("held");
        id = started.id;
        const [claim] = await engine.jobs.claim({ types: ["hold"] });
        await engine.jobs.complete(claim, { transaction: client });
        return () => engine.setVariables(id, { seen: true });
      },
      async after({ engine }: Given) {
        await until(async () => (await engine.getInstance(id)).status === "completed", "it goes on");
        assert.deepEqual(await engine.variables(id), { seen: true, done: true });
        const steps = await engine.history(id);
        assert.deepEqual(steps.map((step) => step.sequence), [1, 2, 3, 4, 5, 6, 7]);
      },
    };
  })(),
  "an instance's row": (() => {
    let id: string;
    return {
      async hold({ engine, client }: Given) {
        ({ id } = await engine.start("held"));
        await client.query("select from baton.instances where id = $1 for update", [id]);
        return () => engine.cancel(id);
      },
      async after({ engine }: Given) {
        assert.equal((await engine.getInstance(id)).status, "cancelled");
      },
    };
  })(),
  "a start with a unique business key": (() => {
    let id: string;
    const options = { businessKey: "invoice-1", uniqueBusinessKey: true };
    return {
      async hold({ engine, client }: Given) {
        ({ id } = await engine.start("work", { ...options, transaction: client }));
        const again = () => engine.start("work", options);
        return () => Promise.all([again(), again(), again()]);
      },
      async after({ engine }: Given, waited: unknown) {
        const found = waited as StartedInstance[];
        assert.deepEqual(found.map((each) => [each.id, each.created]), found.map(() => [id, false]));
        await until(async () => (await engine.getInstance(id)).status === "completed", "it goes on");
      },
    };
  })(),
  "a message with an id": (() => {
    const options = { key: "o-1", messageId: "o-1", timeToLiveMs: 60_000 };
    return {
      async hold({ engine, client }: Given) {
        await client.query(`
          insert into baton.messages (id, published_at, expires_at, tenant, name, key, message_id, variables)
          values (1, now(), now() + interval '1 hour', 'default', 'told', 'o-1', 'o-1', '{}')
        `);
        return () => retried(() => engine.publishMessage("told", options), "ConflictError");
      },
      after(_: Given, waited: unknown) {
        assert.equal((waited as { duplicate: boolean }).duplicate, true);
        return Promise.resolve();
      },
    };
  })(),
  "a job's row": (() => {
    let id: string;
    return {
      async hold({ engine, client }: Given) {
        ({ id } = await engine.start("held"));
        const { items } = await engine.jobs.list({ instanceId: id });
        const jobIds = items.filter((job) => job.type === "hold").map((job) => job.id);
        await client.query("select from baton.jobs where id = $1 for update", jobIds);
        return () =>
          retried(async () => {
            const [claim] = await engine.jobs.claim({ jobIds });
            if (!claim) throw new Nothing();
            await engine.jobs.complete(claim);
          }, "Nothing");
      },
      async after({ engine }: Given) {
        await until(async () => (await engine.getInstance(id)).status === "completed", "it goes on");
      },
    };
  })(),
  "a start by a message with a key": (() => {
    let id: string;
    return {
      async hold({ engine, joined }: Given) {
        ({ instanceId: id } = await joined.correlateMessage("order", { key: "b-1" }));
        return () => engine.publishMessage("order", { key: "b-1", timeToLiveMs: 3_600_000 });
      },
      async after({ engine }: Given, waited: unknown) {
        // One instance for a key at a time: the message is kept until that one has ended, if it has not yet.
        const { receivers: [next, ...others] } = waited as Published;
        assert.deepEqual(others, []);
        if (next) {
          const first = await engine.getInstance(id), second = await engine.getInstance(next.instanceId);
          assert.notEqual(second.id, id);
          assert.ok(first.endedAt !== undefined && first.endedAt <= second.startedAt, "not both at a time");
        }
        await until(async () => {
          const { items } = await engine.instances({ key: "heard", statuses: ["completed"] });
          return items.length === 2 && items.some((each) => each.id === id);
        }, "the next one starts");
      },
    };
  })(),
  "a deploy": {
    async hold({ engine, joined }: Given) {
      await joined.deploy(version(1));
      return () => retried(() => engine.deploy(version(2)), "ConflictError");
    },
    async after({ engine }: Given) {
      assert.equal((await engine.findDefinition("slow")).version, 2);
      assert.equal((await engine.findDefinition("slow", { version: 1 })).latest, false);
    },
  },
};

function version(n: number): string {
  return bpmn(`
    process slow
      startS -> V${n} -> endS
  `);
}

/** Nothing to do yet. */
class Nothing extends Error {
  override name = "Nothing";
}

for (const [what, { hold, after }] of Object.entries(CASES)) {
  Deno.test(`PostgreSQL: a user's transaction that holds ${what} delays nothing else`, async () => {
    await using database = await storeDatabase();
    const store = await PostgresStore.open(database.url, { migrate: false });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    let worker: Worker | undefined;
    const settled = Promise.withResolvers<void>();
    try {
      await using engine = await createEngine({ store, closeStore: false, logger: silentLogger });
      await using joined = await createEngine({
        store: store.join(client),
        closeStore: false,
        migrate: false,
        logger: silentLogger,
      });
      const given = { url: database.url, engine, joined, client };
      await engine.deploy(MODEL);
      const old = await engine.start("work");
      await engine.cancel(old.id);
      await client.query("begin");
      // The worker is there when all is held: it must not take the job that is to be held.
      const blocked = await hold(given);
      worker = await createWorker({
        store,
        closeStore: false,
        migrate: false,
        logger: silentLogger,
        cleanup: false,
        // Nothing that is held ends before what waits for it has had its turn.
        handlers: { work: () => ({ done: true }), last: () => settled.promise },
      });
      worker.start();
      // given: something that needs what is held
      let isOver = false;
      const waiting = blocked().finally(() => isOver = true);
      waiting.catch(() => {}); // awaited below
      // when, then: all else is done
      await allElse(given, old.id);
      assert.equal(isOver, false, "it waits for the transaction");
      // when, then: the transaction ends, and what has waited goes on
      await client.query("commit");
      const waited = await waiting;
      settled.resolve();
      await after(given, waited);
    } finally {
      settled.resolve();
      await worker?.stop();
      await store[Symbol.asyncDispose]();
      await client.end();
    }
  });
}

async function allElse({ url, engine }: Given, old: string): Promise<void> {
  const ended = (id: string) =>
    until(async () => (await engine.getInstance(id)).status === "completed", `${id} waits for another's`);
  // other instances and their jobs, timers, other keys
  const started = await Promise.all(
    Array.from(
      { length: 20 },
      (_, i) =>
        engine.start(i % 4 ? "work" : "timed", { businessKey: `other-${i}`, uniqueBusinessKey: i % 2 === 0 }),
    ),
  );
  for (const { id } of started) await ended(id);
  // other messages, before and after their receivers; and another instance that publishes one
  const [early, late] = await Promise.all(
    ["early", "late"].map((order) => engine.start("waiting", { variables: { order } })),
  );
  await engine.publishMessage("paid", { key: "early", messageId: "early" });
  await engine.publishMessage("paid", { key: "late", messageId: "late" });
  const { receivers: [receiver] } = await engine.publishMessage("order", { key: "b-2" });
  await ended(receiver.instanceId);
  await ended(early.id);
  await ended(late.id);
  await ended((await engine.start("telling", { variables: { order: "o-2" } })).id);
  // commands on other instances
  const other = await engine.start("held");
  await engine.setVariables(other.id, { a: 1 });
  await engine.suspend(other.id);
  await engine.resume(other.id);
  await engine.cancel(other.id);
  // deploying: a new process, and a new version of one that is in use
  await engine.deploy(bpmn(WORK.replace("process work", "process fresh").replace("start ->", "startF ->")));
  await ended((await engine.start("fresh")).id);
  // KPIs are summed up
  const store = await PostgresStore.open(url, { migrate: false });
  try {
    await store.maintain();
    const [kpi] = await store.kpis({ key: "timed", groupBy: "process" });
    assert.equal(kpi.count, 5);
  } finally {
    await store[Symbol.asyncDispose]();
  }
  assert.deepEqual(await sql(url, "select from baton.kpi_deltas limit 1"), []);
  // what is old is deleted
  await until(async () => {
    await engine.cleanup({ defaultTtlMs: 0 });
    return (await engine.instances({ statuses: ["completed", "cancelled"] })).items.length === 0;
  }, "old instances are deleted");
  await assert.rejects(engine.getInstance(old), { name: "NotFoundError" });
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !await holds(); tries++) {
    assert.ok(tries < 6_000, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Does something until it is not refused any more; only by the error of that name. */
async function retried<T>(work: () => Promise<T>, name: string): Promise<T> {
  for (let tries = 0;; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== name || tries > 3_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

Deno.test("PostgreSQL: a start waits for another one's business key for a moment only, and is sent again", async () => {
  await using database = await storeDatabase();
  const store = await PostgresStore.open(database.url, { migrate: false });
  await using engine = await createEngine({ store, logger: silentLogger });
  await engine.deploy(MODEL);
  await sql(database.url, "create table noted (lock_timeout text)");
  await sql(
    database.url,
    `create function note() returns trigger language plpgsql as $$
     begin insert into noted values (current_setting('lock_timeout')); return new; end $$`,
  );
  await sql(
    database.url,
    "create trigger note before insert on baton.instances for each row execute function note()",
  );
  await engine.start("work", { businessKey: "a", uniqueBusinessKey: true });
  assert.deepEqual(await sql(database.url, "select lock_timeout from noted"), [{ lock_timeout: "100ms" }]);
});

Deno.test("PostgreSQL: whoever needs a row that somebody holds for long is refused for now, and nothing is changed", async () => {
  await using database = await storeDatabase();
  const store = await PostgresStore.open(database.url, { migrate: false });
  await using engine = await createEngine({ store, logger: silentLogger });
  await engine.deploy(bpmn("process asking\n  start -> Ask -> end\n  user Ask"));
  await engine.start("asking");
  const { items: [task] } = await engine.userTasks.list();
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query("begin; select from baton.user_tasks for update");
    let held = true;
    const refused = store.updateUserTask(task.id, task.revision, { assignee: "ann" }).then(
      () => assert.ok(!held, "it was written although somebody holds it"),
      (error) => assert.ok(held && store.passing(error) !== undefined, `${error}`),
    );
    // Without a limit it would wait for the holder.
    const waits = Promise.withResolvers<string>();
    const timer = setTimeout(() => waits.resolve("waits"), 30_000);
    assert.notEqual(await Promise.race([refused, waits.promise]), "waits");
    clearTimeout(timer);
    held = false;
  } finally {
    await holder.end();
  }
  assert.equal((await store.updateUserTask(task.id, task.revision, { assignee: "ann" }))?.assignee, "ann");
});
