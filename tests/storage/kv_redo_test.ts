import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { all, changeOf, givenInstance, job, load, newIds, step } from "../contract/given.ts";

/** A database whose process dies after some more commits. */
function dying(kv: Deno.Kv, budget: { left: number }): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === "atomic") {
        return () => {
          if (budget.left-- <= 0) throw new Error("killed");
          return target.atomic();
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("a large commit is all or nothing, wherever its process dies", async () => {
  let whole = 0, nothing = 0;
  for (let commits = 0; commits < 40; commits++) {
    const kv = await Deno.openKv(":memory:");
    try {
      await using store = await KvStore.open(kv); // given a unit of 1,200 rows
      const instance = await givenInstance(store);
      const ids = await newIds(store, 600);
      const unit = changeOf(instance, {
        steps: ids.map((_, n) => step(n + 1, { error: "x".repeat(300) })),
        openJobs: ids.map((id) => job(id, { instanceId: instance.id })),
      });
      await using mortal = await KvStore.open(dying(kv, { left: commits })); // when its process dies on the way
      const [result] = await mortal.commit([unit]).catch((error: Error) => [{ outcome: error.message }]);

      const { revision } = await load(store, instance.id); // then another sees all of it or nothing
      const jobs = await all((cursor) => store.listJobs({ take: 1_000, cursor }));
      const expected = revision === 2 ? 600 : 0;
      assert.equal(jobs.length, expected);
      assert.equal((await store.listSteps(instance.id)).length, expected);
      if (result.outcome === "committed") assert.equal(revision, 2);
      if (revision === 2) whole++;
      else nothing++;
    } finally {
      kv.close();
    }
  }
  assert.ok(whole > 1 && nothing > 1, `${whole} whole, ${nothing} nothing`);
});
