/** Several messages or signals that start one instance together, and come at the same time. */
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

onEachStore("messages at the same time start one instance together each time", async ({ engine }) => {
  const [one, two] = [await engine(), await engine()];
  await one.deploy(JOINED);
  const timeToLiveMs = 60_000;
  for (let round = 1; round <= 4; round++) {
    await Promise.all([
      one.publishMessage("order", { timeToLiveMs }),
      two.publishMessage("payment", { timeToLiveMs }),
    ]);
    assert.equal((await one.instances({ key: "joined" })).items.length, round);
    assert.equal((await one.userTasks.list({})).items.length, round);
  }
});

const GATEWAY = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <signal id="a" name="order"/>
  <signal id="b" name="payment"/>
  <process id="joined" isExecutable="true">
    <eventBasedGateway id="both" instantiate="true" eventGatewayType="Parallel"/>
    <intermediateCatchEvent id="order"><signalEventDefinition signalRef="a"/></intermediateCatchEvent>
    <intermediateCatchEvent id="payment"><signalEventDefinition signalRef="b"/></intermediateCatchEvent>
    <parallelGateway id="join"/>
    <userTask id="ship"/>
    <sequenceFlow id="f1" sourceRef="both" targetRef="order"/>
    <sequenceFlow id="f2" sourceRef="both" targetRef="payment"/>
    <sequenceFlow id="f3" sourceRef="order" targetRef="join"/>
    <sequenceFlow id="f4" sourceRef="payment" targetRef="join"/>
    <sequenceFlow id="f5" sourceRef="join" targetRef="ship"/>
  </process>
</definitions>`;

const START = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <signal id="a" name="order"/>
  <signal id="b" name="payment"/>
  <process id="joined" isExecutable="true">
    <startEvent id="both" parallelMultiple="true">
      <signalEventDefinition signalRef="a"/><signalEventDefinition signalRef="b"/>
    </startEvent>
    <userTask id="ship"/>
    <sequenceFlow id="f5" sourceRef="both" targetRef="ship"/>
  </process>
</definitions>`;

for (const [what, xml] of [["gateway", GATEWAY], ["start event", START]]) {
  onEachStore(
    `signals at the same time start one instance together each time: ${what}`,
    async ({ engine }) => {
      const [one, two] = [await engine(), await engine()];
      await one.deploy(xml);
      for (let round = 1; round <= 4; round++) {
        await Promise.all([
          one.broadcastSignal("order", { variables: { order: round } }),
          two.broadcastSignal("payment", { variables: { paid: round } }),
        ]);
        const { items } = await one.instances({ key: "joined" });
        assert.equal(items.length, round);
        const all = await Promise.all(items.map(async ({ id }) => await one.variables(id)));
        assert.ok(all.some(({ order, paid }) => order === round && paid === round), JSON.stringify(all));
        assert.equal((await one.userTasks.list({})).items.length, round);
      }
    },
  );

  onEachStore(
    `signals one after the other start one instance together: ${what}`,
    async ({ engine, clock }) => {
      const baton = await engine();
      await baton.deploy(xml);
      await baton.broadcastSignal("order");
      clock.advance(1_000);
      await baton.broadcastSignal("order");
      clock.advance(1_000);
      assert.equal(
        (await baton.instances({ key: "joined" })).items.length,
        2,
        "the first one has had its order",
      );
      await baton.broadcastSignal("payment");
      assert.equal((await baton.instances({ key: "joined" })).items.length, 2);
      assert.equal((await baton.userTasks.list({})).items.length, 2, "a signal is for all that wait");
    },
  );
}

onEachStore("a throw of two signals starts one instance together", async ({ engine, worker, clock }) => {
  const baton = await engine();
  await baton.deploy(GATEWAY);
  await baton.deploy(`<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <signal id="a" name="order"/>
  <signal id="b" name="payment"/>
  <process id="thrower" isExecutable="true">
    <startEvent id="start"/>
    <endEvent id="all"><signalEventDefinition signalRef="a"/><signalEventDefinition signalRef="b"/></endEvent>
    <sequenceFlow id="f" sourceRef="start" targetRef="all"/>
  </process>
</definitions>`);
  const workers = [await worker({ clock }), await worker({ clock })];
  for (let round = 1; round <= 3; round++) {
    await baton.start("thrower");
    await Promise.all(workers.map((each) => each.drain()));
    assert.equal((await baton.instances({ key: "joined" })).items.length, round);
    assert.equal((await baton.userTasks.list({})).items.length, round);
  }
});
