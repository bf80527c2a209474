import assert from "node:assert/strict";
import { BpmnValidationError, NotFoundError, RejectedError } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const ORDER = new URL("../models/order_fulfillment.bpmn", import.meta.url);
const HANDLERS = {
  "Validate-Order": () => ({ valid: true }),
  "reserve-inventory": () => ({ reserved: 2 }),
  "process-payment": () => undefined,
  "fulfil-order": () => undefined,
};

onEachStore("runs order fulfilment from start to end", async ({ engine }) => {
  await using baton = await engine({ handlers: HANDLERS });
  await baton.deploy(ORDER);
  const order = await baton.start("order-fulfillment", { variables: { total: 12 }, businessKey: "o-1" });
  assert.equal(order.status, "running");
  const { status, positions } = await baton.run(order.id);
  assert.equal(status, "completed");
  assert.deepEqual(positions, []);
  const steps = await baton.history(order.id);
  assert.deepEqual(steps.map((step) => step.sequence), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.ok(steps.every((step) => step.status === "completed"));
  const found = await baton.getInstance(order.id);
  assert.deepEqual(found.variables, { total: 12, valid: true, reserved: 2 });
  assert.equal(found.businessKey, "o-1");
});

onEachStore("steps wave by wave", async ({ engine }) => {
  const baton = await engine({ handlers: HANDLERS });
  await baton.deploy(ORDER);
  const { id } = await baton.start("order-fulfillment", { manual: true });
  assert.deepEqual((await baton.positions(id)).map((each) => each.elementId), ["start"]);
  const seen: string[] = [];
  while (await baton.canStep(id)) {
    const { status, positions } = await baton.step(id);
    seen.push(positions.map(({ elementId, count }) => `${elementId} ${count}`).join(", ") || status);
  }
  assert.deepEqual(seen, [
    "validate-order 1",
    "split 1",
    "reserve-inventory 1, process-payment 1",
    "join 2",
    "fulfil-order 1",
    "end 1",
    "completed",
  ]);
  await assert.rejects(baton.step(id), { code: "not-running" });
});

onEachStore("deploys unchanged content once, changed content as the next version", async ({ engine }) => {
  const baton = await engine();
  const first = await baton.deploy(bpmn("start -> A -> end"));
  const again = await baton.deploy(bpmn("start -> A -> end"));
  const changed = await baton.deploy(bpmn("start -> B -> end"));
  assert.deepEqual(
    [first, again, changed].map(({ definitions: [each] }) => [each.version, each.created]),
    [[1, true], [1, false], [2, true]],
  );
  const old = await baton.start("p", { version: 1 });
  assert.deepEqual((await baton.positions(old.id)).map((each) => each.elementId), ["A"]);
  await assert.rejects(baton.start("p", { version: 9 }), NotFoundError);
  await assert.rejects(baton.start("nothing"), NotFoundError);
});

onEachStore("refuses a bad file with all its problems and stores nothing", async ({ engine }) => {
  const baton = await engine();
  const bad = bpmn("start -> A -> end").replaceAll('targetRef="A"', 'targetRef="nowhere"');
  const error = await baton.deploy(bad).catch((cause) => cause);
  assert.ok(error instanceof BpmnValidationError);
  assert.ok(error.problems.some((problem) => problem.line > 0 && problem.severity === "error"));
  assert.deepEqual((await baton.definitions()).items, []);
});

onEachStore("starts once per unique business key, also when started at the same time", async ({ engine }) => {
  const [one, two] = [await engine(), await engine()];
  await one.deploy(bpmn("start -> A -> end"));
  const options = { businessKey: "k", uniqueBusinessKey: true };
  const started = await Promise.all([one, two, one, two].map((each) => each.start("p", options)));
  assert.equal(new Set(started.map((each) => each.id)).size, 1);
  assert.equal(started.filter((each) => each.created).length, 1);
  assert.equal((await one.instances({ businessKey: "k" })).items.length, 1);
});

onEachStore("refuses variables that are not JSON and names the path", async ({ engine }) => {
  const baton = await engine({ maxVariablesBytes: 1_000 });
  await baton.deploy(bpmn("start -> A -> end"));
  const bad = { order: { items: [1, () => 1] } };
  await assert.rejects(baton.start("p", { variables: bad }), {
    name: "TypeError",
    message: /order\.items\[1\]/,
  });
  await assert.rejects(baton.start("p", { variables: { text: "x".repeat(2_000) } }), RangeError);
  assert.deepEqual((await baton.instances()).items, []);
});

onEachStore("keeps tenants apart", async ({ engine }) => {
  const acme = await engine({ tenant: "acme" });
  const other = acme.forTenant("other");
  await acme.deploy(bpmn("start -> A -> end"));
  const { id } = await acme.start("p");
  await assert.rejects(other.start("p"), NotFoundError);
  for (const ask of [() => other.getInstance(id), () => other.cancel(id), () => other.history(id)]) {
    await assert.rejects(ask(), NotFoundError);
  }
  assert.equal((await acme.getInstance(id)).status, "running");
});

onEachStore("completes user tasks after claiming them", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn("start -> A -> end"));
  const { id } = await baton.start("p");
  const [task] = (await baton.userTasks.list()).items;
  assert.equal((await baton.userTasks.claim(task.id, "ann")).assignee, "ann");
  await assert.rejects(baton.userTasks.claim(task.id, "bob"), { code: "already-claimed" });
  await baton.userTasks.complete(task.id, { approved: true });
  assert.equal((await baton.getInstance(id)).status, "completed");
  assert.deepEqual(await baton.variables(id), { approved: true });
  await assert.rejects(baton.userTasks.complete(task.id), RejectedError);
});

onEachStore("cancels, suspends and resumes, and leaves ended instances alone", async ({ engine }) => {
  const baton = await engine({ handlers: { work: () => undefined } });
  await baton.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  const { id } = await baton.start("p");
  await baton.suspend(id);
  assert.equal((await baton.run(id)).status, "suspended");
  await baton.resume(id);
  assert.equal((await baton.run(id)).status, "completed");
  await assert.rejects(baton.cancel(id), { code: "not-running" });
  const second = await baton.start("p");
  await baton.cancel(second.id, "no longer wanted");
  const { status, reason } = await baton.getInstance(second.id);
  assert.deepEqual([status, reason], ["cancelled", "no longer wanted"]);
});

onEachStore("adds notes and refuses stale revisions of one's own executor", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn("start -> A -> end"));
  const { id } = await baton.start("p");
  await baton.addNote(id, "looks odd", { author: "ann", kind: "audit" });
  assert.deepEqual((await baton.notes(id)).map((note) => [note.text, note.kind]), [["looks odd", "audit"]]);
  const { revision } = await baton.loadInstance(id);
  const step = {
    elementId: "A",
    elementType: "task",
    status: "completed",
    startedAt: 1,
    endedAt: 2,
  } as const;
  const next = await baton.appendStep(id, revision, { ...step, sequence: 9 });
  assert.equal(next, revision + 1);
  await assert.rejects(baton.appendStep(id, revision, { ...step, sequence: 10 }), { code: "conflict" });
  await baton.saveInstance({ id, revision: next, variables: { mine: 1 } });
  assert.deepEqual(await baton.variables(id), { mine: 1 });
});

onEachStore(
  "an instance that one's own executor ends leaves nothing open",
  async ({ engine, worker, store }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
    process p
      start -> fork -> U, W, T, M, C
      parallel fork
      user U
      service W: type=work
      catch T: timer=PT1H
      catch M: message="paid"
      call C: calls=q
    process q
      startQ -> V -> endQ
      user V
  `));
    for (const status of ["completed", "cancelled", "failed"] as const) {
      const { id } = await baton.start("p");
      await baton.run(id);
      const { revision } = await baton.loadInstance(id);
      await baton.saveInstance({ id, revision, status, reason: "done by hand", variables: { mine: 1 } });
      const { status: now, reason, variables, endedAt } = await baton.getInstance(id);
      assert.deepEqual([now, reason, variables], [status, "done by hand", { mine: 1 }]);
      assert.ok(endedAt !== undefined);
      assert.deepEqual((await store.listJobs({ instanceId: id })).items, []);
      assert.deepEqual((await baton.userTasks.list({ instanceId: id })).items, []);
      assert.deepEqual((await store.findSubscriptions({ tenant: "default", kind: "message" })).items, []);
      assert.deepEqual(await baton.positions(id), []);
    }
    await (await worker()).drain();
    assert.deepEqual(
      (await baton.instances({ statuses: ["running"] })).items,
      [],
      "what it called has ended, too",
    );
    assert.deepEqual((await store.listJobs()).items, []);
  },
);

onEachStore("simulates with answers and choices, and stores nothing", async ({ engine }) => {
  const baton = await engine({ handlers: { work: () => assert.fail("a handler was called") } });
  const source = bpmn(`
    start -> W -> choice
    choice -[ok == true]-> yes -> endYes
    choice -/-> no -> endNo
    xor choice
    service W: type=work
    task yes
    task no
    end endYes
    end endNo
  `);
  const path = async (options: Parameters<typeof baton.simulate>[1]) =>
    (await baton.simulate(source, options)).path.map((step) => step.elementId).join(" ");
  assert.equal(await path({ answers: { W: { variables: { ok: true } } } }), "start W choice yes endYes");
  assert.equal(await path({ answers: { W: { variables: { ok: false } } } }), "start W choice no endNo");
  assert.match(await path({ choices: { choice: "choice-no" } }), /no endNo/);
  assert.deepEqual((await baton.instances()).items, []);
}, ["memory"]);

onEachStore("runs JavaScript in script tasks", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> S -> end
    script S: scriptFormat=javascript
      <script>set("twice", total * 2)</script>
  `));
  const { id, status } = await baton.start("p", { variables: { total: 21 } });
  assert.equal(status, "completed");
  assert.deepEqual(await baton.variables(id), { total: 21, twice: 42 });
});

onEachStore("a handler reads what it has set before what it was given", async ({ engine }) => {
  let seen: unknown[] = [];
  const baton = await engine({
    handlers: {
      work(ctx) {
        const given = [ctx.get("n"), ctx.get("none")];
        ctx.set("n", 2);
        seen = [...given, ctx.get("n"), ctx.variables.n];
      },
    },
  });
  await baton.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  const { id } = await baton.start("p", { variables: { n: 1 } });
  await baton.run(id);
  assert.deepEqual(seen, [1, undefined, 2, 1]);
  assert.deepEqual(await baton.variables(id), { n: 2 });
});
