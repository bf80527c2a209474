/** Two engines and two workers on the same data, each with a store of its own: what races need. */
import { createEngine, type Engine, type Handlers, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { storeDatabase } from "../support/postgres.ts";

/** What a race gets. */
export interface Racers {
  readonly stores: readonly [Store, Store];
  readonly engines: readonly [Engine, Engine];
  /** Two workers do all that is due, side by side, until nothing is. */
  drain(handlers?: Handlers): Promise<void>;
}

interface Opened {
  readonly stores: readonly [Store, Store];
  close?(): Promise<unknown>;
}

const STORES: Readonly<Record<string, () => Promise<Opened>>> = {
  memory() {
    const store = new MemoryStore();
    return Promise.resolve({ stores: [store, store] });
  },
  async kv() {
    const folder = await Deno.makeTempDir({ prefix: "baton_race_" });
    const open = () => KvStore.open(`${folder}/race.kv`);
    return { stores: [await open(), await open()], close: () => Deno.remove(folder, { recursive: true }) };
  },
  async postgres() {
    const database = await storeDatabase();
    const open = () => PostgresStore.open(database.url, { migrate: false });
    return { stores: [await open(), await open()], close: async () => await database[Symbol.asyncDispose]() };
  },
};

/** Registers a race on every store. */
export function race(name: string, test: (racers: Racers) => Promise<void>): void {
  for (const [kind, open] of Object.entries(STORES)) {
    Deno.test(`${kind}: ${name}`, async () => {
      const { stores, close } = await open();
      const common = { closeStore: false, migrate: false, logger: silentLogger };
      const [a, b] = await Promise.all(stores.map((store) => createEngine({ ...common, store })));
      try {
        await test({
          stores,
          engines: [a, b],
          async drain(handlers = {}) {
            const workers = await Promise.all(
              stores.map((store) => createWorker({ ...common, store, handlers })),
            );
            await Promise.all(workers.map((worker) => worker.drain()));
            await Promise.all(workers.map((worker) => worker.stop()));
          },
        });
      } finally {
        await Promise.all([a.close(), b.close()]);
        for (const store of new Set(stores)) await store[Symbol.asyncDispose]();
        await close?.();
      }
    });
  }
}

/** Waits 0 to `ms` milliseconds, so that two sides meet at every point of each other. */
export function jitter(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ms));
}
