import assert from "node:assert/strict";
import type { Store, SubscriptionQuery } from "../../storage/store.ts";
import { all, changeOf, commitAll, givenInstance, load, newIds, subscription, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

async function ids(store: Store, query: Partial<SubscriptionQuery>): Promise<string[]> {
  const { items } = await store.findSubscriptions({ tenant: TENANT, kind: "message", ...query });
  return items.map((each) => each.id);
}

/** Armed subscriptions. */
export function testSubscriptionsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: a subscription is found as it was armed`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store);
    const armed = subscription(id, {
      key: "k1",
      instanceId: instance.id,
      definitionId: "5",
      definitionIndex: 2,
    });
    await commitAll(store, [changeOf(instance, { openSubscriptions: [armed], at: T0 + 3 })]);
    const found = await store.findSubscriptions({ tenant: TENANT, kind: "message", name: "paid", key: "k1" });
    assert.deepEqual(found, { items: [{ ...armed, tenant: TENANT, armedAt: T0 + 3 }] });
  });

  Deno.test(`${name}: subscriptions are found by kind, name, key, instance and time`, async () => {
    await using store = await open();
    const [a, b, c, d] = await newIds(store, 4);
    const instance = await givenInstance(store);
    const own = { instanceId: instance.id };
    await commitAll(store, [changeOf(instance, {
      openSubscriptions: [
        subscription(b, { ...own, key: "k1" }),
        subscription(c, { ...own, kind: "signal", name: "alarm" }),
      ],
      at: T0 + 1,
    })]);
    const other = await givenInstance(store, {
      openSubscriptions: [subscription(a, { key: "k1" })],
      at: T0 + 2,
    });
    await commitAll(store, [changeOf(other, {
      openSubscriptions: [subscription(d, { instanceId: other.id, key: "k2" })],
      at: T0 + 3,
    })]);
    assert.deepEqual(await ids(store, { name: "paid", key: "k1" }), [b, a], "in the order they were armed");
    assert.deepEqual(await ids(store, { name: "paid", key: "k2" }), [d]);
    assert.deepEqual(await ids(store, { name: "paid", key: "" }), []);
    assert.deepEqual(await ids(store, { name: "paid" }), [b, a, d]);
    assert.deepEqual(await ids(store, { name: "alarm" }), []);
    assert.deepEqual(await ids(store, { kind: "signal", name: "alarm" }), [c]);
    assert.deepEqual(await ids(store, { instanceId: instance.id }), [b]);
    assert.deepEqual(await ids(store, { kind: "signal", instanceId: instance.id }), [c]);
    assert.deepEqual(await ids(store, { name: "paid", armedBefore: T0 + 3 }), [b, a]);
    assert.deepEqual(await ids(store, { name: "paid", armedBefore: T0 + 1 }), []);
    assert.deepEqual(await ids(store, { tenant: "other", name: "paid" }), []);
  });

  Deno.test(`${name}: a closed subscription is gone; a missing one is skipped`, async () => {
    await using store = await open();
    const [a, b] = await newIds(store, 2);
    const instance = await givenInstance(store, { openSubscriptions: [subscription(a), subscription(b)] });
    await commitAll(store, [changeOf(instance, { closeSubscriptions: [a, "999999"] })]);
    assert.deepEqual(await ids(store, { name: "paid" }), [b]);
    await commitAll(store, [changeOf(await load(store, instance.id), { closeSubscriptions: [a, b] })]);
    assert.deepEqual(await ids(store, { name: "paid" }), []);
  });

  Deno.test(`${name}: a thousand receivers of a signal are walked by pages while others arm`, async () => {
    await using store = await open();
    const armed = await newIds(store, 1_000);
    const signal = (id: string) => subscription(id, { kind: "signal", name: "alarm" });
    const instance = await givenInstance(store, { openSubscriptions: armed.map(signal) });
    let late = 0;
    const found = await all(async (cursor) => {
      const [id] = await newIds(store, 1);
      const current = await load(store, instance.id);
      await commitAll(store, [changeOf(current, { openSubscriptions: [signal(id)], at: T0 + 10 + late++ })]);
      return await store.findSubscriptions({
        tenant: TENANT,
        kind: "signal",
        name: "alarm",
        armedBefore: T0 + 10,
        take: 170,
        cursor,
      });
    });
    assert.deepEqual(found.map((each) => each.id), armed);
  });
}
