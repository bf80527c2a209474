/** A store for a conformance run, by name. */
import { startLocalPostgres } from "../../cli/local_postgres.ts";
import { KvStore } from "../../storage/kv.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";

/** A store and what has to go with it. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: Store;
}

/**
 * Opens an empty store.
 *
 * @param database An empty one for `postgres`; absent: a server is started for it.
 * @throws {RangeError} If the name is not `memory`, `kv` or `postgres`.
 */
export async function openStore(name: string, database?: string): Promise<OpenedStore> {
  switch (name) {
    case "memory":
      return owned(new MemoryStore());
    case "kv":
      return owned(await KvStore.open(":memory:"));
    case "postgres": {
      if (database !== undefined) return owned(await PostgresStore.open(database));
      const server = await startLocalPostgres();
      return owned(await PostgresStore.open(server.url), server);
    }
    default:
      throw new RangeError(`Cannot open a store "${name}": take memory, kv or postgres`);
  }
}

async function owned(store: Store, server?: AsyncDisposable): Promise<OpenedStore> {
  await store.migrate();
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    },
  };
}
