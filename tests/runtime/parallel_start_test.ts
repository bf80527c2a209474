/** Several messages that start one instance together, published at the same time. */
import assert from "node:assert/strict";
import { onEachStore } from "./each_store.ts";

const JOINED = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <message id="a" name="order"/>
  <message id="b" name="payment"/>
  <process id="joined" isExecutable="true">
    <eventBasedGateway id="both" instantiate="true" eventGatewayType="Parallel"/>
    <intermediateCatchEvent id="order"><messageEventDefinition messageRef="a"/></intermediateCatchEvent>
    <intermediateCatchEvent id="payment"><messageEventDefinition messageRef="b"/></intermediateCatchEvent>
    <parallelGateway id="join"/>
    <userTask id="ship"/>
    <sequenceFlow id="f1" sourceRef="both" targetRef="order"/>
    <sequenceFlow id="f2" sourceRef="both" targetRef="payment"/>
    <sequenceFlow id="f3" sourceRef="order" targetRef="join"/>
    <sequenceFlow id="f4" sourceRef="payment" targetRef="join"/>
    <sequenceFlow id="f5" sourceRef="join" targetRef="ship"/>
  </process>
</definitions>`;

for (const key of ["", "o-1"]) {
  const how = key ? "with a key" : "without key";
  onEachStore(`messages that start an instance together, at the same time, ${how}`, async ({ engine }) => {
    const [one, two] = [await engine(), await engine()];
    await one.deploy(JOINED);
    const timeToLiveMs = 60_000;
    await Promise.all([
      one.publishMessage("order", { key, variables: { order: 1 }, timeToLiveMs }),
      two.publishMessage("payment", { key, variables: { paid: 2 }, timeToLiveMs }),
    ]);
    const { items } = await one.instances({ key: "joined" });
    assert.equal(items.length, 1);
    await one.run(items[0].id);
    const { status, variables } = await one.getInstance(items[0].id);
    assert.equal(status, "running");
    assert.deepEqual(variables, { order: 1, paid: 2 });
    assert.equal((await one.userTasks.list({ instanceId: items[0].id })).items.length, 1);
  });
}

onEachStore(
  "without key, further messages start a further instance while the first one runs",
  async ({ engine }) => {
    const baton = await engine();
    await baton.deploy(JOINED);
    for (let i = 0; i < 2; i++) {
      await baton.publishMessage("order");
      await baton.publishMessage("payment");
    }
    assert.equal((await baton.instances({ key: "joined" })).items.length, 2);
    assert.equal((await baton.userTasks.list({})).items.length, 2);
  },
);
