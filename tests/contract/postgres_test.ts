import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { testDatabase } from "../support/postgres.ts";
import { testStoreContract } from "./mod.ts";

const urls = new WeakMap<Store, string>();

testStoreContract({
  name: "postgres",
  async open(options) {
    const database = await testDatabase();
    const store = await PostgresStore.open(database.url, { migrate: false, ...options });
    urls.set(store, database.url);
    const close = store[Symbol.asyncDispose].bind(store);
    store[Symbol.asyncDispose] = async () => {
      await close();
      await database[Symbol.asyncDispose]();
    };
    return store;
  },
  reopen: (store) => PostgresStore.open(urls.get(store) ?? "", { migrate: false }),
});
