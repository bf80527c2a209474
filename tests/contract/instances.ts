import assert from "node:assert/strict";
import type { InstanceQuery, Store } from "../../storage/store.ts";
import { changeOf, commitAll, commitOne, givenInstance, load, newUnit, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

async function ids(store: Store, query: InstanceQuery): Promise<string[]> {
  return (await store.listInstances(query)).items.map((each) => each.id);
}

/** Loading and listing instances. */
export function testInstancesContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: an instance is loaded as it was written`, async () => {
    await using store = await open();
    const written = await newUnit(store, {
      created: { businessKey: "B-1", parentId: "77", rootId: "66", definitionId: "5", version: 3 },
      state: '{"b":1,"a":[2]}',
      variables: '{"z":1,"a":"ä"}',
      locals: '{"2":{"x":1}}',
    });
    await commitAll(store, [written]);
    assert.deepEqual(await store.loadInstances([written.instanceId, "999999"]), [{
      id: written.instanceId,
      tenant: TENANT,
      definitionId: "5",
      key: "order",
      version: 3,
      businessKey: "B-1",
      status: "running",
      startedAt: T0,
      revision: 1,
      parentId: "77",
      rootId: "66",
      state: '{"b":1,"a":[2]}',
      variables: '{"z":1,"a":"ä"}',
      locals: '{"2":{"x":1}}',
    }]);
    assert.deepEqual(await store.loadInstances([]), []);
  });

  Deno.test(`${name}: what a unit leaves out stays as it was`, async () => {
    await using store = await open();
    const before = await givenInstance(store, { variables: '{"a":1}', locals: '{"2":{}}', state: '{"n":1}' });
    await commitAll(store, [changeOf(before, { state: '{"n":2}' })]);
    const after = await load(store, before.id);
    assert.deepEqual(after, { ...before, state: '{"n":2}', revision: 2 });
    await commitAll(store, [changeOf(after, { locals: null, variables: '{"a":2}' })]);
    const { locals, ...rest } = after;
    assert.equal(locals, '{"2":{}}');
    assert.deepEqual(await load(store, before.id), { ...rest, variables: '{"a":2}', revision: 3 });
  });

  Deno.test(`${name}: an ended instance keeps its end and reason`, async () => {
    await using store = await open();
    const before = await givenInstance(store);
    await commitAll(store, [
      changeOf(before, { status: "cancelled", endedAt: T0 + 5, reason: "wrong order" }),
    ]);
    const { state: _s, variables: _v, ...record } = await load(store, before.id);
    assert.equal(record.endedAt, T0 + 5);
    assert.equal(record.reason, "wrong order");
    assert.deepEqual((await store.listInstances({ statuses: ["cancelled"] })).items, [record]);
    assert.deepEqual((await store.listInstances({ statuses: ["running"] })).items, []);
  });

  Deno.test(`${name}: listInstances() filters by everything, alone and together`, async () => {
    await using store = await open();
    const a = await givenInstance(store, {
      created: { key: "order", definitionId: "1", businessKey: "B-1", startedAt: T0 },
      searchable: [["city", '"Rome"'], ["total", "12.5"], ["paid", "true"], ["note", "null"]],
    });
    const b = await givenInstance(store, {
      created: { key: "order", definitionId: "2", businessKey: "B-2", startedAt: T0 + 10 },
      searchable: [["city", '"Oslo"'], ["total", "12.5"]],
    });
    const c = await givenInstance(store, {
      created: { key: "bill", definitionId: "3", startedAt: T0 + 20, parentId: a.id, rootId: a.id },
      searchable: [["city", '"12.5"']],
    });
    await commitAll(store, [changeOf(b, { status: "completed", endedAt: T0 + 30 })]);

    assert.deepEqual(await ids(store, {}), [c.id, b.id, a.id]);
    assert.deepEqual(await ids(store, { key: "order" }), [b.id, a.id]);
    assert.deepEqual(await ids(store, { definitionId: "2" }), [b.id]);
    assert.deepEqual(await ids(store, { businessKey: "B-1" }), [a.id]);
    assert.deepEqual(await ids(store, { statuses: ["running"] }), [c.id, a.id]);
    assert.deepEqual(await ids(store, { statuses: ["completed", "running"] }), [c.id, b.id, a.id]);
    assert.deepEqual(await ids(store, { statuses: ["failed", "running", "running"] }), [c.id, a.id]);
    assert.deepEqual(await ids(store, { statuses: ["failed"] }), []);
    assert.deepEqual(await ids(store, { statuses: [] }), []);
    assert.deepEqual(await ids(store, { startedFrom: T0 + 10 }), [c.id, b.id]);
    assert.deepEqual(await ids(store, { startedTo: T0 + 10 }), [a.id]);
    assert.deepEqual(await ids(store, { startedFrom: T0 + 10, startedTo: T0 + 20 }), [b.id]);
    assert.deepEqual(await ids(store, { parentId: a.id }), [c.id]);
    assert.deepEqual(await ids(store, { rootId: a.id }), [c.id, a.id]);
    assert.deepEqual(await ids(store, { rootId: a.id, businessKey: "B-1" }), [a.id]);
    assert.deepEqual(await ids(store, { rootId: a.id, variables: [{ name: "paid", value: true }] }), [a.id]);
    const variable = (name: string, value: string | number | boolean | null) => ({
      variables: [{ name, value }],
    });
    assert.deepEqual(await ids(store, variable("city", "Rome")), [a.id]);
    assert.deepEqual(await ids(store, variable("total", 12.5)), [b.id, a.id]);
    assert.deepEqual(await ids(store, variable("city", "12.5")), [c.id], "text is not a number");
    assert.deepEqual(await ids(store, variable("paid", true)), [a.id]);
    assert.deepEqual(await ids(store, variable("note", null)), [a.id]);
    assert.deepEqual(await ids(store, variable("missing", null)), []);
    assert.deepEqual(
      await ids(store, { key: "order", statuses: ["running"], ...variable("total", 12.5), tenant: TENANT }),
      [a.id],
    );
    assert.deepEqual(
      await ids(store, { variables: [{ name: "total", value: 12.5 }, { name: "city", value: "Oslo" }] }),
      [b.id],
    );
    assert.deepEqual(await ids(store, { businessKey: "B-1", key: "bill" }), []);
  });

  Deno.test(`${name}: a changed variable is found by its new value only`, async () => {
    await using store = await open();
    const before = await givenInstance(store, { searchable: [["city", '"Rome"'], ["gone", "1"]] });
    await commitAll(store, [changeOf(before, { variables: "{}", searchable: [["city", '"Oslo"']] })]);
    await commitAll(store, [changeOf(await load(store, before.id), { state: '{"n":3}' })]);
    const find = (name: string, value: string | number) => ids(store, { variables: [{ name, value }] });
    assert.deepEqual(await find("city", "Oslo"), [before.id]);
    assert.deepEqual(await find("city", "Rome"), []);
    assert.deepEqual(await find("gone", 1), []);
  });

  Deno.test(`${name}: a unique key is held until it is released`, async () => {
    await using store = await open();
    const first = await givenInstance(store, { created: { uniqueKey: "order/B-1" } });
    assert.equal((await store.findByUniqueKey(TENANT, "order/B-1"))?.id, first.id);
    assert.equal(await store.findByUniqueKey("other", "order/B-1"), undefined);
    assert.equal(await store.findByUniqueKey(TENANT, "order/B-2"), undefined);

    const second = await newUnit(store, { created: { uniqueKey: "order/B-1" } });
    assert.deepEqual(await commitOne(store, second), { outcome: "duplicate", instanceId: first.id });
    assert.deepEqual(await store.loadInstances([second.instanceId]), []);
    await commitAll(store, [changeOf(first, { status: "completed", endedAt: T0 + 1 })]);
    assert.equal((await commitOne(store, second)).outcome, "duplicate", "an end alone does not release");

    await commitAll(store, [changeOf(await load(store, first.id), { releaseUniqueKey: true })]);
    assert.equal(await store.findByUniqueKey(TENANT, "order/B-1"), undefined);
    await commitAll(store, [second]);
    assert.equal((await store.findByUniqueKey(TENANT, "order/B-1"))?.id, second.instanceId);
  });

  Deno.test(`${name}: an instance that ends in its first unit keeps its unique key from nobody, and waits for it`, async () => {
    await using store = await open();
    const passing = () =>
      newUnit(store, {
        created: { uniqueKey: "order/B-1" },
        releaseUniqueKey: true,
        status: "completed",
        endedAt: T0,
      });
    for (let n = 0; n < 2; n++) await commitAll(store, [await passing()]);
    assert.equal(await store.findByUniqueKey(TENANT, "order/B-1"), undefined);
    const holder = await givenInstance(store, { created: { uniqueKey: "order/B-1" } });
    const refused = await passing();
    assert.deepEqual(await commitOne(store, refused), { outcome: "duplicate", instanceId: holder.id });
    assert.deepEqual(await store.loadInstances([refused.instanceId]), []);
    assert.equal((await store.findByUniqueKey(TENANT, "order/B-1"))?.id, holder.id);
  });

  Deno.test(`${name}: of concurrent starts with one unique key one stands`, async () => {
    await using store = await open();
    const units = await Promise.all(
      Array.from({ length: 6 }, () => newUnit(store, { created: { uniqueKey: "one" } })),
    );
    const results = (await Promise.all(units.map((unit) => commitOne(store, unit)))).map((each) =>
      each.outcome
    );
    assert.equal(results.filter((outcome) => outcome === "committed").length, 1);
    // A store may answer that it is busy instead of waiting; it must then tell who holds the key when asked again.
    const holder = await store.findByUniqueKey(TENANT, "one");
    for (const [i, outcome] of results.entries()) {
      if (outcome === "committed") continue;
      assert.ok(outcome === "duplicate" || outcome === "busy", outcome);
      assert.deepEqual(await commitOne(store, units[i]), { outcome: "duplicate", instanceId: holder?.id });
    }
  });

  Deno.test(`${name}: two units of one call cannot take the same unique key`, async () => {
    await using store = await open();
    const a = await newUnit(store, { created: { uniqueKey: "one" } });
    const b = await newUnit(store, { created: { uniqueKey: "one" } });
    const outcomes = (await store.commit([a, b])).map((each) => each.outcome);
    assert.equal(outcomes.filter((outcome) => outcome === "committed").length, 1);
    assert.equal((await store.loadInstances([a.instanceId, b.instanceId])).length, 1);
  });

  Deno.test(`${name}: stored instances cannot be changed through what a caller got or gave`, async () => {
    await using store = await open();
    const before = await givenInstance(store);
    (before as { status: string }).status = "failed";
    const [record] = (await store.listInstances({})).items;
    (record as { key: string }).key = "changed";
    const after = await load(store, before.id);
    assert.equal(after.status, "running");
    assert.equal(after.key, "order");
  });
}
