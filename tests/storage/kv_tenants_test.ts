import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { newUnit } from "../contract/given.ts";

/** A database that is cut off before its first commits, or in which others are quicker. */
function failing(kv: Deno.Kv, failures: ("throws" | "refuses")[]): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== "atomic") return typeof value === "function" ? value.bind(target) : value;
      return () => {
        const failure = failures.shift();
        if (failure === "throws") throw new Error("cut off");
        const operation = target.atomic();
        return failure === "refuses"
          ? operation.check({ key: ["not there"], versionstamp: "0".repeat(20) })
          : operation;
      };
    },
  });
}

for (const failure of ["throws", "refuses"] as const) {
  Deno.test(`a tenant whose first commit ${failure} is known once a later one stands`, async () => {
    const kv = await Deno.openKv(":memory:");
    try {
      const failures: ("throws" | "refuses")[] = [];
      await using store = await KvStore.open(failing(kv, failures));
      const unit = await newUnit(store, { tenant: "new" });
      failures.push(failure); // given a commit that fails as a whole
      const [first] = await store.commit([unit]);
      // when it is sent again, or was written alone
      if (first.outcome !== "committed") await store.commit([unit]);
      // then a list over all tenants has it
      assert.deepEqual((await store.listInstances()).items.map(({ id }) => id), [unit.instanceId]);
    } finally {
      kv.close();
    }
  });
}
