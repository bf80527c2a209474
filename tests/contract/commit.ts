import assert from "node:assert/strict";
import {
  changeOf,
  commitAll,
  commitOne,
  givenInstance,
  givenJobs,
  job,
  leaseOf,
  leaseOne,
  load,
  newId,
  newIds,
  newUnit,
  step,
  subscription,
  T0,
  TENANT,
} from "./given.ts";
import type { Unit } from "../../storage/store.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

/** Units: revisions, leases, all or nothing. */
export function testCommitContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: commit() of nothing answers nothing`, async () => {
    await using store = await open();
    assert.deepEqual(await store.commit([]), []);
  });

  Deno.test(`${name}: commit() counts revisions from 1`, async () => {
    await using store = await open();
    const unit = await newUnit(store);
    assert.deepEqual(await commitOne(store, unit), { outcome: "committed", revision: 1 });
    const change = changeOf(await load(store, unit.instanceId));
    assert.deepEqual(await commitOne(store, change), { outcome: "committed", revision: 2 });
  });

  Deno.test(`${name}: commit() refuses a stale revision and writes nothing of that unit`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    await commitAll(store, [changeOf(instance)]);
    const jobId = await newId(store);
    const stale = changeOf(instance, { state: '{"stale":1}', steps: [step(1)], openJobs: [job(jobId)] });
    assert.deepEqual(await commitOne(store, stale), { outcome: "conflict" });
    assert.equal((await load(store, instance.id)).state, "{}");
    assert.deepEqual(await store.listSteps(instance.id), []);
    assert.equal(await store.getJob(jobId), undefined);
  });

  Deno.test(`${name}: commit() answers conflict for a missing instance and for another tenant's`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    assert.deepEqual(await commitOne(store, changeOf({ ...instance, id: "999999" })), {
      outcome: "conflict",
    });
    assert.deepEqual(await commitOne(store, changeOf({ ...instance, tenant: "other" })), {
      outcome: "conflict",
    });
    assert.equal((await load(store, instance.id)).revision, 1);
  });

  Deno.test(`${name}: commit() answers duplicate for an instance id that is taken`, async () => {
    await using store = await open();
    const unit = await newUnit(store, { state: '{"n":1}' });
    await commitAll(store, [unit]);
    assert.deepEqual(await commitOne(store, { ...unit, state: '{"n":2}' }), {
      outcome: "duplicate",
      instanceId: unit.instanceId,
    });
    assert.equal((await load(store, unit.instanceId)).state, '{"n":1}');
  });

  Deno.test(`${name}: of concurrent changes with one revision exactly one stands`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => commitOne(store, changeOf(instance, { state: `{"n":${i}}` }))),
    );
    assert.equal(results.filter((each) => each.outcome === "committed").length, 1);
    for (const { outcome } of results) {
      assert.ok(["committed", "conflict", "busy"].includes(outcome), outcome);
    }
    assert.equal((await load(store, instance.id)).revision, 2);
  });

  Deno.test(`${name}: two units of one instance in a call never both stand`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    const results = await store.commit([changeOf(instance), changeOf(instance)]).catch(() => []);
    assert.ok(results.filter((each) => each.outcome === "committed").length <= 1);
    assert.ok((await load(store, instance.id)).revision <= 2);
  });

  Deno.test(`${name}: one bad unit takes no other down, whatever is wrong with it`, async () => {
    await using store = await open();
    await givenJobs(store, 1);
    const held = await leaseOne(store);
    const [a, b, c, d] = await Promise.all([0, 1, 2, 3].map(() => givenInstance(store)));
    await commitAll(store, [changeOf(b, { state: '{"moved":1}' })]);
    const [jobA, jobB, jobC, jobD] = await newIds(store, 4);
    const results = await store.commit([
      changeOf(a, { state: '{"ok":1}', openJobs: [job(jobA)], steps: [step(1)] }),
      changeOf(b, { state: '{"bad":1}', openJobs: [job(jobB)], steps: [step(1)] }),
      changeOf(c, {
        state: '{"bad":1}',
        leases: [{ ...leaseOf(held), leaseNo: held.leaseNo + 1 }],
        openJobs: [job(jobC)],
        steps: [step(1)],
      }),
      changeOf(d, { state: '{"ok":1}', openJobs: [job(jobD)], steps: [step(1)] }),
      await newUnit(store, { instanceId: a.id }),
    ]);
    assert.deepEqual(results, [
      { outcome: "committed", revision: 2 },
      { outcome: "conflict" },
      { outcome: "lease-lost", jobIds: [held.id] },
      { outcome: "committed", revision: 2 },
      { outcome: "duplicate", instanceId: a.id },
    ]);
    const states = await Promise.all([a, b, c, d].map(async ({ id }) => (await load(store, id)).state));
    assert.deepEqual(states, ['{"ok":1}', '{"moved":1}', "{}", '{"ok":1}']);
    const jobs = await Promise.all(
      [jobA, jobB, jobC, jobD].map(async (id) => Boolean(await store.getJob(id))),
    );
    assert.deepEqual(jobs, [true, false, false, true]);
    const steps = await Promise.all([a, b, c, d].map(async ({ id }) => (await store.listSteps(id)).length));
    assert.deepEqual(steps, [1, 0, 0, 1]);
  });

  Deno.test(`${name}: a unit writes everything it names at once`, async () => {
    await using store = await open();
    const [done, other, timer, fresh, armed, closed, task, incident] = await newIds(store, 8);
    const instance = await givenInstance(store, {
      openJobs: [job(other, { type: "timer" }), job(timer, { type: "timer", dueAt: T0 + 9_000 })],
      openSubscriptions: [subscription(closed)],
    });
    await store.enqueueJobs(TENANT, [job(done, { instanceId: instance.id })], T0);
    const held = await leaseOne(store);
    await commitAll(store, [changeOf(instance, {
      variables: '{"paid":true}',
      leases: [leaseOf(held)],
      closeJobs: [done, other, "999999"],
      openJobs: [job(fresh, { instanceId: instance.id, class: 1 })],
      holdJobs: [{ id: timer, held: "suspended" }],
      openSubscriptions: [subscription(armed, { instanceId: instance.id })],
      closeSubscriptions: [closed],
      openUserTasks: [{ id: task, elementId: "check", candidateUsers: [], candidateGroups: [], priority: 0 }],
      openIncidents: [{ id: incident, kind: "no-flow", elementId: "split", message: "no flow" }],
      steps: [step(1), step(2)],
    })]);
    assert.equal(await store.getJob(done), undefined);
    assert.equal(await store.getJob(other), undefined);
    assert.equal((await store.getJob(timer))?.held, "suspended");
    assert.equal((await store.getJob(fresh))?.instanceId, instance.id);
    const found = await store.findSubscriptions({ tenant: TENANT, kind: "message", name: "paid", key: "" });
    assert.deepEqual(found.items.map((each) => each.id), [armed]);
    assert.equal((await store.getUserTask(task))?.status, "open");
    assert.equal((await store.listIncidents({ instanceId: instance.id })).items[0]?.id, incident);
    assert.deepEqual((await store.listSteps(instance.id)).map((each) => each.sequence), [1, 2]);
    assert.equal((await load(store, instance.id)).variables, '{"paid":true}');
  });

  Deno.test(`${name}: a unit that creates an instance writes everything it names at once, or nothing`, async () => {
    await using store = await open();
    const [first, second, third] = await newIds(store, 3);
    const named = (ended: boolean, jobId: string, amount: number): Partial<Unit> => ({
      status: ended ? "completed" : "running",
      ...(ended && { endedAt: T0 + 5_000, reason: "over" }),
      variables: `{"amount":${amount}}`,
      locals: '{"1":{"a":1}}',
      searchable: [["amount", String(amount)]],
      steps: [
        step(1, { startedAt: T0, endedAt: T0 + 10 }),
        step(2, {
          startedAt: T0,
          endedAt: T0 + 3_600_000,
          status: "failed",
          error: "no",
          item: 3,
          failures: 2,
        }),
      ],
      openJobs: [
        job(jobId, { retries: 4, retryDelaysMs: [1, 20], payload: '{"p":1}', priority: 7, elementId: "e" }),
      ],
    });
    const created = { businessKey: "b", uniqueKey: "u", parentId: first };
    const unit = await newUnit(store, { created, ...named(true, first, 1) });
    const id = unit.instanceId;
    await commitAll(store, [unit]);
    const instance = await load(store, id);
    assert.deepEqual(
      [
        instance.status,
        instance.endedAt,
        instance.reason,
        instance.variables,
        instance.locals,
        instance.revision,
      ],
      ["completed", T0 + 5_000, "over", '{"amount":1}', '{"1":{"a":1}}', 1],
    );
    assert.deepEqual([instance.businessKey, instance.parentId], ["b", first]);
    const kpis = async () =>
      (await store.kpis({ groupBy: "process" })).concat(await store.kpis()).map((
        { count, failures, minMs, maxMs },
      ) => [count, failures, minMs, maxMs]);
    const sums = await kpis();
    const written = await store.getJob(first);
    assert.deepEqual(
      [written?.retries, written?.retryDelaysMs, written?.payload, written?.priority, written?.elementId],
      [4, [1, 20], '{"p":1}', 7, "e"],
    );
    assert.deepEqual((await store.listSteps(id)).map(({ status, error, item }) => [status, error, item]), [
      ["completed", undefined, undefined],
      ["failed", "no", 3],
    ]);
    const again = { ...unit, ...named(false, second, 2) };
    const rival = await newUnit(store, { created: { uniqueKey: "u" }, ...named(true, third, 3) });
    for (const refused of [again, rival]) {
      assert.deepEqual(await commitOne(store, refused), { outcome: "duplicate", instanceId: id });
    }
    assert.deepEqual([await store.getJob(second), await store.getJob(third)], [undefined, undefined]);
    assert.equal((await store.listSteps(id)).length, 2);
    assert.equal((await store.listSteps(rival.instanceId)).length, 0);
    assert.deepEqual(await kpis(), sums);
    const found = async (value: number) =>
      (await store.listInstances({ tenant: TENANT, variables: [{ name: "amount", value }] })).items.length;
    assert.deepEqual([await found(1), await found(2), await found(3)], [1, 0, 0]);
  });

  Deno.test(`${name}: hundreds of units go in one call`, async () => {
    await using store = await open();
    const units = await Promise.all(Array.from({ length: 300 }, () => newUnit(store)));
    const ids = await newIds(store, 300);
    await commitAll(store, units.map((unit, i) => ({ ...unit, openJobs: [job(ids[i])], steps: [step(1)] })));
    const instances = await store.loadInstances(units.map((unit) => unit.instanceId));
    assert.equal(instances.length, 300);
    const results = await store.commit(instances.map((instance, i) =>
      // every tenth is stale
      changeOf(i % 10 === 0 ? { ...instance, revision: 7 } : instance, { state: '{"n":1}' })
    ));
    assert.equal(results.filter((each) => each.outcome === "committed").length, 270);
    assert.equal(results.filter((each) => each.outcome === "conflict").length, 30);
    assert.ok(results.every((each, i) => each.outcome === (i % 10 === 0 ? "conflict" : "committed")));
  });
}
