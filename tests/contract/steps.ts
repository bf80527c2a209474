import assert from "node:assert/strict";
import { changeOf, commitAll, givenInstance, load, step, T0 } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

/** History. */
export function testStepsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: a step is read as it was written`, async () => {
    await using store = await open();
    const full = step(1, {
      status: "failed",
      item: 3,
      failures: 4,
      error: "card refused",
      attempts: [{ at: T0 + 1, message: "timeout" }, { at: T0 + 2, message: "refused" }],
    });
    const bare = step(2, { elementType: "startEvent", status: "skipped", endedAt: T0 });
    const { id } = await givenInstance(store, { steps: [full, bare] });
    assert.deepEqual(await store.listSteps(id), [full, bare]);
    assert.deepEqual(await store.listSteps("999999"), []);
  });

  Deno.test(`${name}: steps go by sequence, whenever they ended`, async () => {
    await using store = await open();
    const { id } = await givenInstance(store, { steps: [step(10), step(2)] });
    await commitAll(store, [changeOf(await load(store, id), { steps: [step(1), step(9)] })]);
    const sequences = async (options: { after?: number; take?: number }) =>
      (await store.listSteps(id, options)).map((each) => each.sequence);
    assert.deepEqual(await sequences({}), [1, 2, 9, 10]);
    assert.deepEqual(await sequences({ after: 2 }), [9, 10]);
    assert.deepEqual(await sequences({ take: 3 }), [1, 2, 9]);
    assert.deepEqual(await sequences({ after: 1, take: 2 }), [2, 9]);
    assert.deepEqual(await sequences({ after: 10 }), []);
  });
}
