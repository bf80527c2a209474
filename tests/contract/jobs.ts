import assert from "node:assert/strict";
import {
  byNumber,
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
  newUnit,
  T0,
  TENANT,
} from "./given.ts";
import type { Job } from "../../storage/store.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

/** Leasing, fencing, giving back, holding. */
export function testJobsContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: a job is read as it was enqueued`, async () => {
    await using store = await open();
    const id = await newId(store);
    const written = job(id, {
      instanceId: "11",
      elementId: "charge",
      type: "Charge-Card",
      class: 1,
      priority: 7,
      retries: 5,
      retryDelaysMs: [10, 20],
      payload: '{"a":1}',
    });
    await store.enqueueJobs(TENANT, [written], T0 - 5);
    assert.deepEqual(await store.getJob(id), {
      ...written,
      type: "charge-card",
      tenant: TENANT,
      leaseNo: 0,
      failures: 0,
      lostLeases: 0,
      enqueuedAt: T0 - 5,
      attempts: [],
    });
    assert.equal(await store.getJob("999999"), undefined);
  });

  Deno.test(`${name}: enqueueJobs() skips ids that are there`, async () => {
    await using store = await open();
    const [id, other] = await newIds(store, 2);
    await store.enqueueJobs(TENANT, [job(id, { payload: '"first"' })], T0);
    const first = await store.getJob(id);
    const second = job(id, { payload: '"second"', dueAt: T0 + 9, type: "other", priority: 1 });
    await store.enqueueJobs("other", [second, job(other)], T0 + 5);
    assert.deepEqual(await store.getJob(id), first);
    const twice = await newId(store);
    await store.enqueueJobs(TENANT, [job(twice, { payload: '"1"' }), job(twice, { payload: '"2"' })], T0);
    assert.equal((await store.getJob(twice))?.payload, '"1"', "also within one call");
    assert.ok(await store.getJob(other));
  });

  Deno.test(`${name}: a lease gives the job, its instance, the fence and the time`, async () => {
    await using store = await open();
    const id = await newId(store);
    const instance = await givenInstance(store);
    await store.enqueueJobs(TENANT, [job(id, { instanceId: instance.id })], T0);
    const leased = await lease(store, { at: T0 + 3 });
    assert.equal(leased.at, T0 + 3);
    assert.deepEqual(leased.instances, [instance]);
    assert.deepEqual(leased.revisions, []);
    const [held] = leased.jobs;
    assert.equal(held.leaseNo, 1);
    assert.equal(held.worker, "w1");
    assert.equal(held.dueAt, T0 + 3 + LEASE_MS);
    assert.equal(held.enqueuedAt, T0);
    assert.deepEqual(await store.getJob(id), held);
  });

  Deno.test(`${name}: instances that the worker holds come back as revisions`, async () => {
    await using store = await open();
    const [a, b] = await Promise.all([givenInstance(store), givenInstance(store)]);
    const [x, y, z] = await newIds(store, 3);
    const jobs = [job(x, { instanceId: a.id }), job(y, { instanceId: b.id }), job(z, { instanceId: b.id })];
    await store.enqueueJobs(TENANT, jobs, T0);
    const leased = await lease(store, { cached: [a.id, "999999"] });
    assert.equal(leased.jobs.length, 3);
    assert.deepEqual(leased.revisions, [{ id: a.id, revision: 1 }]);
    assert.deepEqual(leased.instances.map((each) => each.id), [b.id]);
  });

  Deno.test(`${name}: a job is not leased before it is due`, async () => {
    await using store = await open();
    const [id] = await givenJobs(store, 1, { dueAt: T0 + 10 });
    assert.deepEqual((await lease(store, { at: T0 + 9 })).jobs, []);
    assert.equal(await store.nextDueAt(["charge", "other"]), T0 + 10);
    assert.equal(await store.nextDueAt(["other"]), undefined);
    assert.deepEqual((await lease(store, { at: T0 + 10 })).jobs.map((each) => each.id), [id]);
  });

  Deno.test(`${name}: leaseJobs() gives each job to one worker`, async () => {
    await using store = await open();
    const ids = await givenJobs(store, 200);
    const taken: string[] = [];
    await Promise.all(["a", "b", "c", "d"].map(async (worker) => {
      // A store may step around jobs that others are just taking: empty answers are tried again.
      for (let empty = 0; empty < 20;) {
        const { jobs } = await lease(store, { worker, max: 7 });
        taken.push(...jobs.map((each) => each.id));
        if (jobs.length === 0) empty++;
      }
    }));
    assert.deepEqual(taken.sort(byNumber), ids.sort(byNumber));
  });

  Deno.test(`${name}: one job among many claimers goes to one`, async () => {
    await using store = await open();
    await givenJobs(store, 1);
    const leases = await Promise.all(
      Array.from({ length: 12 }, (_, i) => lease(store, { worker: `w${i}`, max: 1 })),
    );
    assert.equal(leases.flatMap((each) => each.jobs).length, 1);
  });

  Deno.test(`${name}: an expired lease is due again and counted as lost`, async () => {
    await using store = await open();
    await givenJobs(store, 1);
    const first = await leaseOne(store, { worker: "a" });
    assert.deepEqual((await lease(store, { at: T0 + LEASE_MS - 1 })).jobs, []);
    const second = await leaseOne(store, { worker: "b", at: T0 + LEASE_MS });
    assert.equal(second.id, first.id);
    assert.equal(second.leaseNo, 2);
    assert.equal(second.lostLeases, 1);
    assert.equal(second.failures, 0);
    assert.equal(second.worker, "b");
    const third = await leaseOne(store, { worker: "c", at: T0 + 2 * LEASE_MS });
    assert.equal(third.lostLeases, 2);
  });

  Deno.test(`${name}: a release is not a lost lease`, async () => {
    await using store = await open();
    await givenJobs(store, 1);
    const first = await leaseOne(store);
    assert.deepEqual(await store.updateJobs([{ ...leaseOf(first), action: "update" }], T0 + 5), ["done"]);
    const free = await store.getJob(first.id);
    assert.equal(free?.worker, undefined);
    assert.equal(free?.dueAt, T0 + 5);
    // What was given back is nobody's, whatever its last lease was.
    const late = { ...leaseOf(first), action: "update", dueAt: T0 + 90_000 } as const;
    assert.deepEqual(await store.updateJobs([late, { ...leaseOf(first), action: "delete" }], T0 + 5), [
      "lost",
      "lost",
    ]);
    assert.deepEqual(await store.extendLeases([leaseOf(first)], LEASE_MS, T0 + 5), [undefined]);
    assert.deepEqual(await store.getJob(first.id), free);
    assert.equal((await leaseOne(store, { at: T0 + 5 })).lostLeases, 0);
  });

  Deno.test(`${name}: only the current holder completes a job`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store, { openJobs: [job(id)] });
    const late = await leaseOne(store, { worker: "a" });
    const current = await leaseOne(store, { worker: "b", at: T0 + LEASE_MS });
    const complete = (held: typeof late) =>
      commitOne(store, changeOf(instance, { leases: [leaseOf(held)], closeJobs: [id], state: '{"done":1}' }));
    assert.deepEqual(await complete(late), { outcome: "lease-lost", jobIds: [id] });
    assert.equal((await load(store, instance.id)).state, "{}");
    assert.deepEqual(await store.updateJobs([{ ...leaseOf(late), action: "delete" }], T0), ["lost"]);
    assert.ok(await store.getJob(id));
    assert.deepEqual(await complete(current), { outcome: "committed", revision: 2 });
    assert.equal(await store.getJob(id), undefined);
    const again = changeOf(await load(store, instance.id), { leases: [leaseOf(current)] });
    assert.deepEqual(await commitOne(store, again), { outcome: "lease-lost", jobIds: [id] });
  });

  Deno.test(`${name}: a lease that is over but that nobody took still counts`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store, { openJobs: [job(id)] });
    const held = await leaseOne(store);
    const unit = changeOf(instance, { leases: [leaseOf(held)], closeJobs: [id], at: T0 + 2 * LEASE_MS });
    assert.equal((await commitOne(store, unit)).outcome, "committed");
  });

  Deno.test(`${name}: lease-lost names the lost leases only`, async () => {
    await using store = await open();
    const ids = await newIds(store, 3);
    const instance = await givenInstance(store, { openJobs: ids.map((id) => job(id)) });
    const { jobs } = await lease(store);
    await store.updateJobs([{ ...leaseOf(jobs[1]), action: "update" }], T0);
    const unit = changeOf(instance, { leases: jobs.map(leaseOf), closeJobs: ids });
    assert.deepEqual(await commitOne(store, unit), { outcome: "lease-lost", jobIds: [jobs[1].id] });
    const folded = {
      ...unit,
      leases: [leaseOf(jobs[0]), leaseOf(jobs[2])],
      closeJobs: [jobs[0].id, jobs[2].id],
    };
    assert.equal((await commitOne(store, folded)).outcome, "committed");
    assert.deepEqual((await store.listJobs()).items.map((each) => each.id), [jobs[1].id]);
  });

  Deno.test(`${name}: extendLeases() moves the end of held leases and tells of lost ones`, async () => {
    await using store = await open();
    await givenJobs(store, 2);
    const { jobs: [a, b] } = await lease(store);
    await store.updateJobs([{ ...leaseOf(b), action: "delete" }], T0);
    const ends = await store.extendLeases([leaseOf(a), leaseOf(b)], LEASE_MS, T0 + 20_000);
    assert.deepEqual(ends, [T0 + 20_000 + LEASE_MS, undefined]);
    assert.deepEqual((await lease(store, { at: T0 + LEASE_MS + 1 })).jobs, []);
    const again = await leaseOne(store, { worker: "b", at: T0 + 20_000 + LEASE_MS });
    for (const leaseNo of [a.leaseNo, again.leaseNo + 1]) {
      const notHeld = { jobId: a.id, leaseNo };
      assert.deepEqual(await store.extendLeases([notHeld], LEASE_MS, T0 + 90_000), [undefined]);
    }
    assert.equal(
      (await store.getJob(a.id))?.dueAt,
      again.dueAt,
      "the lease of who has it now stays as it is",
    );
    const both = await store.extendLeases([leaseOf(a), leaseOf(again)], LEASE_MS, T0 + 90_000);
    assert.deepEqual(
      both,
      [undefined, T0 + 90_000 + LEASE_MS],
      "one worker may hold what it has lost before",
    );
    const done = { ...leaseOf(again), action: "delete" } as const;
    assert.deepEqual(await store.updateJobs([{ ...done, ...leaseOf(a) }, done]), ["lost", "done"]);
    assert.equal(again.lostLeases, 1);
  });

  Deno.test(`${name}: retryJob() brings back what is at a stop, for its tenant, once`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    const attempt = { at: T0, message: "no" };
    const stopped = { action: "update", dueAt: null, failures: 12, attempt } as const;
    for (
      const [held, instanceId] of [["failed", undefined], ["failed", instance.id], ["incident", undefined]]
    ) {
      const [id] = await givenJobs(store, 1, { instanceId, payload: '"kept"' });
      await leaseOne(store); // by a worker that is lost
      const leased = await leaseOne(store, { at: T0 + LEASE_MS });
      assert.equal(leased.id, id);
      await store.updateJobs([{ ...leaseOf(leased), ...stopped, held }], T0);
      assert.equal(await store.retryJob("other", id, T0 + 5), false);
      assert.deepEqual((await lease(store, { at: T0 + 5 })).jobs, [], "another tenant has changed nothing");
      assert.equal(await store.retryJob(TENANT, id, T0 + 5), true);
      assert.equal(await store.retryJob(TENANT, id, T0 + 6), false);
      const { worker: _worker, ...free } = leased;
      const afresh = { dueAt: T0 + 5, failures: 0, lostLeases: 0, attempts: [attempt] };
      assert.equal(leased.lostLeases, 1);
      assert.deepEqual(await store.getJob(id), { ...free, ...afresh });
      assert.equal(await store.nextDueAt(["charge"], T0 + 10), T0 + 5);
      const [result] = await store.updateJobs([{ ...leaseOf(leased), action: "delete" }], T0);
      assert.equal(result, "lost", "the old lease stays over");
      const again = await leaseOne(store, { at: T0 + 5 });
      assert.deepEqual([again.id, again.leaseNo, again.lostLeases], [id, 3, 0]);
      await store.updateJobs([{ ...leaseOf(again), action: "delete" }], T0 + 5);
    }
  });

  Deno.test(`${name}: retryJob() leaves what runs, waits, or is held by an instance`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    const [waiting] = await givenJobs(store, 1, { dueAt: T0 + 60_000 });
    const refused = async (id: string) => {
      const before = await store.getJob(id);
      assert.equal(await store.retryJob(TENANT, id, T0 + 5), false);
      assert.deepEqual(await store.getJob(id), before);
    };
    await refused(waiting);
    for (const held of ["incident", "suspended", "answer"]) {
      const [id] = await givenJobs(store, 1, { instanceId: instance.id });
      const leased = await leaseOne(store);
      await refused(id);
      await store.updateJobs([{ ...leaseOf(leased), action: "update", dueAt: null, held }], T0);
      await refused(id);
    }
    const [id] = await givenJobs(store, 1, { instanceId: instance.id });
    await store.endJobs([{ ...leaseOf(await leaseOne(store)), outcome: "{}" }], "m", T0);
    await refused(id);
    assert.equal(await store.retryJob(TENANT, await newId(store), T0), false);
  });

  Deno.test(`${name}: updateJobs() stores failures, the last three attempts and when to try again`, async () => {
    await using store = await open();
    const [id] = await givenJobs(store, 1, { payload: '"old"' });
    for (let n = 1; n <= 4; n++) {
      const held = await leaseOne(store, { at: T0 + n * 100 });
      const [done] = await store.updateJobs([{
        ...leaseOf(held),
        action: "update",
        dueAt: T0 + (n + 1) * 100,
        failures: n,
        attempt: { at: T0 + n, message: `failed ${n}` },
        ...(n === 4 && { payload: '"new"' }),
      }], T0 + n * 100 + 50);
      assert.equal(done, "done");
      assert.deepEqual((await lease(store, { at: T0 + (n + 1) * 100 - 1 })).jobs, []);
    }
    const stored = await store.getJob(id);
    assert.equal(stored?.failures, 4);
    assert.equal(stored?.payload, '"new"');
    assert.deepEqual(stored?.attempts.map((each) => each.message), ["failed 2", "failed 3", "failed 4"]);
    assert.equal(stored?.dueAt, T0 + 500);
  });

  Deno.test(`${name}: a held job is never leased, by no way, until it is retried`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store, { openJobs: [job(id)] });
    const held = await leaseOne(store);
    await store.updateJobs([{
      ...leaseOf(held),
      action: "update",
      dueAt: null,
      held: "incident",
      failures: 3,
      attempt: { at: T0, message: "no" },
    }], T0);
    const stored = await store.getJob(id);
    assert.equal(stored?.dueAt, null);
    assert.equal(stored?.held, "incident");
    assert.deepEqual((await lease(store, { at: T0 + 10 * LEASE_MS })).jobs, []);
    assert.deepEqual((await lease(store, { jobIds: [id] })).jobs, []);
    assert.equal(await store.nextDueAt(["charge"]), undefined);
    assert.deepEqual((await store.listJobs({ held: true })).items.map((each) => each.id), [id]);
    assert.deepEqual((await store.listJobs({ held: false })).items, []);

    await commitAll(store, [changeOf(instance, { retryJobs: [id, "999999"], at: T0 + 7 })]);
    const retried = await store.getJob(id);
    assert.equal(retried?.held, undefined);
    assert.equal(retried?.failures, 0);
    assert.equal(retried?.dueAt, T0 + 7);
    assert.equal((await leaseOne(store, { at: T0 + 7 })).leaseNo, 2);
  });

  Deno.test(`${name}: retryJobs clears lost leases`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store, { openJobs: [job(id)] });
    await leaseOne(store);
    assert.equal((await leaseOne(store, { at: T0 + LEASE_MS })).lostLeases, 1);
    await commitAll(store, [changeOf(instance, { retryJobs: [id], at: T0 + LEASE_MS })]);
    assert.equal((await leaseOne(store, { at: T0 + LEASE_MS })).lostLeases, 0);
  });

  Deno.test(`${name}: holding a leased job takes the lease away`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store, { openJobs: [job(id)] });
    const held = await leaseOne(store);
    await commitAll(store, [changeOf(instance, { holdJobs: [{ id, held: "suspended" }] })]);
    assert.deepEqual(await store.extendLeases([leaseOf(held)], LEASE_MS, T0), [undefined]);
    const unit = changeOf(await load(store, instance.id), { leases: [leaseOf(held)], closeJobs: [id] });
    assert.deepEqual(await commitOne(store, unit), { outcome: "lease-lost", jobIds: [id] });
  });

  Deno.test(`${name}: what a unit closes is gone, also if it holds it or lets it be tried again`, async () => {
    await using store = await open();
    const ids = await newIds(store, 2);
    const instance = await givenInstance(store, { openJobs: ids.map((id) => job(id)) });
    await commitAll(store, [changeOf(instance, {
      closeJobs: ids,
      holdJobs: [{ id: ids[0], held: "suspended" }],
      retryJobs: [ids[1]],
    })]);
    assert.deepEqual((await store.listJobs({ instanceId: instance.id })).items, []);
    assert.deepEqual(await Promise.all(ids.map((id) => store.getJob(id))), [undefined, undefined]);
    assert.deepEqual(await store.audit(), []);
  });

  Deno.test(`${name}: a unit gives leased jobs back with what they learned`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const instance = await givenInstance(store, { openJobs: [job(id)] });
    const held = await leaseOne(store);
    await commitAll(store, [changeOf(instance, {
      leases: [leaseOf(held)],
      updateJobs: [{ ...leaseOf(held), action: "update", dueAt: T0 + 9_000, failures: 1, payload: '"p"' }],
    })]);
    const stored = await store.getJob(id);
    assert.deepEqual(
      [stored?.dueAt, stored?.failures, stored?.payload, stored?.worker],
      [T0 + 9_000, 1, '"p"', undefined],
    );
  });

  Deno.test(`${name}: a job can be leased in the commit that creates it`, async () => {
    await using store = await open();
    const [id] = await newIds(store, 1);
    const unit = await newUnit(store, {
      openJobs: [job(id, { lease: { worker: "w9", leaseMs: 5_000 } })],
      at: T0 + 1,
    });
    await commitAll(store, [unit]);
    const stored = await store.getJob(id);
    assert.deepEqual([stored?.worker, stored?.leaseNo, stored?.dueAt], ["w9", 1, T0 + 5_001]);
    assert.deepEqual((await lease(store, { at: T0 + 5_000 })).jobs, []);
    const done = changeOf(await load(store, unit.instanceId), {
      leases: [{ jobId: id, leaseNo: 1 }],
      closeJobs: [id],
    });
    assert.equal((await commitOne(store, done)).outcome, "committed");
  });

  Deno.test(`${name}: types are compared without regard to case`, async () => {
    await using store = await open();
    await givenJobs(store, 1, { type: "Reserve-inventory" });
    await givenJobs(store, 1, { type: "reserve-Inventory" });
    assert.equal((await lease(store, { wants: [{ type: "RESERVE-inventory", max: 5 }] })).jobs.length, 2);
    assert.equal((await store.listJobs({ type: "Reserve-Inventory" })).items.length, 2);
  });

  Deno.test(`${name}: jobs named by id are leased whether due or not, but not from others`, async () => {
    await using store = await open();
    const [a, b] = await givenJobs(store, 2, { dueAt: T0 + 9_000 });
    await lease(store, { worker: "other", jobIds: [b] });
    const { jobs } = await lease(store, { jobIds: [a, b, "999999"], wants: [] });
    assert.deepEqual(jobs.map((each) => each.id), [a]);
    const later = await lease(store, { jobIds: [b], at: T0 + LEASE_MS });
    assert.deepEqual(later.jobs.map((each) => each.lostLeases), [1]);
  });

  Deno.test(`${name}: whatever a caller was told of, it gets what is wanted, due and free, and nothing is missed`, async () => {
    await using store = await open();
    const [mine, second] = await givenJobs(store, 2);
    const [others] = await givenJobs(store, 1, { type: "ship" });
    const [late] = await givenJobs(store, 1, { dueAt: T0 + 1_000 });
    const [held] = await givenJobs(store, 1, { dueAt: null, held: "suspended" });
    const [foreign] = await givenJobs(store, 1, {}, "elsewhere");
    const told = [second, others, late, held, foreign, "77777777"];
    const taken: Job[] = [];
    for (let i = 0; i < 3; i++) {
      const { jobs, at } = await lease(store, { told, tenants: [TENANT] });
      assert.equal(at, T0);
      taken.push(...jobs);
    }
    assert.deepEqual(taken.map(({ id }) => id).sort(byNumber), [mine, second]);
    assert.ok(
      taken.every(({ leaseNo, lostLeases, worker }) => leaseNo === 1 && lostLeases === 0 && worker === "w1"),
    );
    const over = await lease(store, { told, at: T0 + LEASE_MS, tenants: [TENANT], worker: "w2" });
    const rest = await lease(store, { told, at: T0 + LEASE_MS, tenants: [TENANT], worker: "w2" });
    assert.deepEqual(
      [...over.jobs, ...rest.jobs].map(({ id, leaseNo, lostLeases }) => [id, leaseNo, lostLeases])
        .sort(([a], [b]) => byNumber(String(a), String(b))),
      [[mine, 2, 1], [second, 2, 1], [late, 1, 0]],
    );
    const limited = await givenJobs(store, 3);
    const few = await lease(store, { told: limited, max: 2, tenants: [TENANT] });
    assert.ok(few.jobs.length <= 2);
  });

  Deno.test(`${name}: what a caller was told of brings its instance, once, and goes to one`, async () => {
    await using store = await open();
    const [instanceId, ...ids] = await newIds(store, 3);
    const openJobs = ids.map((id) => job(id, { instanceId }));
    await givenInstance(store, { instanceId, state: '{"n":1}', openJobs });
    const told = await Promise.all(
      ["w1", "w2", "w3", "w4"].map((worker) => lease(store, { told: ids, worker })),
    );
    const jobs = told.flatMap((each) => each.jobs);
    assert.deepEqual(jobs.map(({ id }) => id).sort(byNumber), ids);
    for (const { jobs, instances } of told) {
      assert.deepEqual(
        instances.map(({ id, state }) => [id, state]),
        jobs.length > 0 ? [[instanceId, '{"n":1}']] : [],
      );
    }
    const known = await lease(store, { told: ids, cached: [instanceId], at: T0 + LEASE_MS });
    assert.deepEqual([known.instances, known.revisions], [[], [{ id: instanceId, revision: 1 }]]);
  });

  Deno.test(`${name}: no type starves another, and no limit is passed`, async () => {
    await using store = await open();
    await givenJobs(store, 40, { type: "old", dueAt: T0 - 9_000 });
    await givenJobs(store, 40, { type: "new" });
    const counts = async (max: number, wants: Record<string, number>) => {
      const request = Object.entries(wants).map(([type, each]) => ({ type, max: each }));
      const { jobs } = await lease(store, { max, wants: request });
      const of = (type: string) => jobs.filter((each) => each.type === type).length;
      assert.ok(jobs.length <= max && of("old") <= wants.old && of("new") <= wants.new);
      return [of("old"), of("new")];
    };
    assert.deepEqual(await counts(20, { old: 20, new: 20 }), [10, 10]);
    assert.deepEqual(await counts(20, { old: 2, new: 20 }), [2, 18]);
    assert.deepEqual(await counts(20, { old: 3, new: 4 }), [3, 4]);
    assert.deepEqual(await counts(50, { old: 50, new: 50 }), [25, 8]);
  });

  Deno.test(`${name}: lower classes go first, with a share for the others`, async () => {
    await using store = await open();
    await givenJobs(store, 40, { class: 2, dueAt: T0 - 9_000 });
    await givenJobs(store, 40, { class: 1, dueAt: T0 - 5_000 });
    await givenJobs(store, 10, { class: 0 });
    const { jobs } = await lease(store, { max: 32 });
    const of = (jobClass: number) => jobs.filter((each) => each.class === jobClass).length;
    assert.equal(jobs.length, 32);
    assert.equal(of(0), 10);
    assert.ok(of(1) > of(2) && of(2) >= 1, `${of(1)} follow-ups, ${of(2)} first jobs`);
  });

  Deno.test(`${name}: within a lease higher priorities come first`, async () => {
    await using store = await open();
    for (const priority of [1, 9, 5]) await givenJobs(store, 1, { priority });
    assert.deepEqual((await lease(store)).jobs.map((each) => each.priority), [9, 5, 1]);
  });

  Deno.test(`${name}: the oldest due job goes first`, async () => {
    await using store = await open();
    const [late] = await givenJobs(store, 1, { dueAt: T0 - 1 });
    const [early] = await givenJobs(store, 1, { dueAt: T0 - 2 });
    const { jobs } = await lease(store);
    assert.deepEqual(jobs.map((each) => each.id), [early, late]);
  });

  Deno.test(`${name}: listJobs() filters and goes by id`, async () => {
    await using store = await open();
    const [a, b, c] = await newIds(store, 3);
    await store.enqueueJobs(TENANT, [
      job(c, { type: "x", instanceId: "11" }),
      job(a, { type: "y", instanceId: "11" }),
      job(b, { type: "x", instanceId: "22" }),
    ], T0);
    const ids = async (query: Parameters<typeof store.listJobs>[0]) =>
      (await store.listJobs(query)).items.map((each) => each.id);
    assert.deepEqual(await ids({}), [a, b, c]);
    assert.deepEqual(await ids({ instanceId: "11" }), [a, c]);
    assert.deepEqual(await ids({ type: "x" }), [b, c]);
    assert.deepEqual(await ids({ type: "x", instanceId: "11" }), [c]);
  });

  Deno.test(`${name}: a listener hears of a notification and then no more`, async () => {
    await using store = await open();
    if (!store.listen || !store.notify) return;
    let heard: () => void = () => {};
    const first = new Promise<void>((resolve) => heard = resolve);
    let count = 0;
    const listening = await store.listen(() => {
      count++;
      heard();
    });
    store.notify();
    await first;
    await listening[Symbol.asyncDispose]();
    const before = count;
    store.notify();
    await store.now();
    assert.equal(count, before);
  });
}
