/** How little stands between the start of an instance and its first handler, and what may not be saved. */
import assert from "node:assert/strict";
import { createEngine } from "../../mod.ts";
import { queries } from "../../sql/mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import {
  type Lease,
  type LeaseRequest,
  type NewJob,
  NotFoundError,
  SupersededError,
} from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { changeOf, givenJobs, lease, LEASE_MS, newUnit, T0 } from "../contract/given.ts";
import { faultyPool } from "../support/faulty_pool.ts";
import { sql, testDatabase } from "../support/postgres.ts";

function oneTask(type: string): string {
  return `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
    <process id="p" isExecutable="true"><startEvent id="s"/><serviceTask id="t"><extensionElements>
      <zeebe:taskDefinition type="${type}"/></extensionElements></serviceTask>
      <endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>
      <sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>`;
}

function leaseParams(quick: boolean): unknown[] {
  return [["t"], [1], [1], [1], [null], 1, "w", 1_000, null, null, [], 1, quick];
}

Deno.test("a start in a process without a worker tells the others with its commit", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  await using engine = await createEngine({ store, closeStore: false });
  await engine.deploy(oneTask("a"));
  // On a busy machine a start may take so long that the next one is not told of within its transaction.
  const { now } = performance;
  let at = now.call(performance);
  performance.now = () => at;
  using _ = { [Symbol.dispose]: () => void (performance.now = now) };
  await engine.start("p");
  const heard = Promise.withResolvers<void>();
  await using other = await PostgresStore.open(database.url);
  await using _listening = await other.listen(() => heard.resolve());
  const before = store.roundTrips;
  at += 10; // a notification may be sent again
  await engine.start("p");
  await heard.promise;
  assert.equal(store.roundTrips - before, 1, "the notification is part of a lone start's commit");
});

Deno.test("a start that is refused tells nobody of its jobs", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const unit = await newUnit(store, { openJobs: [{ id: "900", type: "a", class: 1, dueAt: T0 }] });
  assert.equal((await store.commit([unit]))[0].outcome, "committed");
  const heard: (readonly string[])[] = [];
  const told = Promise.withResolvers<void>();
  await using other = await PostgresStore.open(database.url);
  await using _listening = await other.listen((jobIds = []) => {
    heard.push(jobIds);
    if (jobIds.length === 0) told.resolve();
  });
  const [again] = await store.commit([unit], { notify: true });
  assert.equal(again.outcome, "duplicate");
  await new Promise((resolve) => setTimeout(resolve, 10)); // a notification may be sent again
  store.notify();
  await told.promise;
  assert.deepEqual(heard, [[]]);
});

Deno.test("an idle worker leases what it was told of by its id, and looks for the others at the next lease", async () => {
  await using database = await testDatabase();
  await using one = await PostgresStore.open(database.url);
  await using engine = await createEngine({ store: one, closeStore: false });
  await engine.deploy(oneTask("a"));
  const store = await PostgresStore.open(database.url);
  const asked: { told: number; instances: (string | undefined)[] }[] = [];
  const { leaseJobs, nextDueAt } = store;
  /** Looks at the queue that have begun, and those of them that are over. */
  let begun = 0, over = 0;
  store.leaseJobs = async (request) => {
    begun++;
    const leased = await leaseJobs.call(store, request);
    const instances = leased.jobs.map(({ instanceId }) => instanceId);
    asked.push({ told: request.told?.length ?? 0, instances });
    over++;
    return leased;
  };
  store.nextDueAt = async (...given) => {
    begun++;
    const next = await nextDueAt.apply(store, given);
    over++;
    return next;
  };
  let ran = 0;
  let both = Promise.withResolvers<void>();
  const a = () => {
    if (++ran === 2) both.resolve();
  };
  await using worker = await createWorker({ store, handlers: { a }, pollMs: 60_000 });
  worker.start();
  const { commit } = one;
  one.notify = () => {};
  for (let tries = 0;; tries++) {
    // It is idle when it has looked for the next job that is due, and nothing has woken it since.
    for (let before = -1; before !== begun || over !== begun || begun === 0;) {
      before = begun;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    ran = 0;
    both = Promise.withResolvers();
    asked.length = 0;
    const idle = begun;
    // Of the first nobody is told.
    one.commit = (units) => commit.call(one, units);
    const first = await engine.start("p");
    one.commit = commit;
    const awake = begun !== idle;
    const second = await engine.start("p");
    await both.promise;
    // Something else, such as its own listening, has woken it meanwhile: once more.
    if (awake && tries < 20) continue;
    assert.deepEqual(asked.slice(0, 2), [
      { told: 1, instances: [second.id] },
      { told: 0, instances: [first.id] },
    ]);
    break;
  }
});

Deno.test("what a worker is told of is leased alone: wanted, due, of a format that it reads, and free", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const [due, late, newer, ship, locked, untold, second] = await givenJobs(store, 7);
  const states = { due_at: `'${new Date(T0 + 1).toISOString()}'`, needs: "2", type: "'ship'" };
  for (const [index, [column, value]] of Object.entries(states).entries()) {
    await sql(
      database.url,
      `update baton.jobs set ${column} = ${value} where id = ${[late, newer, ship][index]}`,
    );
  }
  await sql(database.url, `update baton.jobs set worker = 'dead', lease_no = 4 where id = ${due}`);
  // Who waits for a lock does not pass this test.
  await sql(
    database.url,
    `alter database ${new URL(database.url).pathname.slice(1)} set lock_timeout = '1s'`,
  );
  await using fresh = await PostgresStore.open(database.url);
  const told = (ids: string[], options: Partial<LeaseRequest> = {}) =>
    lease(fresh, { told: ids, format: 1, ...options });
  await store.transaction(async (tx) => {
    await tx.query("select from baton.jobs where id = $1 for update", [locked]);
    const { jobs } = await told([due, late, newer, ship, locked]);
    assert.deepEqual(
      jobs.map(({ id, worker, leaseNo, lostLeases, dueAt }) => ({ id, worker, leaseNo, lostLeases, dueAt })),
      [{ id: due, worker: "w1", leaseNo: 5, lostLeases: 1, dueAt: T0 + LEASE_MS }],
    );
  });
  // No more than are wanted, of their type and at all.
  const wants = [{ type: "charge", max: 1 }];
  const [first, ...more] = (await told([locked, second, untold], { wants, max: 9 })).jobs;
  assert.deepEqual(more, []);
  const left = [locked, second, untold].filter((id) => id !== first.id);
  assert.equal((await told(left, { max: 1 })).jobs.length, 1);
});

Deno.test("a start is of the version that another process has deployed meanwhile", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  await using otherStore = await PostgresStore.open(database.url);
  await using engine = await createEngine({ store, closeStore: false });
  await using other = await createEngine({ store: otherStore, closeStore: false });
  await engine.deploy(oneTask("a"));
  assert.equal((await engine.start("p")).version, 1);
  assert.equal((await engine.start("p")).version, 1);
  await other.deploy(oneTask("b"));
  const started = await Promise.all(Array.from({ length: 5 }, () => engine.start("p")));
  assert.deepEqual(started.map(({ version, created }) => [version, created]), Array(5).fill([2, true]));
  assert.equal((await engine.start("p", { version: 1 })).version, 1);
  assert.equal((await engine.start("p")).version, 2);
  await other.deploy(oneTask("c"));
  const keyed = await engine.start("p", { businessKey: "k", uniqueBusinessKey: true });
  assert.equal(keyed.version, 3);
  assert.equal((await engine.instances({})).items.length, 10, "none twice");
  await assert.rejects(engine.forTenant("elsewhere").start("p"), NotFoundError);
});

Deno.test("a unit of a definition that is not the latest any more is refused, others of its commit stand", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  await using engine = await createEngine({ store, closeStore: false });
  const [former] = (await engine.deploy(oneTask("a"))).definitions;
  const [latest] = (await engine.deploy(oneTask("b"))).definitions;
  const created = { key: "p", latest: true };
  const units = [
    await newUnit(store, { created: { ...created, definitionId: former.id } }),
    await newUnit(store, { created: { ...created, definitionId: latest.id } }),
    await newUnit(store, { created: { ...created, definitionId: former.id, latest: false } }),
    await newUnit(store, { created: { ...created, definitionId: "77" } }),
  ];
  const results = await store.commit(units);
  assert.deepEqual(results.map(({ outcome }) => outcome), ["rejected", "committed", "committed", "rejected"]);
  assert.ok(results[0].outcome === "rejected" && results[0].error instanceof SupersededError);
});

Deno.test("a lease does not wait for the disk, except in a user's transaction", async () => {
  await using database = await testDatabase();
  const request = { worker: "w", wants: [{ type: "t", max: 1 }], max: 1, leaseMs: 1_000 };
  const settings: unknown[] = [];
  const shown = async (query: (sql: string) => Promise<{ rows: Record<string, unknown>[] }>) => {
    settings.push((await query("show synchronous_commit")).rows[0].synchronous_commit);
  };
  await sql(
    database.url,
    `alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = on`,
  );
  await using fresh = await PostgresStore.open(database.url);
  await fresh.transaction(async (tx) => {
    await fresh.join(tx).leaseJobs(request);
    await shown((text) => tx.query(text));
  });
  await fresh.transaction(async (tx) => {
    await tx.query(queries.lease_jobs, leaseParams(true));
    await shown((text) => tx.query(text));
  });
  await fresh.transaction((tx) => shown((text) => tx.query(text)));
  assert.deepEqual(settings, ["on", "off", "on"]);
});

Deno.test("a kept outcome does not wait for the disk, except in a user's transaction", async () => {
  await using database = await testDatabase();
  await sql(
    database.url,
    `alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = on`,
  );
  await using store = await PostgresStore.open(database.url);
  const instanceId = String(await store.reserveIds(1));
  const job = { id: "900", instanceId, type: "a", class: 1 as const, dueAt: 1 };
  await store.commit([await newUnit(store, { instanceId, openJobs: [job] })]);
  const { jobs } = await store.leaseJobs({
    worker: "w",
    wants: [{ type: "a", max: 1 }],
    max: 1,
    leaseMs: 9_000,
  });
  assert.equal(jobs.length, 1);
  const ends = [{ jobId: "900", leaseNo: 1, outcome: "{}" }];
  const settings: unknown[] = [];
  const own = [[900], [1], ["{}"], "mark", null, true];
  for (const end of ["joined", "own"]) {
    await store.transaction(async (tx) => {
      if (end === "joined") await store.join(tx).endJobs(ends, "mark");
      else await tx.query(queries.end_jobs, own);
      settings.push((await tx.query("show synchronous_commit")).rows[0].synchronous_commit);
    });
  }
  assert.deepEqual(settings, ["on", "off"]);
});

Deno.test("what a store does for its upkeep leaves its connection as leases and commits need it", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const request = { worker: "w", wants: [{ type: "t", max: 10 }], max: 10, leaseMs: 1_000 };
  await store.leaseJobs(request);
  await store.maintain();
  await store.takeTurn("cleanup", 1);
  await store.now();
  const before = store.roundTrips;
  await store.leaseJobs(request);
  assert.equal(store.roundTrips - before, 1);
});

Deno.test("of two that hold a job after a crash of the server, one moves the instance", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const instanceId = String(await store.reserveIds(1));
  const job = { id: String(await store.reserveIds(1)), instanceId, type: "t", class: 2 as const, dueAt: 1 };
  await store.commit([await newUnit(store, { instanceId, openJobs: [job] })]);
  const lease = async (worker: string): Promise<Lease> => {
    const { jobs } = await store.leaseJobs({
      worker,
      wants: [{ type: "t", max: 1 }],
      max: 1,
      leaseMs: 30_000,
    });
    return { jobId: jobs[0].id, leaseNo: jobs[0].leaseNo };
  };
  const before = "lease_no, worker, due_at, lost_leases";
  await sql(database.url, `create table saved as select ${before} from baton.jobs`);
  const first = await lease("a");
  // What a crash before the disk has it leaves of the lease: nothing.
  await sql(database.url, `update baton.jobs set (${before}) = (select ${before} from saved)`);
  const [instance] = await store.loadInstances([instanceId]);
  const end = (leases: Lease[]) => changeOf(instance, { leases, closeJobs: [job.id] });
  assert.deepEqual(await store.commit([end([first])]), [{ outcome: "lease-lost", jobIds: [job.id] }]);
  assert.deepEqual(await store.extendLeases([first], 30_000), [undefined]);
  const second = await lease("b");
  assert.equal(second.leaseNo, first.leaseNo);
  const outcomes = (await Promise.all([store.commit([end([second])]), store.commit([end([first])])]))
    .map(([{ outcome }]) => outcome);
  assert.equal(outcomes.filter((outcome) => outcome === "committed").length, 1);
  assert.equal((await store.loadInstances([instanceId]))[0].revision, 2);
});

Deno.test("the small lease takes the oldest of the lowest class, once, and nothing where tenants take turns", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const unit = await newUnit(store, { state: '{"a":1}' });
  const { instanceId } = unit;
  const ids = String(await store.reserveIds(20));
  const openJobs = Array.from({ length: 12 }, (_, i): NewJob => ({
    id: String(Number(ids) + i),
    instanceId,
    type: "t",
    class: i < 9 ? 2 : 1,
    dueAt: 1_000 - i,
  }));
  const later = { id: String(Number(ids) + 12), instanceId, type: "t", class: 1 as const, dueAt: 5_000 };
  await store.commit([{ ...unit, openJobs: [...openJobs, later] }]);
  const lease = (now: number, startAt = 0, cached: string[] = []) =>
    store.transaction(async (tx) => {
      const from = new Date(startAt);
      const params = [["t", "t", "u"], [1, 2, 1], [from, from, from], 8, "w", 500, now, cached, 1, false];
      return (await tx.query(queries.lease_few_jobs, params)).rows;
    });
  const taken = await lease(2_000);
  assert.deepEqual(
    taken.map(({ id }) => Number(id) - Number(ids)).sort((a, b) => a - b),
    [4, 5, 6, 7, 8, 9, 10, 11],
    "all of class 1, then the oldest of class 2",
  );
  assert.ok(taken.every((row) => row.i_state === '{"a":1}' && Number(row.seen) === 11));
  assert.ok(
    taken.every((row) => row.lease_no === 1 && row.lost_leases === null),
  );
  const rest = await lease(2_400, 998, [instanceId]);
  assert.deepEqual(rest.map(({ id, i_state }) => [Number(id) - Number(ids), i_state]).sort(), [
    [0, null],
    [1, null],
    [2, null],
  ], "what was due before the mark is not looked at");
  const over = await lease(2_600);
  assert.deepEqual([...new Set(over.map((row) => `${row.lease_no} ${row.lost_leases}`))].sort(), [
    "1 null",
    "2 1",
  ]);
  assert.deepEqual((await lease(2_600)).map((row) => row.lost_leases), [1], "over eight: the next time");
  assert.deepEqual((await lease(2_600)).map(({ id }) => id), [null]);
  assert.deepEqual(
    await store.transaction(async (tx) => {
      await tx.query("select from baton.jobs for update");
      return (await lease(9_000)).map(({ id, seen }) => [id, Number(seen) > 0]);
    }),
    [[null, true]],
    "it steps around what others hold",
  );
  await store.enqueueJobs("other", [{ id: String(Number(ids) + 13), type: "t", class: 2, dueAt: 1 }]);
  await store.commit([await newUnit(store)]);
  assert.deepEqual(await lease(9_000), []);
});

Deno.test("an instance comes once with several of its jobs, whichever statement leases them", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const request = { worker: "w", wants: [{ type: "t", max: 20 }], max: 20, leaseMs: 60_000 };
  for (let round = 0; round < 3; round++) {
    const unit = await newUnit(store);
    const first = await store.reserveIds(3);
    const at = await store.now();
    const openJobs = [0, 1, 2].map((i): NewJob => ({
      id: String(first + i),
      instanceId: unit.instanceId,
      type: "t",
      class: 2,
      dueAt: at,
    }));
    await store.commit([{ ...unit, at, openJobs }]);
    const { jobs, instances } = await store.leaseJobs(request);
    assert.deepEqual(jobs.map(({ id }) => id), openJobs.map(({ id }) => id));
    assert.deepEqual(instances.map(({ id }) => id), [unit.instanceId]);
    assert.deepEqual((await store.leaseJobs(request)).jobs, []);
  }
});

Deno.test("a burst after idle comes as a whole, by two statements, and within what was asked for", async () => {
  await using database = await testDatabase();
  const sent: string[] = [];
  const names = new Map(Object.entries(queries).map(([name, text]) => [text, name]));
  let breaks: string | undefined;
  await using connections = faultyPool(database.url, (_, text) => {
    const name = names.get(text);
    if (name?.startsWith("lease_")) sent.push(name);
    return name !== undefined && name === breaks ? { kind: "before", mode: "error" } : undefined;
  });
  await using store = await PostgresStore.open(connections.pool, { migrate: false });
  const request = (t: number, u: number, max: number) => ({
    ...{ worker: "w", leaseMs: 60_000, max },
    wants: [{ type: "T", max: t }, { type: "u", max: u }],
  });
  /** Jobs that are due now, all of one instance. */
  const burst = async (t: number, u: number): Promise<string> => {
    const unit = await newUnit(store);
    const first = await store.reserveIds(t + u);
    const at = await store.now();
    const openJobs = Array.from({ length: t + u }, (_, i): NewJob => ({
      id: String(first + i),
      instanceId: unit.instanceId,
      type: i < t ? "t" : "u",
      class: 2,
      dueAt: at,
    }));
    await store.commit([{ ...unit, at, openJobs }]);
    return unit.instanceId;
  };
  const idle = async () => {
    assert.deepEqual((await store.leaseJobs(request(64, 64, 64))).jobs, []);
    sent.length = 0;
  };
  const taken = async (...wants: Parameters<typeof request>) => {
    const { jobs, instances } = await store.leaseJobs(request(...wants));
    assert.equal(new Set(jobs.map(({ id }) => id)).size, jobs.length, "none comes twice");
    const of = (type: string) => jobs.filter((job) => job.type === type).length;
    return { t: of("t"), u: of("u"), instances: instances.map(({ id }) => id), statements: sent.splice(0) };
  };
  const two = ["lease_few_jobs", "lease_jobs"];
  // A second later the small lease would leave it to the other one to look from the beginning.
  const { now } = performance;
  const at = now.call(performance);
  performance.now = () => at;
  using _ = { [Symbol.dispose]: () => void (performance.now = now) };

  await idle();
  const first = await burst(30, 2);
  assert.deepEqual(await taken(64, 64, 64), { t: 30, u: 2, instances: [first], statements: two });

  await idle();
  const second = await burst(30, 30);
  assert.deepEqual(await taken(20, 10, 64), { t: 20, u: 10, instances: [second], statements: two });
  assert.deepEqual((await taken(64, 64, 64)).statements, ["lease_jobs"], "the queue is not idle");

  await idle();
  const third = await burst(20, 0);
  assert.deepEqual(await taken(64, 64, 12), { t: 12, u: 0, instances: [third], statements: two });
  assert.equal((await taken(64, 64, 64)).t, 8);

  await idle();
  const fourth = await burst(9, 0);
  const eight = { t: 8, u: 0, instances: [fourth], statements: ["lease_few_jobs"] };
  assert.deepEqual(await taken(64, 64, 8), eight, "no more were asked for");
  assert.equal((await taken(64, 64, 64)).t, 1);

  await idle();
  const fifth = await burst(3, 1);
  const four = { t: 3, u: 1, instances: [fifth], statements: ["lease_few_jobs"] };
  assert.deepEqual(await taken(64, 64, 64), four);

  // Others hold some of them: there is more than it gave.
  await idle();
  await burst(5, 0);
  await store.transaction(async (tx) => {
    const locked =
      "select from baton.jobs where id = any(array(select id from baton.jobs where worker is null limit 2))";
    await tx.query(`${locked} for update`);
    const { t, statements } = await taken(64, 64, 64);
    assert.deepEqual([t, statements], [3, two]);
  });
  assert.equal((await taken(64, 64, 64)).t, 2);

  // In a user's transaction nothing may be written that need not reach the disk.
  await idle();
  await burst(1, 0);
  await store.transaction(async (tx) => {
    const { jobs } = await store.join(tx).leaseJobs(request(64, 64, 64));
    assert.deepEqual([jobs.length, sent.splice(0)], [1, ["lease_jobs"]]);
  });

  // What the caller holds comes once, whichever of the two statements has met it.
  await idle();
  const held = await burst(20, 0);
  const { instances, revisions } = await store.leaseJobs({ ...request(64, 64, 64), cached: [held] });
  assert.deepEqual([instances, revisions], [[], [{ id: held, revision: 1 }]]);

  // If the second one fails, what the first one has leased is not lost: nobody else gets it before its lease ends.
  await idle();
  await burst(20, 0);
  breaks = "lease_jobs";
  assert.equal((await taken(64, 64, 64)).t, 8);
  breaks = undefined;
  assert.equal((await taken(64, 64, 64)).t, 12);
});

Deno.test("the small lease takes those of a lower class first, though they came later", async () => {
  await using database = await testDatabase();
  await using store = await PostgresStore.open(database.url);
  const unit = await newUnit(store);
  const first = await store.reserveIds(10);
  const openJobs = Array.from({ length: 10 }, (_, i): NewJob => ({
    id: String(first + i),
    instanceId: unit.instanceId,
    type: "t",
    class: i < 8 ? 2 : 1,
    dueAt: 1_000 + i,
  }));
  await store.commit([{ ...unit, openJobs }]);
  const from = new Date(0);
  const params = [["t", "t"], [1, 2], [from, from], 8, "w", 500, 2_000, [], 1, false];
  const rows = await store.transaction(async (tx) => (await tx.query(queries.lease_few_jobs, params)).rows);
  assert.deepEqual(rows.map(({ id }) => Number(id) - first).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 8, 9]);
});
