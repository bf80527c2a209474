import assert from "node:assert/strict";
import type { Store } from "../../storage/store.ts";
import { all, commitAll, definition, givenInstance, givenJobs, newId, newUnit, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

async function givenInstances(store: Store, count: number): Promise<string[]> {
  const units = [];
  for (let i = 0; i < count; i++) {
    // Several share a time: the id decides.
    units.push(await newUnit(store, { created: { startedAt: T0 + Math.floor(i / 3) } }));
  }
  await commitAll(store, units);
  return units.map((unit) => unit.instanceId);
}

/** Pages. */
export function testPagingContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: pages of instances show each once while rows are added`, async () => {
    await using store = await open();
    const ids = await givenInstances(store, 50);
    let added = 0;
    const seen = await all(async (cursor) => {
      const page = await store.listInstances({ take: 7, cursor });
      await givenInstance(store, { created: { startedAt: T0 + 1_000 + added++ } });
      return page;
    });
    assert.deepEqual(seen.map((each) => each.id), ids.toReversed());
  });

  Deno.test(`${name}: pages of filtered instances are full and end`, async () => {
    await using store = await open();
    await givenInstances(store, 10);
    for (let i = 0; i < 10; i++) await givenInstance(store, { created: { key: "bill", startedAt: T0 + i } });
    const sizes: number[] = [];
    const statuses = ["running", "failed"] as const;
    const seen = await all(async (cursor) => {
      const page = await store.listInstances({ key: "bill", statuses, take: 5, cursor });
      sizes.push(page.items.length);
      return page;
    });
    assert.deepEqual(sizes, [5, 5], "no empty page at the end");
    assert.ok(seen.every((each) => each.key === "bill"));
  });

  Deno.test(`${name}: skip leaves out the newest`, async () => {
    await using store = await open();
    const ids = await givenInstances(store, 10);
    const { items, next } = await store.listInstances({ skip: 4, take: 3 });
    assert.deepEqual(items.map((each) => each.id), ids.toReversed().slice(4, 7));
    assert.ok(next);
    assert.deepEqual((await store.listInstances({ skip: 10 })).items, []);
  });

  Deno.test(`${name}: a page has 100 rows by default and 1,000 at most`, async () => {
    await using store = await open();
    await givenInstances(store, 101);
    const page = await store.listInstances();
    assert.equal(page.items.length, 100);
    assert.ok(page.next);
    assert.equal((await store.listInstances({ take: 1_000 })).items.length, 101);
    await assert.rejects(store.listInstances({ take: 1_001 }), RangeError);
    await assert.rejects(store.listInstances({ take: 0 }), RangeError);
    await assert.rejects(store.listInstances({ skip: 10_001 }), RangeError);
  });

  Deno.test(`${name}: a cursor that is none is refused`, async () => {
    await using store = await open();
    await assert.rejects(store.listInstances({ cursor: "nonsense" }), TypeError);
    await assert.rejects(store.listJobs({ cursor: "%%%" }), TypeError);
  });

  Deno.test(`${name}: pages of jobs and of definitions show each once`, async () => {
    await using store = await open();
    const jobs = await givenJobs(store, 25);
    let added = 0;
    const seen = await all(async (cursor) => {
      const page = await store.listJobs({ take: 4, cursor });
      if (added++ === 0) await givenJobs(store, 1, { type: "late" });
      return page;
    });
    assert.deepEqual(seen.map((each) => each.id).slice(0, 25), jobs);
    for (const key of ["b", "a", "c"]) {
      for (const hash of ["1", "2"]) {
        const definitions = [definition(await newId(store), { key })];
        await store.deploy({ tenant: TENANT, xml: "<x/>", hash, definitions, at: T0 });
      }
    }
    const found = await all((cursor) => store.listDefinitions({ take: 2, cursor }));
    assert.deepEqual(found.map((each) => each.key + each.version), ["a2", "a1", "b2", "b1", "c2", "c1"]);
    const latest = await all((cursor) => store.listDefinitions({ take: 1, latestOnly: true, cursor }));
    assert.deepEqual(latest.map((each) => each.key + each.version), ["a2", "b2", "c2"]);
  });
}
