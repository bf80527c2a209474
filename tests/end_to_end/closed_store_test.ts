/** A store that is closed while its worker or engine is still at work: they end, and say what could not be stored. */
import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { type Store, StoreError } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { tempDir } from "../support/cli.ts";
import { testDatabase } from "../support/postgres.ts";

const WORK = bpmn("start -> W -> end\nservice W: type=work");

async function onStores(run: (store: Store) => Promise<void>): Promise<void> {
  {
    await using dir = tempDir();
    await run(await KvStore.open(`${dir.path}/closed.kv`));
  }
  await using database = await testDatabase();
  await run(await PostgresStore.open(database.url));
}

/** Counts what a store is asked to write. */
function counted(store: Store): { commits: number } {
  const counts = { commits: 0 };
  const commit = store.commit.bind(store);
  store.commit = (...given) => {
    counts.commits++;
    return commit(...given);
  };
  return counts;
}

Deno.test("a worker whose store is closed under it stops, whatever it is doing", async () => {
  await onStores(async (store) => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const worker = await createWorker({
      store,
      pollMs: 5,
      logger: silentLogger,
      handlers: {
        work: async () => {
          begin();
          await gate;
        },
      },
    });
    await worker.engine.deploy(WORK);
    await worker.engine.start("p");
    worker.start();
    await begun;
    await store[Symbol.asyncDispose]();
    const counts = counted(store);
    const stopped = worker.stop();
    open();
    await stopped;
    assert.equal(worker.health().status, "stopped");
    // It knows that the store does not come back: what is tried again is tried for two minutes.
    assert.ok(counts.commits <= 3, `${counts.commits} commits were tried`);
  });
});

Deno.test("an engine whose store is closed under it refuses, and ends", async () => {
  await onStores(async (store) => {
    const engine = await createEngine({ store, logger: silentLogger });
    await engine.deploy(WORK);
    const { id } = await engine.start("p");
    await store[Symbol.asyncDispose]();
    const counts = counted(store);
    const closed = (error: unknown): boolean =>
      error instanceof StoreError && /it is closed/.test(error.message);
    await assert.rejects(engine.start("p"), closed);
    await assert.rejects(engine.setVariables(id, { a: 1 }), closed);
    await assert.rejects(engine.cancel(id), closed);
    await assert.rejects(engine.instances(), closed);
    await engine[Symbol.asyncDispose]();
    assert.ok(counts.commits <= 6, `${counts.commits} commits were tried`);
  });
});
