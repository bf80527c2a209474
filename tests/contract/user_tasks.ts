import assert from "node:assert/strict";
import type { NewUserTask, Store, UserTaskQuery } from "../../storage/store.ts";
import { all, changeOf, commitAll, givenInstance, load, newId, newIds, T0, TENANT } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

function task(id: string, options: Partial<NewUserTask> = {}): NewUserTask {
  return { id, elementId: "check", candidateUsers: [], candidateGroups: [], priority: 0, ...options };
}

async function ids(store: Store, query: UserTaskQuery): Promise<string[]> {
  return (await store.listUserTasks(query)).items.map((each) => each.id);
}

/** Work for people. */
export function testUserTasksContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: a user task is read as it was opened`, async () => {
    await using store = await open();
    const opened = task(await newId(store), {
      name: "Check order",
      assignee: "ann",
      candidateUsers: ["bob", "cy"],
      candidateGroups: ["sales"],
      dueDate: "2026-02-01T00:00:00Z",
      followUpDate: "2026-01-20T00:00:00Z",
      priority: 5,
      formKey: "form-1",
    });
    const instance = await givenInstance(store, { openUserTasks: [opened] });
    const expected = {
      ...opened,
      tenant: TENANT,
      instanceId: instance.id,
      processKey: "order",
      status: "open",
      createdAt: T0,
      revision: 1,
    };
    assert.deepEqual(await store.getUserTask(opened.id), expected);
    assert.deepEqual((await store.listUserTasks()).items, [expected]);
    assert.equal(await store.getUserTask("999999"), undefined);
  });

  Deno.test(`${name}: user tasks are found by everything, highest priority first, then oldest`, async () => {
    await using store = await open();
    const [a, b, c, d] = await newIds(store, 4);
    const first = await givenInstance(store, {
      openUserTasks: [
        task(a, { assignee: "ann", candidateUsers: ["bob"], dueDate: "2026-02-01T00:00:00Z" }),
        task(b, {
          elementId: "pack",
          candidateGroups: ["sales", "store"],
          followUpDate: "2026-02-01T10:00:00Z",
        }),
      ],
    });
    const second = await givenInstance(store, {
      created: { key: "bill" },
      openUserTasks: [
        task(c, { candidateUsers: ["bob"], candidateGroups: ["store"], priority: 9 }),
        task(d, { assignee: "cy", dueDate: "2026-03-01T00:00:00Z" }),
      ],
      at: T0 + 5,
    });
    assert.deepEqual(await ids(store, {}), [c, a, b, d]);
    assert.deepEqual(await ids(store, { instanceId: first.id }), [a, b]);
    assert.deepEqual(await ids(store, { processKey: "bill" }), [c, d]);
    assert.deepEqual(await ids(store, { elementId: "pack" }), [b]);
    assert.deepEqual(await ids(store, { assignee: "ann" }), [a]);
    assert.deepEqual(await ids(store, { unassigned: true }), [c, b]);
    assert.deepEqual(await ids(store, { candidateUser: "bob" }), [c, a]);
    assert.deepEqual(await ids(store, { candidateGroups: ["store"] }), [c, b]);
    assert.deepEqual(await ids(store, { candidateGroups: ["sales", "none"] }), [b]);
    assert.deepEqual(await ids(store, { candidateGroups: ["none"] }), []);
    assert.deepEqual(await ids(store, { dueBefore: "2026-02-01T00:00:00Z" }), [a], "inclusive");
    assert.deepEqual(
      await ids(store, { dueBefore: "2026-02-01T00:30:00+01:00" }),
      [],
      "an instant, not text",
    );
    assert.deepEqual(await ids(store, { followUpBefore: "2026-12-31T00:00:00Z" }), [b]);
    assert.deepEqual(await ids(store, { instanceId: second.id, unassigned: true, candidateUser: "bob" }), [
      c,
    ]);
    assert.deepEqual(
      await all((cursor) => store.listUserTasks({ take: 1, cursor })).then((t) => t.length),
      4,
    );
  });

  Deno.test(`${name}: updateUserTask() changes what is named, once per revision`, async () => {
    await using store = await open();
    const id = await newId(store);
    await givenInstance(store, {
      openUserTasks: [task(id, { assignee: "ann", formKey: "f", name: "Check" })],
    });
    const change = { assignee: "bob", candidateGroups: ["x"], priority: 3, dueDate: "2026-02-01T00:00:00Z" };
    const changed = await store.updateUserTask(id, 1, { ...change, formKey: null });
    assert.equal(changed?.revision, 2);
    assert.deepEqual(changed, await store.getUserTask(id));
    const { assignee, candidateGroups, priority, dueDate, formKey, name } = changed ?? {};
    assert.deepEqual({ assignee, candidateGroups, priority, dueDate }, change);
    assert.equal(formKey, undefined);
    assert.equal(name, "Check");
    assert.equal(await store.updateUserTask(id, 1, { assignee: "cy" }), undefined, "stale");
    assert.deepEqual(await ids(store, { assignee: "ann" }), []);
    assert.deepEqual(await ids(store, { assignee: "bob" }), [id]);
    const freed = await store.updateUserTask(id, 2, { assignee: null });
    assert.equal(freed && "assignee" in freed, false);
    assert.deepEqual(await ids(store, { unassigned: true }), [id]);
    assert.equal(await store.updateUserTask("999999", 1, {}), undefined);
  });

  Deno.test(`${name}: of concurrent claims one wins`, async () => {
    await using store = await open();
    const id = await newId(store);
    await givenInstance(store, { openUserTasks: [task(id)] });
    const people = ["ann", "bob", "cy", "dee"];
    const claims = await Promise.all(people.map((assignee) => store.updateUserTask(id, 1, { assignee })));
    const winners = claims.filter((each) => each !== undefined);
    assert.equal(winners.length, 1);
    assert.equal((await store.getUserTask(id))?.assignee, winners[0]?.assignee);
  });

  Deno.test(`${name}: a closed task stays, but is not changed any more`, async () => {
    await using store = await open();
    const [a, b] = await newIds(store, 2);
    const instance = await givenInstance(store, { openUserTasks: [task(a), task(b)] });
    await commitAll(store, [changeOf(instance, {
      closeUserTasks: [{ id: a, status: "completed" }, { id: b, status: "cancelled" }],
      at: T0 + 9,
    })]);
    assert.deepEqual(await ids(store, {}), []);
    assert.deepEqual(await ids(store, { status: "completed" }), [a]);
    assert.deepEqual(await ids(store, { status: "cancelled" }), [b]);
    const closed = await store.getUserTask(a);
    assert.equal(closed?.endedAt, T0 + 9);
    assert.equal(await store.updateUserTask(a, closed?.revision ?? 0, { assignee: "ann" }), undefined);
    await commitAll(store, [
      changeOf(await load(store, instance.id), { closeUserTasks: [{ id: a, status: "cancelled" }] }),
    ]);
    assert.equal((await store.getUserTask(a))?.status, "completed");
  });
}
