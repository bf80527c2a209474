import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { runWithKills } from "./kill_workers.ts";

Deno.test("Deno KV: two processes on one file, killed at random, lose no order and repeat no step", async () => {
  const folder = await Deno.makeTempDir({ prefix: "baton_kill_kv_" });
  try {
    const place = `${folder}/shared.kv`;
    await using store = await KvStore.open(place);
    await runWithKills({ name: "kill_kv", store, place, instances: 150, workers: 2, kills: 4 });
    const { items } = await store.listInstances({ take: 1_000 });
    assert.equal(items.length, 150);
    assert.deepEqual((await store.listJobs()).items, []);
    assert.deepEqual((await store.findSubscriptions({ tenant: "default", kind: "message" })).items, []);
    assert.deepEqual((await store.listIncidents()).items, []);
    assert.equal((await store.kpis({ groupBy: "process" }))[0].count, 150);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
