import assert from "node:assert/strict";
import type { DeployRequest, Store } from "../../storage/store.ts";
import { definition, job, lease, newId, newIds, subscription, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

async function request(store: Store, options: Partial<DeployRequest> = {}): Promise<DeployRequest> {
  return {
    tenant: TENANT,
    xml: `<definitions name="${options.hash ?? "h1"}"/>`,
    hash: "h1",
    definitions: [definition(await newId(store))],
    at: T0,
    ...options,
  };
}

/** Deploying, versions and start events. */
export function testDefinitionsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: deploy() stores a first version that can be found in every way`, async () => {
    await using store = await open();
    const id = await newId(store);
    const added = definition(id, { name: "Order", versionTag: "v1", historyTimeToLiveMs: 5_000 });
    const deployed = await store.deploy(await request(store, { definitions: [added] }));
    const expected = {
      id,
      tenant: TENANT,
      key: "order",
      version: 1,
      name: "Order",
      versionTag: "v1",
      hash: "h1",
      deployedAt: T0,
      latest: true,
      historyTimeToLiveMs: 5_000,
    };
    assert.deepEqual(deployed, [{ definition: expected, created: true }]);
    assert.deepEqual(await store.getDefinition(id), expected);
    assert.deepEqual(await store.findDefinition(TENANT, "order"), expected);
    assert.deepEqual(await store.findDefinition(TENANT, "order", { version: 1 }), expected);
    assert.deepEqual(await store.findDefinition(TENANT, "order", { versionTag: "v1" }), expected);
    assert.deepEqual((await store.listDefinitions()).items, [expected]);
    assert.equal(await store.getDefinitionXml(id), '<definitions name="h1"/>');
  });

  Deno.test(`${name}: deploy() of the same content returns the version that is there`, async () => {
    await using store = await open();
    const [first] = await store.deploy(await request(store));
    const [again] = await store.deploy(await request(store, { at: T0 + 1 }));
    assert.deepEqual(again, { definition: first.definition, created: false });
    assert.equal((await store.listDefinitions()).items.length, 1);
  });

  Deno.test(`${name}: deploy() of changed content adds a version and moves "latest"`, async () => {
    await using store = await open();
    const [first] = await store.deploy(await request(store));
    const [second] = await store.deploy(await request(store, { hash: "h2", at: T0 + 1 }));
    assert.equal(second.created, true);
    assert.equal(second.definition.version, 2);
    assert.equal((await store.getDefinition(first.definition.id))?.latest, false);
    assert.equal((await store.findDefinition(TENANT, "order"))?.id, second.definition.id);
    assert.equal((await store.findDefinition(TENANT, "order", { version: 1 }))?.id, first.definition.id);
    const [back] = await store.deploy(await request(store, { hash: "h1", at: T0 + 2 }));
    assert.equal(back.definition.version, 3, "only the latest version is compared");
    const versions = (await store.listDefinitions({ key: "order" })).items.map((each) => each.version);
    assert.deepEqual(versions, [3, 2, 1]);
    assert.deepEqual((await store.listDefinitions({ latestOnly: true })).items.map((each) => each.version), [
      3,
    ]);
  });

  Deno.test(`${name}: deploy() stores all processes of a file together`, async () => {
    await using store = await open();
    const [a, b] = await newIds(store, 2);
    const definitions = [definition(a, { key: "ship" }), definition(b, { key: "bill" })];
    const deployed = await store.deploy(await request(store, { definitions }));
    assert.deepEqual(deployed.map((each) => each.definition.key), ["ship", "bill"]);
    assert.deepEqual((await store.listDefinitions()).items.map((each) => each.key), ["bill", "ship"]);
    assert.equal(await store.getDefinitionXml(a), await store.getDefinitionXml(b));
  });

  Deno.test(`${name}: the highest version with a tag is found`, async () => {
    await using store = await open();
    for (const [hash, versionTag] of [["a", "stable"], ["b", "stable"], ["c", "beta"]]) {
      const definitions = [definition(await newId(store), { versionTag })];
      await store.deploy(await request(store, { hash, definitions }));
    }
    assert.equal((await store.findDefinition(TENANT, "order", { versionTag: "stable" }))?.version, 2);
    assert.equal(await store.findDefinition(TENANT, "order", { versionTag: "gold" }), undefined);
  });

  Deno.test(`${name}: concurrent deploys of one file give one version`, async () => {
    await using store = await open();
    const requests = await Promise.all(Array.from({ length: 8 }, () => request(store)));
    const deployed = (await Promise.all(requests.map((each) => store.deploy(each)))).flat();
    assert.equal(deployed.filter((each) => each.created).length, 1);
    assert.equal(new Set(deployed.map((each) => each.definition.id)).size, 1);
    assert.equal((await store.listDefinitions()).items.length, 1);
  });

  Deno.test(`${name}: concurrent deploys of different files give consecutive versions`, async () => {
    await using store = await open();
    const requests = await Promise.all(
      Array.from({ length: 6 }, (_, i) => request(store, { hash: `h${i}` })),
    );
    const deployed = (await Promise.all(requests.map((each) => store.deploy(each)))).flat();
    assert.deepEqual(deployed.map((each) => each.definition.version).sort(), [1, 2, 3, 4, 5, 6]);
    assert.equal((await store.listDefinitions({ latestOnly: true })).items.length, 1);
  });

  Deno.test(`${name}: a new version replaces the start subscriptions and timers of the former`, async () => {
    await using store = await open();
    const deploy = async (hash: string, at: number) => {
      const [id, subscriptionId, jobId] = await newIds(store, 3);
      const definitions = [definition(id, {
        subscriptions: [subscription(subscriptionId)],
        jobs: [job(jobId, { type: "baton:timer", class: 0, dueAt: T0 })],
      })];
      await store.deploy(await request(store, { hash, definitions, at }));
      return { id, subscriptionId, jobId };
    };
    const first = await deploy("h1", T0);
    const found = await store.findSubscriptions({ tenant: TENANT, kind: "message", name: "paid", key: "" });
    assert.deepEqual(found.items, [
      { ...subscription(first.subscriptionId), definitionId: first.id, tenant: TENANT, armedAt: T0 },
    ]);
    assert.equal((await store.getJob(first.jobId))?.definitionId, first.id);

    const second = await deploy("h2", T0 + 1);
    const after = await store.findSubscriptions({ tenant: TENANT, kind: "message", name: "paid" });
    assert.deepEqual(after.items.map((each) => each.id), [second.subscriptionId]);
    assert.equal(await store.getJob(first.jobId), undefined);
    const { jobs } = await lease(store, { wants: [{ type: "baton:timer", max: 9 }] });
    assert.deepEqual(jobs.map((each) => each.id), [second.jobId]);
  });

  Deno.test(`${name}: unknown definitions are undefined`, async () => {
    await using store = await open();
    assert.equal(await store.getDefinition("999999"), undefined);
    assert.equal(await store.getDefinitionXml("999999"), undefined);
    assert.equal(await store.findDefinition(TENANT, "nothing"), undefined);
  });
}
