import assert from "node:assert/strict";
import type { NewMessage, Store } from "../../storage/store.ts";
import {
  changeOf,
  commitAll,
  commitOne,
  givenInstance,
  job,
  leaseOne,
  load,
  message,
  newId,
  newIds,
  T0,
  TENANT,
} from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

async function publish(
  store: Store,
  options: Partial<NewMessage> = {},
): Promise<{ id: string; stored: boolean }> {
  const [id, jobId] = await newIds(store, 2);
  const matcher = job(jobId, { type: "baton:correlate", class: 0, payload: JSON.stringify({ id }) });
  return { id, stored: await store.publishMessage(message(id, options), matcher) };
}

/** Buffered messages. */
export function testMessagesContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: a published message is listed and its job is due`, async () => {
    await using store = await open();
    const options = { messageId: "m-1", variables: '{"n":1}', targetProcess: "order" };
    const { id, stored } = await publish(store, options);
    assert.equal(stored, true);
    assert.deepEqual(await store.listMessages(TENANT, "paid", "k1", T0), [
      { ...message(id, options), takenBy: [] },
    ]);
    assert.deepEqual(await store.listMessages(TENANT, "paid", "k2", T0), []);
    assert.deepEqual(await store.listMessages(TENANT, "sent", "k1", T0), []);
    const matcher = await leaseOne(store, { wants: [{ type: "baton:correlate", max: 1 }] });
    assert.equal(matcher.payload, JSON.stringify({ id }));
  });

  Deno.test(`${name}: messages are listed oldest first until they expire`, async () => {
    await using store = await open();
    const late = await publish(store, { publishedAt: T0 + 2 });
    const early = await publish(store, { publishedAt: T0 + 1 });
    const short = await publish(store, { expiresAt: T0 + 10 });
    const ids = async (at: number) =>
      (await store.listMessages(TENANT, "paid", "k1", at)).map((each) => each.id);
    assert.deepEqual(await ids(T0 + 9), [short.id, early.id, late.id]);
    assert.deepEqual(await ids(T0 + 10), [early.id, late.id]);
    await store.deleteMessages([early.id, "999999"]);
    assert.deepEqual(await ids(T0 + 10), [late.id]);
  });

  Deno.test(`${name}: a publisher's id is known as long as its message lives`, async () => {
    await using store = await open();
    assert.equal((await publish(store, { messageId: "m-1" })).stored, true);
    assert.equal((await publish(store, { messageId: "m-1", publishedAt: T0 + 5 })).stored, false);
    assert.equal((await store.listMessages(TENANT, "paid", "k1", T0)).length, 1);
    assert.equal((await store.listJobs({ type: "baton:correlate" })).items.length, 1, "no job either");
    assert.equal((await publish(store, { messageId: "m-1", name: "sent" })).stored, true, "per name");
    assert.equal((await publish(store, { messageId: "m-1", tenant: "other" })).stored, true, "per tenant");
    const after = { publishedAt: T0 + 60_000, expiresAt: T0 + 120_000 };
    assert.equal((await publish(store, { messageId: "m-1", ...after })).stored, true, "its life is over");
    assert.equal((await publish(store)).stored, true);
    assert.equal((await publish(store)).stored, true, "without an id nothing is a duplicate");
  });

  Deno.test(`${name}: of concurrent publishers with one message id one is stored`, async () => {
    await using store = await open();
    const results = await Promise.all(Array.from({ length: 6 }, () => publish(store, { messageId: "m-1" })));
    assert.equal(results.filter((each) => each.stored).length, 1);
    assert.equal((await store.listMessages(TENANT, "paid", "k1", T0)).length, 1);
    assert.equal((await store.listJobs({ type: "baton:correlate" })).items.length, 1);
  });

  Deno.test(`${name}: a message is taken once per process key`, async () => {
    await using store = await open();
    const { id } = await publish(store);
    const [a, b, c] = await Promise.all([0, 1, 2].map(() => givenInstance(store)));
    const take = (instance: typeof a, processKey: string) =>
      commitOne(
        store,
        changeOf(instance, { state: '{"got":1}', takeMessages: [{ messageId: id, processKey }] }),
      );
    assert.equal((await take(a, "order")).outcome, "committed");
    assert.equal((await take(b, "order")).outcome, "duplicate");
    assert.equal((await load(store, b.id)).state, "{}", "nothing was written");
    assert.equal((await take(c, "bill")).outcome, "committed", "another process may");
    const [stored] = await store.listMessages(TENANT, "paid", "k1", T0);
    assert.deepEqual([...stored.takenBy].sort(), ["bill", "order"]);
  });

  Deno.test(`${name}: of concurrent takers of one process one gets the message`, async () => {
    await using store = await open();
    const { id } = await publish(store);
    const instances = await Promise.all(Array.from({ length: 6 }, () => givenInstance(store)));
    const takeMessages = [{ messageId: id, processKey: "order" }];
    const results = await Promise.all(
      instances.map((each) => commitOne(store, changeOf(each, { takeMessages }))),
    );
    assert.equal(results.filter((each) => each.outcome === "committed").length, 1);
    for (const { outcome } of results) {
      assert.ok(["committed", "duplicate", "busy"].includes(outcome), outcome);
    }
  });

  Deno.test(`${name}: two units of one call cannot take the same message`, async () => {
    await using store = await open();
    const { id } = await publish(store);
    const [a, b] = await Promise.all([givenInstance(store), givenInstance(store)]);
    const takeMessages = [{ messageId: id, processKey: "order" }];
    const results = await store.commit([changeOf(a, { takeMessages }), changeOf(b, { takeMessages })]);
    assert.equal(results.filter((each) => each.outcome === "committed").length, 1);
  });

  Deno.test(`${name}: a message that is gone cannot be taken`, async () => {
    await using store = await open();
    const { id } = await publish(store);
    await store.deleteMessages([id]);
    const instance = await givenInstance(store);
    for (const messageId of [id, await newId(store)]) {
      const unit = changeOf(instance, { takeMessages: [{ messageId, processKey: "order" }] });
      assert.equal((await commitOne(store, unit)).outcome, "duplicate");
    }
    await commitAll(store, [changeOf(instance)]);
  });
}
