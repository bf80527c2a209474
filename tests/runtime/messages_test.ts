import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const WAITING = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
  <message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=orderId"/></extensionElements></message>
  <process id="waiting" isExecutable="true">
    <startEvent id="start"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
  </process>
</definitions>`;

const STARTING = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <message id="m" name="ordered"/>
  <process id="starting" isExecutable="true">
    <startEvent id="start"><messageEventDefinition messageRef="m"/></startEvent>
    <userTask id="A"/>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="A"/>
    <sequenceFlow id="f2" sourceRef="A" targetRef="end"/>
  </process>
</definitions>`;

onEachStore("a message reaches the instance that waits for its key", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(WAITING);
  const one = await baton.start("waiting", { variables: { orderId: "1" } });
  const two = await baton.start("waiting", { variables: { orderId: "2" } });
  const published = await baton.publishMessage("paid", { key: "2", variables: { amount: 5 } });
  assert.deepEqual(published.receivers.map((each) => each.instanceId), [two.id]);
  assert.equal((await baton.getInstance(one.id)).status, "running");
  assert.deepEqual((await baton.getInstance(two.id)).variables, { orderId: "2", amount: 5 });
  assert.equal((await baton.getInstance(two.id)).status, "completed");
});

onEachStore("a message waits for its receiver within its time to live only", async ({ engine, clock }) => {
  const baton = await engine();
  await baton.deploy(WAITING);
  await baton.publishMessage("paid", { key: "1", timeToLiveMs: 1_000 });
  await baton.publishMessage("paid", { key: "2", timeToLiveMs: 1_000 });
  await baton.publishMessage("paid", { key: "3" });
  const one = await baton.start("waiting", { variables: { orderId: "1" } });
  assert.equal((await baton.run(one.id)).status, "completed");
  clock.advance(2_000);
  for (const orderId of ["2", "3"]) {
    const late = await baton.start("waiting", { variables: { orderId } });
    assert.equal((await baton.run(late.id)).status, "running");
  }
});

onEachStore("a message with an id is published once", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(WAITING);
  const message = { key: "1", messageId: "bank-17", timeToLiveMs: 60_000 };
  assert.equal((await baton.publishMessage("paid", message)).duplicate, false);
  assert.equal((await baton.publishMessage("paid", message)).duplicate, true);
});

onEachStore(
  "a start event with a key keeps one running instance, the next message follows",
  async ({ engine, worker }) => {
    const baton = await engine();
    await baton.deploy(STARTING);
    const publish = (n: number) =>
      baton.publishMessage("ordered", { key: "ann", variables: { n }, timeToLiveMs: 60_000 });
    assert.equal((await publish(1)).receivers[0].started, true);
    assert.deepEqual((await publish(2)).receivers, []);
    const [task] = (await baton.userTasks.list()).items;
    await baton.userTasks.complete(task.id);
    await (await worker()).drain();
    const running = await baton.instances({ key: "starting", statuses: ["running"] });
    assert.equal(running.items.length, 1);
    assert.deepEqual(await baton.variables(running.items[0].id), { n: 2 });
  },
);

onEachStore("correlate says who took it, that nobody did, or that several could", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(WAITING);
  await assert.rejects(baton.correlateMessage("paid", { key: "1" }), { code: "no-match" });
  const one = await baton.start("waiting", { variables: { orderId: "1" } });
  const two = await baton.start("waiting", { variables: { orderId: "1" } });
  await assert.rejects(baton.correlateMessage("paid", { key: "1" }), { code: "ambiguous" });
  const taken = await baton.correlateMessage("paid", { key: "1", instanceId: two.id });
  assert.deepEqual([taken.instanceId, taken.elementId, taken.started], [two.id, "wait", false]);
  assert.equal((await baton.getInstance(one.id)).status, "running");
});

onEachStore("no match is lost when publishing and arming race", async ({ engine }) => {
  const [publisher, starter] = [await engine(), await engine()];
  await starter.deploy(WAITING);
  const orders = Array.from({ length: 40 }, (_, n) => `order-${n}`);
  const [started] = await Promise.all([
    Promise.all(orders.map((orderId) => starter.start("waiting", { variables: { orderId } }))),
    Promise.all(orders.map((key) => publisher.publishMessage("paid", { key, timeToLiveMs: 60_000 }))),
  ]);
  for (const { id } of started) assert.equal((await starter.run(id)).status, "completed");
});

onEachStore(
  "names and keys of messages with colons do not meet: each starts an instance",
  async ({ engine }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
    start1 -> A -> end1
    start2 -> A
    start start1: message=order
    start start2: message=order:eu
  `));
    for (const [name, key] of [["order", "eu:7"], ["order:eu", "7"]]) {
      const { receivers } = await baton.publishMessage(name, { key });
      assert.deepEqual(receivers.map(({ started }) => started), [true], name);
    }
    assert.equal((await baton.instances()).items.length, 2);
  },
);

onEachStore("each message of a key starts an instance that ends at once", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start1 -> end1
    start start1: message=order
  `));
  for (let n = 0; n < 3; n++) {
    assert.equal((await baton.publishMessage("order", { key: "7" })).receivers.length, 1, `message ${n}`);
  }
  assert.equal((await baton.instances()).items.length, 3);
});
