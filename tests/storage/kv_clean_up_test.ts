import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { changeOf, commitAll, commitOne, givenInstance, load } from "../contract/given.ts";

async function chunksIn(kv: Deno.Kv): Promise<number> {
  let count = 0;
  for await (const _ of kv.list({ prefix: ["baton", "chunk"] })) count++;
  return count;
}

Deno.test("cleanUp() removes the chunks that nothing points to and no others", async () => {
  const kv = await Deno.openKv(":memory:");
  try {
    await using store = await KvStore.open(kv);
    const big = (letter: string) => JSON.stringify(letter.repeat(150_000)); // three chunks
    const instance = await givenInstance(store, { variables: big("a") });
    await commitAll(store, [changeOf(instance, { variables: big("b") })]);
    assert.equal((await commitOne(store, changeOf(instance, { variables: big("c") }))).outcome, "conflict");
    assert.ok(await chunksIn(kv) > 3);
    assert.equal(await store.cleanUp(), 0, "none is old");
    assert.ok(await store.cleanUp(-1_000) > 0);
    assert.equal(await chunksIn(kv), 3);
    assert.equal((await load(store, instance.id)).variables, big("b"));
    await commitAll(store, [changeOf(await load(store, instance.id), { variables: "{}" })]);
    await store.cleanUp(-1_000);
    assert.equal(await chunksIn(kv), 0);
  } finally {
    kv.close();
  }
});
