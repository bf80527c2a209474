import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { commitAll, job, newIds, newUnit } from "../contract/given.ts";

Deno.test("two processes on one KV file finish each job once and lose none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "baton_kv_two_" });
  try {
    const path = `${folder}/shared.kv`;
    await using store = await KvStore.open(path); // given 300 instances with one due job each
    const ids = await newIds(store, 300);
    const units = await Promise.all(ids.map(async (id) => {
      const unit = await newUnit(store);
      return { ...unit, openJobs: [job(id, { instanceId: unit.instanceId, dueAt: Date.now() - 1_000 })] };
    }));
    await commitAll(store, units);

    const outputs = await Promise.all(["a", "b"].map((worker) =>
      // when two processes work on them
      new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--unstable-kv",
          "-A",
          new URL("./kv_process.ts", import.meta.url).pathname,
          path,
          worker,
        ],
        stdout: "piped",
        stderr: "piped",
      }).output()
    ));
    const text = new TextDecoder();
    for (const { success, stderr } of outputs) assert.ok(success, text.decode(stderr));
    const counts = outputs.map(({ stdout }) => Number(text.decode(stdout)));
    assert.equal(counts[0] + counts[1], 300, `each committed once: ${counts}`); // then all are done, once
    assert.deepEqual((await store.listJobs()).items, []);
    const { items } = await store.listInstances({ statuses: ["completed"], take: 1_000 });
    assert.equal(items.length, 300);
    assert.ok(items.every((each) => each.revision === 2));
    assert.equal((await store.kpis())[0]?.count, 300);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
