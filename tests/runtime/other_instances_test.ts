import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const CALLING = bpmn(`
  process outer
    start -> C -> end
    call C: calls=inner
  process inner
    start2 -> W -> end2
    service W: type=work
`);

onEachStore("a call activity runs its process and takes its variables", async ({ engine }) => {
  const baton = await engine({ handlers: { work: ({ variables }) => ({ sum: Number(variables.n) + 1 }) } });
  await baton.deploy(CALLING);
  const { id } = await baton.start("outer", { variables: { n: 1 } });
  assert.equal((await baton.run(id)).status, "completed");
  assert.deepEqual(await baton.variables(id), { n: 1, sum: 2 });
  const tree = await baton.callTree(id);
  assert.deepEqual(tree.children.map((child) => [child.key, child.status]), [["inner", "completed"]]);
});

onEachStore("cancelling goes down the call tree", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(CALLING);
  const { id } = await baton.start("outer");
  await baton.run(id);
  await baton.cancel(id, "enough");
  await baton.run(id);
  const tree = await baton.callTree(id);
  assert.deepEqual([tree.status, tree.children[0].status], ["cancelled", "cancelled"]);
});

onEachStore("a missing process is an incident that can be resolved", async ({ engine }) => {
  const baton = await engine({ handlers: { work: () => undefined } });
  await baton.deploy(bpmn(`
    start -> C -> end
    call C: calls=later
  `));
  const { id } = await baton.start("p");
  await baton.run(id);
  const [incident] = (await baton.incidents.list({ instanceId: id })).items;
  assert.equal(incident.kind, "called-process-missing");
  await baton.deploy(bpmn(`
    process later
      start -> end
  `));
  assert.equal(await baton.incidents.resolve(incident.id), 1);
  assert.equal((await baton.run(id)).status, "completed");
});

onEachStore(
  "a timer fires when it is due, a job that failed comes back after its delay",
  async ({ engine, clock }) => {
    let calls = 0;
    const baton = await engine({
      handlers: {
        work: (ctx) => {
          assert.equal(ctx.attempt, ++calls);
          if (calls === 1) ctx.fail({ retryInMs: 5_000, message: "not yet" });
        },
      },
    });
    await baton.deploy(bpmn(`
    start -> T -> W -> end
    catch T: timer=PT1H
    service W: type=work
  `));
    const { id } = await baton.start("p");
    clock.advance(3_599_000);
    assert.deepEqual((await baton.run(id)).positions.map((each) => each.elementId), ["T"]);
    clock.advance(1_000);
    assert.deepEqual((await baton.run(id)).positions.map((each) => each.elementId), ["W"]);
    clock.advance(4_999);
    assert.equal((await baton.run(id)).status, "running");
    clock.advance(1);
    assert.equal((await baton.run(id)).status, "completed");
    const work = (await baton.history(id)).find((step) => step.elementId === "W");
    assert.deepEqual([work?.failures, work?.error], [1, "not yet"]);
  },
);

onEachStore("a signal reaches all that wait and starts processes, once each", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    process waiting
      start -> S -> end
      catch S: signal=go
    process starting
      start g: signal=go
      g -> A -> end2
  `));
  const waiting = await Promise.all(Array.from({ length: 5 }, () => baton.start("waiting")));
  await baton.broadcastSignal("go");
  for (const { id } of waiting) assert.equal((await baton.getInstance(id)).status, "completed");
  assert.equal((await baton.instances({ key: "starting" })).items.length, 1);
  const late = await baton.start("waiting");
  assert.equal((await baton.getInstance(late.id)).status, "running");
});

onEachStore("conditional start events start their process when true", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start c: condition="amount > 100"
    c -> A -> end
  `));
  assert.deepEqual(await baton.evaluateConditions({ amount: 5 }), []);
  assert.deepEqual((await baton.evaluateConditions({ amount: 500 })).map((each) => each.key), ["p"]);
});

onEachStore("two engines on one instance: both changes stand", async ({ engine }) => {
  const [one, two] = [await engine(), await engine()];
  await one.deploy(bpmn("start -> A -> end"));
  const { id } = await one.start("p");
  await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? one : two).setVariables(id, { [`v${n}`]: n })),
  );
  assert.equal(Object.keys(await one.variables(id)).length, 10);
});
