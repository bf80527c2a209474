import assert from "node:assert/strict";
import { givenInstance, newId, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

const HOUR_MS = 3_600_000;

/** Rows that do not go together. What only one store can have is beside that store's other tests. */
export function testAuditContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: audit() finds nothing in what was done through the store`, async () => {
    await using store = await open();
    assert.deepEqual(await store.audit(), []);
    const id = await newId(store);
    const instance = await givenInstance(store, {
      created: { businessKey: "b-1" },
      variables: '{"a":1,"b":"x","c":{"d":1}}',
      searchable: [["a", "1"], ["b", '"x"']],
      openJobs: [{ id: await newId(store), instanceId: id, type: "t", class: 2, dueAt: T0 }],
    });
    assert.deepEqual(await store.audit({ at: T0 }), []);
    const [{ outcome }] = await store.commit([{
      ...{ instanceId: instance.id, tenant: TENANT, revision: instance.revision, at: T0 },
      ...{ status: "suspended", state: "{}", variables: '{"b":"y"}', searchable: [["b", '"y"']] },
      ...{ leases: [], steps: [], openJobs: [], closeJobs: [] },
    }]);
    assert.equal(outcome, "committed");
    assert.deepEqual(await store.audit({ at: T0 }), []);
  });

  Deno.test(`${name}: audit() tells of messages that expired over an hour ago, by tenant`, async () => {
    await using store = await open();
    const [a, b] = [await newId(store), await newId(store)];
    for (const [id, tenant] of [[a, "one"], [b, "two"]]) {
      await store.publishMessage(
        { id, tenant, name: "paid", key: "k", variables: "{}", publishedAt: T0, expiresAt: T0 + 1_000 },
        { id: await newId(store), type: "baton:correlate", class: 0, dueAt: T0 + 10 * HOUR_MS },
      );
    }
    const late = T0 + 1_000 + HOUR_MS;
    assert.deepEqual(await store.audit({ at: late }), []);
    const left = (id: string) => ({ kind: "message-left", id });
    assert.deepEqual(await store.audit({ at: late + 1 }), [left(a), left(b)]);
    assert.deepEqual(await store.audit({ at: late + 1, tenant: "two" }), [left(b)]);
    assert.deepEqual(await store.audit({ at: late + 1, take: 1 }), [left(a)]);
    await store.deleteMessages([a]);
    assert.deepEqual(await store.audit({ at: late + 1 }), [left(b)]);
  });
}
