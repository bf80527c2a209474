import { KvStore } from "../../storage/kv.ts";
import type { Store } from "../../storage/store.ts";
import { testStoreContract } from "./mod.ts";

testStoreContract({
  name: "kv :memory:",
  open: (options) => KvStore.open(":memory:", options),
  // The same code as on a file.
  manyJobs: 5_000,
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
  // More than any call or page takes, and than all shards' first pages; 100,000 do no more than take their time.
  manyJobs: Number(Deno.env.get("KV_JOBS") ?? 20_000),
  reopen: (store) => KvStore.open(paths.get(store)),
});
