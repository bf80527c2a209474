import { KvStore } from "../../storage/kv.ts";
import type { Store } from "../../storage/store.ts";
import { testStoreContract } from "./mod.ts";

testStoreContract({
  name: "kv :memory:",
  open: (options) => KvStore.open(":memory:", options),
  // The same code as on a file, which does 100,000.
  manyJobs: 10_000,
});

const paths = new WeakMap<Store, string>();

testStoreContract({
  name: "kv file",
  async open(options) {
    const folder = await Deno.makeTempDir({ prefix: "baton_kv_" });
    const store = await KvStore.open(`${folder}/test.kv`, options);
    const close = store[Symbol.asyncDispose].bind(store);
    store[Symbol.asyncDispose] = async () => {
      await close();
      await Deno.remove(folder, { recursive: true });
    };
    paths.set(store, `${folder}/test.kv`);
    return store;
  },
  reopen: (store) => KvStore.open(paths.get(store)),
});
