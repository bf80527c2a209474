/** Runs a test on every store, each time on data of its own. */
import assert from "node:assert/strict";
import { createEngine, type Engine, type EngineOptions, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker, type Worker, type WorkerOptions } from "../../worker.ts";
import { storeDatabase } from "../support/postgres.ts";

/** A clock that moves when told. */
export class TestClock {
  #at = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#at;
  }
  advance(ms: number): void {
    this.#at += ms;
  }
}

/** What a test gets. */
export interface Given {
  readonly store: Store;
  readonly clock: TestClock;
  /** An engine on the store, with the clock; further ones are further processes. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  /** A worker likewise; not started. */
  worker(options?: Partial<WorkerOptions>): Promise<Worker>;
}

type Open = (clock: () => number) => Promise<Store>;

const STORES: Readonly<Record<string, Open>> = {
  memory: (clock) => Promise.resolve(new MemoryStore({ clock })),
  async kv(clock) {
    const folder = await Deno.makeTempDir({ prefix: "baton_runtime_" });
    return closing(
      await KvStore.open(`${folder}/test.kv`, { clock }),
      () => Deno.remove(folder, { recursive: true }),
    );
  },
  async postgres(clock) {
    const database = await storeDatabase();
    const store = await PostgresStore.open(database.url, { migrate: false, clock });
    return closing(store, () => database[Symbol.asyncDispose]());
  },
};

/** What a test may leave to a worker. */
const LATE: ReadonlySet<string> = new Set(["message-left", "kpis-left"]);

function closing(store: Store, after: () => PromiseLike<unknown>): Store {
  const close = store[Symbol.asyncDispose].bind(store);
  store[Symbol.asyncDispose] = async () => {
    await close();
    await after();
  };
  return store;
}

/** @param only Default: all stores. */
export function onEachStore(
  name: string,
  test: (given: Given) => Promise<void>,
  only: readonly string[] = Object.keys(STORES),
): void {
  for (const kind of only) {
    Deno.test(`${kind}: ${name}`, async () => {
      const clock = new TestClock();
      const store = await STORES[kind](() => clock.now());
      const common = { store, clock, logger: silentLogger, closeStore: false };
      const engines: Engine[] = [];
      const workers: Worker[] = [];
      try {
        await test({
          store,
          clock,
          async engine(options = {}) {
            const engine = await createEngine({ ...common, ...options });
            engines.push(engine);
            return engine;
          },
          async worker(options = {}) {
            const worker = await createWorker({ ...common, ...options });
            workers.push(worker);
            return worker;
          },
        });
        // Whatever it did: each index has what the rows say.
        const astray = (await store.audit()).filter((found) => !LATE.has(found.kind));
        assert.deepEqual(astray, []);
      } finally {
        for (const worker of workers) await worker.stop();
        for (const engine of engines) await engine.close();
        await store[Symbol.asyncDispose]();
      }
    });
  }
}
