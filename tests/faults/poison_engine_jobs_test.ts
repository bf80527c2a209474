/** A job of the engine's own that ends or blocks its processes: others proceed, and it becomes an incident. */
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

/** Starts instance after instance until the poison has lost three workers, then until it is an incident. */
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
    // then: the next one raises an incident, and does all else
    const next = await startProgram(PROGRAM, [place, how, id]);
    processes.push(next);
    await until(async () => (await engine.incidents.list()).items.length > 0, said);
    const [incident, ...others] = (await engine.incidents.list()).items;
    assert.deepEqual([incident.kind, incident.instanceId, others.length], ["worker-lost", id, 0]);
    assert.match(incident.message, /lost 3 times.*"baton:timer"/);
    for (const each of good) {
      await until(async () => (await engine.getInstance(each.id)).status === "completed", said);
    }
    assert.equal((await timer()).held, "incident");
    await next.kill();
    // and: once the cause is gone it is done
    assert.equal(await engine.retry(id), 1);
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
  Deno.test(`PostgreSQL: a job of the engine's own that ${how} three times is an incident, and others go on`, async () => {
    await using database = await storeDatabase();
    await using store = await PostgresStore.open(database.url, { migrate: false });
    await using engine = await createEngine({ store, logger: silentLogger, closeStore: false });
    await poison(engine, store, database.url, how);
  });

  Deno.test(`Deno KV: a job of the engine's own that ${how} three times is an incident, and others go on`, async () => {
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
