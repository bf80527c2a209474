import assert from "node:assert/strict";
import type { Job, Store } from "../../storage/store.ts";
import {
  changeOf,
  commitAll,
  commitOne,
  givenInstance,
  givenJobs,
  job,
  lease,
  LEASE_MS,
  leaseOf,
  leaseOne,
  load,
  newId,
  newIds,
  step,
  T0,
} from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

const COLLECT = { wants: [{ type: "baton:collect", max: 10 }] };

/** An instance with leased jobs, and the lease of each by id. */
async function givenLeased(store: Store, count: number): Promise<{ instanceId: string; jobs: Job[] }> {
  const ids = await newIds(store, count);
  const instance = await givenInstance(store, { openJobs: [] });
  const openJobs = ids.map((id) => job(id, { instanceId: instance.id, payload: '{"for":"the handler"}' }));
  await commitAll(store, [changeOf(instance, { openJobs })]);
  const { jobs } = await lease(store, { max: count });
  return { instanceId: instance.id, jobs: [...jobs].sort((a, b) => Number(a.id) - Number(b.id)) };
}

/** Outcomes that wait in their jobs' rows until one process takes them for the instance. */
export function testEndedJobsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: endJobs() keeps outcomes in the jobs' rows and opens one job that collects them`, async () => {
    await using store = await open();
    const { instanceId, jobs } = await givenLeased(store, 3);
    const [a, b, c] = jobs;
    assert.deepEqual(
      await store.endJobs(
        [{ ...leaseOf(b), outcome: '{"n":2}' }, { ...leaseOf(a), outcome: '{"n":1}' }],
        "m1",
        T0,
      ),
      { results: ["kept", "kept"], opened: true },
    );
    const ended = await store.endedJobs(instanceId, 10);
    assert.deepEqual(ended.map(({ id, outcome }) => [id, outcome]), [[a.id, '{"n":1}'], [b.id, '{"n":2}']]);
    const { worker: _worker, ...free } = a;
    assert.deepEqual(await store.getJob(a.id), { ...free, dueAt: null, held: "ended", outcome: '{"n":1}' });
    assert.deepEqual((await store.endedJobs(instanceId, 1)).map(({ id }) => id), [a.id]);
    assert.deepEqual(await store.endedJobs(await newId(store), 10), []);
    const collector = await store.getJob(instanceId);
    assert.deepEqual(
      [collector?.type, collector?.instanceId, collector?.dueAt, collector?.payload, collector?.class],
      ["baton:collect", instanceId, T0, "m1", 0],
    );
    assert.deepEqual(
      await store.endJobs([{ ...leaseOf(c), outcome: "{}" }], "m2", T0),
      { results: ["kept"], opened: false },
      "it waits already",
    );
    assert.equal((await store.getJob(instanceId))?.payload, "m1");
    assert.equal((await lease(store, COLLECT)).jobs.length, 1);
    assert.equal(
      (await lease(store, { at: T0 + 2 * LEASE_MS })).jobs.length,
      0,
      "what has ended is not leased",
    );
  });

  Deno.test(`${name}: endJobs() answers for each job by itself, and is harmless when repeated`, async () => {
    await using store = await open();
    const { instanceId, jobs: [a, b] } = await givenLeased(store, 2);
    await givenJobs(store, 1, { type: "other" });
    const loose = await leaseOne(store, { wants: [{ type: "other", max: 1 }] });
    const ends = [
      { ...leaseOf(a), outcome: "1" },
      { jobId: b.id, leaseNo: b.leaseNo + 1, outcome: "2" },
      { ...leaseOf(loose), outcome: "3" },
      { jobId: await newId(store), leaseNo: 1, outcome: "4" },
    ];
    const results = ["kept", "lost", "lost", "lost"];
    assert.deepEqual(await store.endJobs(ends, "m1", T0), { results, opened: true });
    assert.deepEqual(await store.endJobs(ends, "m2", T0), { results, opened: false });
    assert.deepEqual((await store.endedJobs(instanceId, 10)).map(({ id }) => id), [a.id]);
    assert.deepEqual(await store.endJobs([], "m3", T0), { results: [], opened: false });
    await store.updateJobs([{ ...leaseOf(b), action: "update" }], T0);
    const given = [{ ...leaseOf(b), outcome: "5" }];
    assert.deepEqual(
      await store.endJobs(given, "m4", T0),
      { results: ["lost"], opened: false },
      "given back",
    );
    assert.deepEqual(await store.extendLeases([leaseOf(a)], LEASE_MS, T0), [undefined], "nobody works on it");
  });

  Deno.test(`${name}: a job that collects does not end while more has come since it looked`, async () => {
    await using store = await open();
    const { instanceId, jobs: [a, b] } = await givenLeased(store, 2);
    await store.endJobs([{ ...leaseOf(a), outcome: "1" }], "m1", T0);
    const collector = await leaseOne(store, COLLECT);
    await store.endJobs([{ ...leaseOf(b), outcome: "2" }], "m2", T0);
    const end = { ...leaseOf(collector), action: "delete" } as const;
    assert.deepEqual(await store.updateJobs([{ ...end, payloadIs: "m1" }], T0), ["lost"]);
    const now = await store.getJob(instanceId);
    assert.deepEqual([now?.payload, now?.leaseNo, now?.worker], ["m2", 1, "w1"], "the lease stays");
    assert.deepEqual(await store.updateJobs([{ ...end, payloadIs: "m2" }], T0), ["done"]);
    assert.equal(await store.getJob(instanceId), undefined);
  });

  Deno.test(`${name}: a commit takes outcomes by the leases that they were kept with`, async () => {
    await using store = await open();
    const { instanceId, jobs: [a, b] } = await givenLeased(store, 2);
    await store.endJobs([a, b].map((each) => ({ ...leaseOf(each), outcome: "1" })), "m1", T0);
    const stale = { jobId: a.id, leaseNo: a.leaseNo + 1 };
    const instance = await load(store, instanceId);
    assert.deepEqual(await commitOne(store, changeOf(instance, { leases: [leaseOf(b), stale] })), {
      outcome: "lease-lost",
      jobIds: [a.id],
    });
    const taking = changeOf(instance, { leases: [leaseOf(a)], closeJobs: [a.id], steps: [step(1)] });
    await commitAll(store, [taking]);
    assert.deepEqual((await store.endedJobs(instanceId, 10)).map(({ id }) => id), [b.id]);
    assert.deepEqual(
      await commitOne(store, { ...taking, revision: taking.revision + 1, steps: [step(2)] }),
      { outcome: "lease-lost", jobIds: [a.id] },
      "once",
    );
  });

  Deno.test(`${name}: what has ended is not held or tried again, unless the unit takes it`, async () => {
    await using store = await open();
    const { instanceId, jobs: [a, b, c] } = await givenLeased(store, 3);
    await store.endJobs([a, b, c].map((each) => ({ ...leaseOf(each), outcome: "1" })), "m1", T0);
    const held = [a, b].map(({ id }) => ({ id, held: "answer" }));
    await commitAll(store, [
      changeOf(await load(store, instanceId), { leases: [leaseOf(b)], holdJobs: held, retryJobs: [c.id] }),
    ]);
    const now = await Promise.all([a, b, c].map(({ id }) => store.getJob(id)));
    assert.deepEqual(now.map((each) => [each?.held, each?.outcome, each?.dueAt]), [
      ["ended", "1", null],
      ["answer", undefined, null],
      ["ended", "1", null],
    ]);
    assert.equal(now[1]?.payload, '{"for":"the handler"}');
    assert.deepEqual(await store.updateJobs([{ ...leaseOf(c), action: "update" }], T0), ["done"]);
    const again = await leaseOne(store);
    assert.deepEqual([again.id, again.held, again.outcome], [c.id, undefined, undefined]);
  });

  Deno.test(`${name}: outcomes of many instances in one call open a job for each`, async () => {
    await using store = await open();
    const all = [await givenLeased(store, 40), await givenLeased(store, 60), await givenLeased(store, 1)];
    const ends = all.flatMap(({ jobs }) => jobs.map((each) => ({ ...leaseOf(each), outcome: "1" })));
    const { results } = await store.endJobs(ends, "m1", T0);
    assert.deepEqual(new Set(results), new Set(["kept"]));
    for (const { instanceId, jobs } of all) {
      const ended = await store.endedJobs(instanceId, 1_000);
      assert.deepEqual(ended.map(({ id }) => id), jobs.map(({ id }) => id));
    }
    const { jobs } = await lease(store, COLLECT);
    assert.deepEqual(
      jobs.map(({ instanceId }) => instanceId).sort(),
      all.map((each) => each.instanceId).sort(),
    );
  });
}
