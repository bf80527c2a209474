/** A job of the engine's own that ends or blocks its processes: others proceed, and it is tried ever more rarely. */
import assert from "node:assert/strict";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { storeDatabase } from "../support/postgres.ts";
import { startProgram, type TestProcess } from "../support/processes.ts";

const PROGRAM = new URL("poison_engine_worker.ts", import.meta.url);

const POISON = bpmn(`
  start -> wait -> end
  catch wait: timer=PT0S
`);
const GOOD = bpmn(`
  process good
    startG -> later -> V -> endG
    catch later: timer=PT0S
    service V: type=work
`);

async function until(holds: () => Promise<boolean>, what: () => string): Promise<void> {
  for (let tries = 0; !await holds(); tries++) {
    assert.ok(tries < 6_000, what());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts process after process until the poison has lost three, then one more, which puts it off. */
async function poison(engine: Engine, store: Store, place: string, how: string): Promise<void> {
  await engine.deploy(POISON);
  await engine.deploy(GOOD);
  const { id } = await engine.start("p");
  const good = await Promise.all(Array.from({ length: 5 }, () => engine.start("good")));
  const processes: TestProcess[] = [];
  const said = () => processes.map((each) => each.said).join("\n");
  const timer = async () => (await store.listJobs({ instanceId: id })).items[0];
  try {
    // when: three processes, one after the other, come to the timer
    for (let lost = 0; lost < 3; lost++) {
      const process = await startProgram(PROGRAM, [place, how, id]);
      processes.push(process);
      await until(() => Promise.resolve(process.said.includes("poisoned")), said);
      assert.equal((await timer()).lostLeases, lost);
    }
    // then: the next one puts it off, and does all else
    const next = await startProgram(PROGRAM, [place, how, id]);
    processes.push(next);
    await until(async () => (await timer()).failures === 1, said);
    for (const each of good) {
      await until(async () => (await engine.getInstance(each.id)).status === "completed", said);
    }
    const { held, attempts, dueAt } = await timer();
    assert.equal(held, undefined);
    assert.match(attempts.at(-1)?.message ?? "", /lost 3 times.*"baton:timer"/);
    await next.kill();
    // and: once the cause is gone it is done
    await until(async () => await store.now() >= (dueAt ?? 0), said);
    await using healthy = await createWorker({
      store,
      logger: silentLogger,
      handlers: { work: () => {} },
      closeStore: false,
    });
    await healthy.drain();
    assert.equal((await engine.getInstance(id)).status, "completed");
    assert.deepEqual((await store.listJobs()).items, []);
  } finally {
    for (const each of processes) await each[Symbol.asyncDispose]();
  }
}

for (const how of ["kills its process", "blocks the event loop"]) {
  Deno.test(`PostgreSQL: a job of the engine's own that ${how} three times is put off, and others go on`, async () => {
    await using database = await storeDatabase();
    await using store = await PostgresStore.open(database.url, { migrate: false });
    await using engine = await createEngine({ store, logger: silentLogger, closeStore: false });
    await poison(engine, store, database.url, how);
  });

  Deno.test(`Deno KV: a job of the engine's own that ${how} three times is put off, and others go on`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "baton_poison_" });
    try {
      const place = `${folder}/test.kv`;
      await using store = await KvStore.open(place);
      await using engine = await createEngine({ store, logger: silentLogger, closeStore: false });
      await poison(engine, store, place, how);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
