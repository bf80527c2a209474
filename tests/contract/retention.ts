import assert from "node:assert/strict";
import type { InstanceRecord, Store, Unit } from "../../storage/store.ts";
import {
  changeOf,
  commitAll,
  definition,
  givenInstance,
  job,
  load,
  message,
  newId,
  step,
  subscription,
  T0,
  TENANT,
} from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

const DAY = 86_400_000;

async function givenDefinition(store: Store, key: string, ttlMs?: number, tenant = TENANT): Promise<string> {
  const id = await newId(store);
  const definitions = [definition(id, { key, ...(ttlMs !== undefined && { historyTimeToLiveMs: ttlMs }) })];
  await store.deploy({ tenant, xml: "<x/>", hash: `${key} ${id}`, definitions, at: T0 });
  return id;
}

/** Ended at `T0 + endedAt` unless that is undefined. */
async function given(
  store: Store,
  definitionId: string,
  key: string,
  endedAt: number | undefined,
  options: Parameters<typeof givenInstance>[1] = {},
): Promise<string> {
  const { created, ...unit } = options;
  const { id } = await givenInstance(store, {
    steps: [step(1)],
    ...(endedAt !== undefined && { status: "completed", endedAt: T0 + endedAt }),
    ...unit,
    created: { definitionId, key, ...created },
  });
  return id;
}

async function left(store: Store): Promise<Set<string>> {
  return new Set((await store.listInstances({ take: 1_000 })).items.map(({ id }) => id));
}

/** Deleting what is old. */
export function testRetentionContract({ name, open, reopen }: StoreUnderTest): void {
  Deno.test(`${name}: cleanup() deletes ended instances after their model's time, or the default`, async () => {
    await using store = await open();
    const short = await givenDefinition(store, "short", DAY);
    const silent = await givenDefinition(store, "silent");
    const due = await given(store, short, "short", 0);
    const atLimit = await given(store, short, "short", DAY);
    const young = await given(store, short, "short", DAY + 1);
    const running = await given(store, short, "short", undefined);
    const other = await given(store, silent, "silent", 0);
    const at = T0 + 2 * DAY;

    assert.equal((await store.cleanup({ at, dryRun: true })).instances, 2);
    assert.equal((await left(store)).size, 5);
    assert.equal((await store.cleanup({ at, tenant: "nobody" })).instances, 0);
    assert.equal((await store.cleanup({ at, key: "silent" })).instances, 0);
    assert.equal((await store.cleanup({ at })).instances, 2);
    assert.deepEqual(await left(store), new Set([young, running, other]));
    assert.deepEqual(await store.loadInstances([due, atLimit]), []);
    assert.equal((await store.cleanup({ at, defaultTtlMs: 3 * DAY })).instances, 0);
    assert.equal((await store.cleanup({ at, defaultTtlMs: 2 * DAY })).instances, 1);
    assert.deepEqual(await left(store), new Set([young, running]));
  });

  Deno.test(`${name}: cleanup() takes all that an instance owns, and nothing of others`, async () => {
    await using store = await open();
    const definitionId = await givenDefinition(store, "order", 0);
    const messageId = await newId(store);
    await store.publishMessage(message(messageId, { expiresAt: T0 + 9 * DAY }), job(await newId(store)));
    const ids: Record<string, string> = {};
    for (const each of ["gone", "kept"]) {
      const instanceId = ids[each] = await newId(store);
      const opened: Partial<Unit> = {
        instanceId,
        searchable: [["color", `"red"`]],
        variables: `{"color":"red","big":"${"x".repeat(100_000)}"}`,
        openJobs: [job(await newId(store), { instanceId })],
        openSubscriptions: [subscription(await newId(store), { instanceId })],
        openUserTasks: [{
          id: await newId(store),
          elementId: "ask",
          candidateUsers: [],
          candidateGroups: [],
          priority: 50,
          assignee: "ann",
        }],
        openIncidents: [{ id: await newId(store), kind: "job-no-retries", elementId: "pay", message: "no" }],
        ...(each === "gone" && { takeMessages: [{ messageId, processKey: "order" }] }),
      };
      const unit = { ...opened, created: { uniqueKey: each, businessKey: "b" } };
      // The unit opens what it owns although it has ended: nothing of it may stay behind, whatever it is.
      await given(store, definitionId, "order", each === "gone" ? 1 : undefined, unit);
      const note = {
        id: await newId(store),
        instanceId: ids[each],
        kind: "user",
        text: "hm",
        createdAt: T0,
      } as const;
      await store.addNote(note);
    }
    const steps = Array.from({ length: 1_500 }, (_, i) => step(i + 2));
    await commitAll(store, [changeOf(await load(store, ids.gone), { steps })]);
    assert.equal((await store.cleanup({ at: T0 + DAY })).instances, 1);

    const owned = async (instanceId: string) => ({
      steps: (await store.listSteps(instanceId)).length,
      jobs: (await store.listJobs({ instanceId })).items.length,
      subscriptions:
        (await store.findSubscriptions({ tenant: TENANT, kind: "message", instanceId })).items.length,
      tasks: (await store.listUserTasks({ instanceId })).items.length,
      incidents: (await store.listIncidents({ instanceId })).items.length,
      notes: (await store.listNotes(instanceId)).length,
      unique: await store.findByUniqueKey(TENANT, instanceId === ids.gone ? "gone" : "kept") ? 1 : 0,
    });
    const of = (count: number) => ({
      steps: count,
      jobs: count,
      subscriptions: count,
      tasks: count,
      incidents: count,
      notes: count,
      unique: count,
    });
    assert.deepEqual(await owned(ids.gone), of(0));
    assert.deepEqual(await owned(ids.kept), of(1));
    const kept = [ids.kept];
    const listed = async (query: Parameters<Store["listInstances"]>[0]) =>
      (await store.listInstances(query)).items.map(({ id }) => id);
    assert.deepEqual(await listed({ businessKey: "b" }), kept);
    assert.deepEqual(await listed({ variables: [{ name: "color", value: "red" }] }), kept);
    assert.deepEqual(await listed({ statuses: ["completed"] }), []);
    assert.equal((await store.listUserTasks({ assignee: "ann" })).items.length, 1);
    assert.equal((await store.listIncidents()).items.length, 1);
    assert.equal(
      (await store.listJobs({ type: "charge" })).items.length,
      2,
      "the message's and the kept one's",
    );
    // The message lives on, and nobody can take it again.
    assert.deepEqual((await store.listMessages(TENANT, "paid", "k1", T0))[0].takenBy, ["order"]);
    // KPIs remember.
    assert.equal((await store.kpis({ elementId: "charge" }))[0].count, 1_502);
  });

  Deno.test(`${name}: cleanup() keeps instances whose call tree still runs`, async () => {
    await using store = await open();
    const id = await givenDefinition(store, "order", 0);
    const calls = async (rootEnds: boolean, grandchildEnds: boolean): Promise<string[]> => {
      const root = await given(store, id, "order", rootEnds ? 1 : undefined);
      const child = await given(store, id, "order", 1, { created: { parentId: root, rootId: root } });
      const created = { parentId: child, rootId: root };
      const status = grandchildEnds ? {} : { status: "suspended" as const };
      const grandchild = await given(store, id, "order", grandchildEnds ? 1 : undefined, {
        created,
        ...status,
      });
      return [root, child, grandchild];
    };
    const rootRuns = await calls(false, true);
    const grandchildRuns = await calls(true, false);
    const ended = await calls(true, true);
    const seen: string[] = [];
    const onBatch = (batch: readonly InstanceRecord[]) => void seen.push(...batch.map(({ id }) => id));
    assert.equal((await store.cleanup({ at: T0 + DAY, onBatch })).instances, 3);
    assert.deepEqual(seen.sort(), ended.sort());
    assert.deepEqual(await left(store), new Set([...rootRuns, ...grandchildRuns]));
    assert.equal((await store.cleanup({ at: T0 + DAY })).instances, 0);
  });

  Deno.test(`${name}: cleanup() goes in batches, each exported before it is deleted`, async () => {
    await using store = await open();
    const id = await givenDefinition(store, "order", 0);
    // Older than all others, and still running: it must not stand in the way.
    for (let i = 0; i < 5; i++) {
      await given(store, id, "order", undefined, { created: { startedAt: T0 - DAY } });
    }
    for (let i = 0; i < 23; i++) await given(store, id, "order", i % 3);
    const exported = new Set<string>();
    const onBatch = async (batch: readonly InstanceRecord[]) => {
      assert.ok(batch.length <= 5);
      for (const { id } of batch) {
        if (exported.size === 14) throw new Error("disk full");
        assert.equal((await store.listSteps(id)).length, 1);
        exported.add(id);
      }
    };
    const request = { at: T0 + DAY, batch: 5 };
    await assert.rejects(store.cleanup({ ...request, onBatch }), { message: "disk full" });
    const remaining = await left(store);
    assert.equal(remaining.size, 18);
    assert.equal([...exported].filter((each) => remaining.has(each)).length, 4, "of the batch that failed");
    const stop = new AbortController();
    const stopped = await store.cleanup({ ...request, signal: stop.signal, onBatch: () => stop.abort() });
    assert.deepEqual([stopped.instances, stopped.more], [5, true]);
    const rest = await store.cleanup(request);
    assert.deepEqual(rest.processes, [{ key: "order", instances: 8 }]);
    assert.deepEqual([rest.instances, rest.more], [8, false]);
    assert.equal((await left(store)).size, 5);
    await assert.rejects(store.cleanup({ batch: 0 }), RangeError);
    await assert.rejects(store.cleanup({ defaultTtlMs: -1 }), RangeError);
  });

  Deno.test(`${name}: takeTurn() lets one of many do the work, and another later`, async () => {
    await using store = await open();
    const others = await Promise.all([0, 1, 2].map(() => reopen?.(store) ?? store));
    const ask = (forMs: number) => Promise.all(others.map((each) => each.takeTurn("sweep", forMs)));
    assert.deepEqual((await ask(600_000)).filter((taken) => taken), [true]);
    assert.deepEqual((await ask(600_000)).filter((taken) => taken), []);
    assert.equal(await store.takeTurn("other", 0), true);
    assert.equal(await store.takeTurn("other", 0), true, "the time of the first is over");
    if (reopen) { for (const other of others) await other[Symbol.asyncDispose](); }
  });
}
