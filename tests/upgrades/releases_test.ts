/** Releases side by side: what a newer one writes is left alone by this one, and is not harmed. */
import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { sql, testDatabase } from "../support/postgres.ts";

/** A store that another release writes to, past this one's code. */
interface Shared extends AsyncDisposable {
  readonly store: Store;
  /** The job needs a release that reads this format. */
  setNeeds(jobId: string, format: number): Promise<void>;
  /** The instance's state is in this format. */
  setStateFormat(instanceId: string, format: number): Promise<void>;
}

async function onPostgres(): Promise<Shared> {
  const database = await testDatabase();
  const store = await PostgresStore.open(database.url, { migrate: false });
  return {
    store,
    setNeeds: async (id, format) =>
      void await sql(database.url, `update baton.jobs set needs = ${format} where id = ${id}`),
    async setStateFormat(id, format) {
      const text = `replace(state, '"v":1', '"v":${format}')`;
      await sql(
        database.url,
        `update baton.instances set state = ${text}, revision = revision + 1 where id = ${id}`,
      );
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function onKv(): Promise<Shared> {
  const kv = await Deno.openKv(":memory:");
  const store = await KvStore.open(kv);
  const change = async (kind: string, id: string, to: (value: Record<string, unknown>) => unknown) => {
    for await (const { key, value } of kv.list<Record<string, unknown>>({ prefix: ["baton", kind] })) {
      if (value.id === id) await kv.set(key, to(value));
    }
  };
  return {
    store,
    setNeeds: (id, needs) => change("job", id, (job) => ({ ...job, needs })),
    setStateFormat: (id, format) =>
      change("instance", id, (instance) => ({
        ...instance,
        revision: Number(instance.revision) + 1,
        state: String(instance.state).replace('"v":1', `"v":${format}`),
      })),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      kv.close();
    },
  };
}

const SHARED: Readonly<Record<string, () => Promise<Shared>>> = { kv: onKv, postgres: onPostgres };
const MODEL = bpmn(`
  start -> W -> end
  service W: type=work
`);

for (const [kind, open] of Object.entries(SHARED)) {
  Deno.test(`${kind}: a job that needs a newer release is left to it, and delays no other`, async () => {
    await using shared = await open();
    const { store } = shared;
    await using engine = await createEngine({ store, closeStore: false, logger: silentLogger });
    await engine.deploy(MODEL);
    const newer = await engine.start("p");
    const [job] = (await engine.jobs.list({ instanceId: newer.id })).items;
    await shared.setNeeds(job.id, 2);
    const own = await engine.start("p");
    assert.deepEqual(await engine.jobs.claim({ jobIds: [job.id] }), [], "nor is it claimed by its id");
    await using worker = await createWorker({
      store,
      closeStore: false,
      logger: silentLogger,
      handlers: { work: () => {} },
    });
    await worker.drain();
    assert.equal((await engine.getInstance(own.id)).status, "completed");
    assert.equal((await engine.getInstance(newer.id)).status, "running");
    assert.equal((await engine.jobs.get(job.id)).leaseNo, 0, "it was never leased");
    await shared.setNeeds(job.id, 1);
    await worker.drain();
    assert.equal((await engine.getInstance(newer.id)).status, "completed");
  });

  Deno.test(`${kind}: an instance in a newer format is refused and not harmed`, async () => {
    await using shared = await open();
    const { store } = shared;
    await using engine = await createEngine({ store, closeStore: false, logger: silentLogger });
    await engine.deploy(MODEL);
    const { id } = await engine.start("p");
    const own = await engine.start("p");
    await shared.setStateFormat(id, 2);
    const [before] = await store.loadInstances([id]);
    let ran = 0;
    await using worker = await createWorker({
      store,
      closeStore: false,
      logger: silentLogger,
      handlers: { work: () => void ran++ },
    });
    await worker.drain();
    assert.equal((await engine.getInstance(own.id)).status, "completed", "others go on");
    assert.equal(ran, 1, "no handler runs for what cannot be read");
    await assert.rejects(engine.setVariables(id, { a: 1 }), /state has format 2/);
    assert.deepEqual((await store.loadInstances([id]))[0], before);
    assert.deepEqual((await engine.incidents.list()).items, []);
    const [job] = (await engine.jobs.list({ instanceId: id })).items;
    assert.equal(job.failures, 0, "it counts as no attempt");
    assert.equal(job.worker, undefined, "it was given back");
  });
}

const STORES: Readonly<Record<string, () => Promise<Shared | { store: Store }>>> = {
  ...SHARED,
  memory: () => Promise.resolve({ store: new MemoryStore() }),
};

for (const [kind, open] of Object.entries(STORES)) {
  Deno.test(`${kind}: a release that cannot read the finished format is refused`, async () => {
    const opened = await open();
    const { store } = opened;
    try {
      assert.equal(await store.stateFormat(), 1);
      await store.finishFormat(1);
      await using _engine = await createEngine({ store, closeStore: false, logger: silentLogger });
      await Promise.all([store.finishFormat(2), store.finishFormat(2), store.finishFormat(1)]);
      assert.equal(await store.stateFormat(), 2);
      const refused = {
        name: "StoreError",
        code: "store",
        message: /format 2, and this release reads up to 1/,
      };
      await assert.rejects(createEngine({ store, closeStore: false, logger: silentLogger }), refused);
      await assert.rejects(
        createWorker({ store, closeStore: false, logger: silentLogger, handlers: {} }),
        refused,
      );
    } finally {
      if (Symbol.asyncDispose in opened) await opened[Symbol.asyncDispose]();
      else await store[Symbol.asyncDispose]();
    }
  });
}
