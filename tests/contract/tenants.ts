import assert from "node:assert/strict";
import {
  definition,
  givenInstance,
  givenJobs,
  lease,
  newId,
  newIds,
  newUnit,
  step,
  subscription,
  T0,
} from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

/** One tenant never sees another's rows. */
export function testTenantsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: the same key deployed by two tenants gives two definitions`, async () => {
    await using store = await open();
    for (const tenant of ["a", "b"]) {
      const definitions = [definition(await newId(store))];
      const [deployed] = await store.deploy({ tenant, xml: `<${tenant}/>`, hash: "h", definitions, at: T0 });
      assert.deepEqual([deployed.created, deployed.definition.version], [true, 1]);
    }
    const a = await store.findDefinition("a", "order");
    const b = await store.findDefinition("b", "order");
    assert.notEqual(a?.id, b?.id);
    assert.equal(await store.findDefinition("c", "order"), undefined);
    assert.deepEqual((await store.listDefinitions({ tenant: "b" })).items, [b]);
    assert.equal((await store.listDefinitions()).items.length, 2);
    assert.equal(await store.getDefinitionXml(a?.id ?? ""), "<a/>");
  });

  Deno.test(`${name}: every list keeps tenants apart`, async () => {
    await using store = await open();
    const ids = new Map<string, string[]>();
    for (const tenant of ["a", "b"]) {
      const [instanceId, task, incident, armed] = await newIds(store, 4);
      const instance = await givenInstance(store, {
        instanceId,
        tenant,
        created: { businessKey: "same", uniqueKey: "same" },
        searchable: [["city", '"Rome"']],
        steps: [step(1)],
        openUserTasks: [{ id: task, elementId: "x", candidateUsers: [], candidateGroups: [], priority: 0 }],
        openIncidents: [{ id: incident, kind: "stuck", elementId: "x", message: "m" }],
        openSubscriptions: [subscription(armed, { instanceId })],
      });
      const [jobId] = await givenJobs(store, 1, {}, tenant);
      ids.set(tenant, [instance.id, task, incident, armed, jobId]);
    }
    for (const [tenant, [instance, task, incident, armed, jobId]] of ids) {
      const one = (page: { items: readonly { id: string }[] }) => page.items.map((each) => each.id);
      assert.deepEqual(one(await store.listInstances({ tenant })), [instance]);
      assert.deepEqual(one(await store.listInstances({ tenant, businessKey: "same" })), [instance]);
      const variables = [{ name: "city", value: "Rome" }];
      assert.deepEqual(one(await store.listInstances({ tenant, variables })), [instance]);
      assert.equal((await store.findByUniqueKey(tenant, "same"))?.id, instance);
      assert.deepEqual(one(await store.listUserTasks({ tenant })), [task]);
      assert.deepEqual(one(await store.listIncidents({ tenant })), [incident]);
      assert.deepEqual(one(await store.findSubscriptions({ tenant, kind: "message", name: "paid" })), [
        armed,
      ]);
      assert.deepEqual(one(await store.listJobs({ tenant })), [jobId]);
      assert.equal((await store.kpis({ tenant }))[0]?.count, 1);
      const within = { from: T0 + 1, to: T0 + 101 }; // no whole hour, for which there are sums
      assert.equal((await store.kpis({ tenant, ...within }))[0]?.count, 1);
    }
    // Nor does the id of an instance bring in what is of another tenant.
    const instanceId = ids.get("a")?.[0], of = { tenant: "b", instanceId };
    for (
      const page of [
        await store.listUserTasks(of),
        await store.listIncidents(of),
        await store.listJobs(of),
        await store.findSubscriptions({ ...of, kind: "message" }),
        await store.listInstances({ tenant: "b", parentId: instanceId }),
        await store.listInstances({ tenant: "b", rootId: instanceId }),
      ]
    ) assert.deepEqual(page.items, []);
    assert.equal((await store.listInstances({ businessKey: "same" })).items.length, 2);
    assert.equal(
      (await store.listInstances({ variables: [{ name: "city", value: "Rome" }] })).items.length,
      2,
    );
  });

  Deno.test(`${name}: a worker leases only for the tenants it names`, async () => {
    await using store = await open();
    const [mine] = await givenJobs(store, 1, {}, "a");
    const [other] = await givenJobs(store, 1, {}, "b");
    assert.deepEqual((await lease(store, { tenants: [] })).jobs, []);
    assert.deepEqual((await lease(store, { tenants: ["a"], jobIds: [other] })).jobs, []);
    assert.deepEqual((await lease(store, { tenants: ["a", "c"] })).jobs.map((each) => each.id), [mine]);
    assert.deepEqual((await lease(store)).jobs.map((each) => [each.id, each.tenant]), [[other, "b"]]);
  });

  Deno.test(`${name}: no tenant gets more than half of a lease while others wait`, async () => {
    await using store = await open();
    await givenJobs(store, 60, { dueAt: T0 - 9_000 }, "big");
    await givenJobs(store, 13, {}, "small");
    const count = async () => {
      const { jobs } = await lease(store, { max: 20 });
      return [jobs.length, jobs.filter((each) => each.tenant === "small").length];
    };
    assert.deepEqual(await count(), [20, 10]);
    assert.deepEqual(await count(), [20, 3], "the rest goes to whoever waits");
    assert.deepEqual(await count(), [20, 0]);
  });

  Deno.test(`${name}: tenants of one call are kept apart`, async () => {
    await using store = await open();
    const a = await newUnit(store, { tenant: "a", created: { uniqueKey: "k" } });
    const b = await newUnit(store, { tenant: "b", created: { uniqueKey: "k" } });
    const results = await store.commit([a, b]);
    assert.deepEqual(results.map((each) => each.outcome), ["committed", "committed"]);
    for (const { tenant, instanceId } of [a, b]) {
      const again = await newUnit(store, { tenant, created: { uniqueKey: "k" } });
      assert.deepEqual(await store.commit([again]), [{ outcome: "duplicate", instanceId }]);
    }
  });
}
