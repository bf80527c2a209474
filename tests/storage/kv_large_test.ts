/** What is too large for one commit of Deno KV, and what is refused for it. */
import assert from "node:assert/strict";
import { createEngine, silentLogger, StoreError } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import type { Lease, NewJob, Store } from "../../storage/store.ts";
import { givenInstance, LEASE_MS, newId, T0, TENANT } from "../contract/given.ts";

/** One value takes up to 60 KiB, one commit up to 700 KiB. */
const LARGE = 50_000, MANY = 30;

const text = (n: number): string => JSON.stringify({ n, text: "x".repeat(LARGE) });

/** Jobs of one instance, leased. */
async function leased(store: Store): Promise<Lease[]> {
  const instanceId = await newId(store);
  const openJobs: NewJob[] = [];
  for (let i = 0; i < MANY; i++) {
    openJobs.push({ id: await newId(store), instanceId, type: "t", class: 2, dueAt: T0 });
  }
  await givenInstance(store, { instanceId, openJobs });
  const wants = [{ type: "t", max: MANY }];
  const { jobs } = await store.leaseJobs({ worker: "w", wants, max: MANY, leaseMs: LEASE_MS, at: T0 });
  assert.equal(jobs.length, MANY);
  return jobs.map(({ id, leaseNo }) => ({ jobId: id, leaseNo }));
}

Deno.test("large outcomes that end together are all kept, and one job collects them", async () => {
  await using store = await KvStore.open(":memory:");
  const leases = await leased(store);
  const instanceId = (await store.getJob(leases[0].jobId))?.instanceId ?? "";
  const ends = leases.map((lease, n) => ({ ...lease, outcome: text(n) }));
  const { results, opened } = await store.endJobs(ends, "mark", T0);
  assert.deepEqual([new Set(results), results.length, opened], [new Set(["kept"]), MANY, true]);
  const kept = await store.endedJobs(instanceId, 100);
  assert.deepEqual(kept.map(({ id, outcome }) => [id, outcome]), ends.map((end) => [end.jobId, end.outcome]));
  const { items } = await store.listJobs({ instanceId, type: "baton:collect" });
  assert.equal(items.length, 1);
  assert.deepEqual(await store.audit({ at: T0 }), []);
});

Deno.test("large payloads that are written together are all there", async () => {
  await using store = await KvStore.open(":memory:");
  const leases = await leased(store);
  const updates = leases.map((lease, n) => ({ ...lease, action: "update" as const, payload: text(n) }));
  // Of a lease that is lost nothing is written, whatever it comes with.
  const lost = { ...updates[0], leaseNo: 99, payload: "0" };
  assert.deepEqual(await store.updateJobs([...updates, lost], T0), [...updates.map(() => "done"), "lost"]);
  for (const { jobId, payload } of updates) assert.equal((await store.getJob(jobId))?.payload, payload);

  const jobs: NewJob[] = [];
  for (let n = 0; n < MANY; n++) {
    jobs.push({ id: await newId(store), type: "own", class: 2, dueAt: T0, payload: text(n) });
  }
  await store.enqueueJobs(TENANT, jobs, T0);
  for (const { id, payload } of jobs) assert.equal((await store.getJob(id))?.payload, payload);
  assert.deepEqual(await store.audit({ at: T0 }), []);
});

Deno.test("a commit that ends more elements than one commit can add to the KPIs of is summed up in halves", async () => {
  using kv = await Deno.openKv(":memory:");
  await using store = await KvStore.open(kv);
  const left = async () => (await Array.fromAsync(kv.list({ prefix: ["baton", "kpi_delta"] }))).length;
  const ELEMENTS = 1_000;
  const steps = Array.from({ length: ELEMENTS }, (_, i) => ({
    ...{ sequence: i + 1, elementId: `E${String(i).padStart(4, "0")}`, elementType: "task" as const },
    ...{ status: "completed" as const, startedAt: T0 - i, endedAt: T0 },
  }));
  await givenInstance(store, { steps });
  await givenInstance(store, { steps: steps.slice(0, 3) });
  assert.ok(await left() > 0);
  await store.maintain();
  assert.equal(await left(), 0, "all is summed up");
  const expected = steps.map(({ elementId }, i) => [elementId, i < 3 ? 2 : 1, i, i]);
  const counted = async () =>
    (await store.kpis()).map(({ elementId, count, minMs, maxMs }) => [elementId, count, minMs, maxMs]);
  assert.deepEqual(await counted(), expected);
  await store.maintain();
  assert.deepEqual(await counted(), expected);
});

Deno.test("a file with more processes than one commit can deploy is refused, and nothing of it is there", async () => {
  await using store = await KvStore.open(":memory:");
  await using engine = await createEngine({ store, logger: silentLogger });
  const processes = Array.from({ length: 700 }, (_, i) => `
    <process id="p${i}" isExecutable="true"><startEvent id="s${i}"/><endEvent id="e${i}"/>
      <sequenceFlow id="f${i}" sourceRef="s${i}" targetRef="e${i}"/></process>`);
  const xml = (count: number): string =>
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">${
      processes.slice(0, count).join("")
    }</definitions>`;
  await assert.rejects(
    engine.deploy(xml(700)),
    (error) =>
      error instanceof StoreError &&
      /Cannot deploy "p0": the file has too many processes/.test(error.message),
  );
  assert.deepEqual((await engine.definitions()).items, []);
  await engine.deploy(xml(20));
  assert.equal((await engine.definitions()).items.length, 20);
});

Deno.test("a store of no shards, of too many, or of a part of one is refused", async () => {
  for (const shards of [0, -1, 257, 1.5, NaN]) {
    await assert.rejects(KvStore.open(":memory:", { shards }), RangeError, String(shards));
  }
});
