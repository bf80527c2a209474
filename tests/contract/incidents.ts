import assert from "node:assert/strict";
import type { IncidentQuery, NewIncident, Store } from "../../storage/store.ts";
import { all, changeOf, commitAll, givenInstance, newIds, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

function incident(id: string, options: Partial<NewIncident> = {}): NewIncident {
  return { id, kind: "expression", elementId: "split", message: "x is null", ...options };
}

async function ids(store: Store, query: IncidentQuery): Promise<string[]> {
  return (await store.listIncidents(query)).items.map((each) => each.id);
}

/** What needs a person. */
export function testIncidentsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: an incident is read as it was raised`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const raised = incident(id, { jobId: "77" });
    const instance = await givenInstance(store, { openIncidents: [raised] });
    assert.deepEqual((await store.listIncidents()).items, [
      { ...raised, tenant: TENANT, instanceId: instance.id, processKey: "order", createdAt: T0 },
    ]);
  });

  Deno.test(`${name}: incidents are found by everything, oldest first, until they are closed`, async () => {
    await using store = await open();
    const [a, b, c] = await newIds(store, 3);
    const late = await givenInstance(store, {
      openIncidents: [incident(a), incident(b, { elementId: "charge", kind: "job-no-retries" })],
      at: T0 + 5,
    });
    const early = await givenInstance(store, { created: { key: "bill" }, openIncidents: [incident(c)] });
    assert.deepEqual(await ids(store, {}), [c, a, b]);
    assert.deepEqual(await ids(store, { instanceId: late.id }), [a, b]);
    assert.deepEqual(await ids(store, { processKey: "bill" }), [c]);
    assert.deepEqual(await ids(store, { kind: "job-no-retries" }), [b]);
    assert.deepEqual(await ids(store, { elementId: "split" }), [c, a]);
    assert.deepEqual(await ids(store, { tenant: "other" }), []);
    assert.deepEqual((await all((cursor) => store.listIncidents({ take: 1, cursor }))).map((i) => i.id), [
      c,
      a,
      b,
    ]);
    await commitAll(store, [
      changeOf(late, { closeIncidents: [a, "999999"] }),
      changeOf(early, { closeIncidents: [c] }),
    ]);
    assert.deepEqual(await ids(store, {}), [b]);
  });
}
