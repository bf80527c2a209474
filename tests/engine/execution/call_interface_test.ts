/** What a call activity and what it calls say about their data (BPMN 2.0.2, 10.4.1), and what a throw publishes. */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

const CALLED = `
  process child
    <ioSpecification>
      <dataInput id="in1" name="amount"/><dataInput id="in2" name="currency"/><dataOutput id="out1" name="receipt"/>
      <inputSet><dataInputRefs>in1</dataInputRefs><dataInputRefs>in2</dataInputRefs></inputSet>
      <outputSet><dataOutputRefs>out1</dataOutputRefs></outputSet>
    </ioSpecification>
    start2 -> Y -> end2`;

const call = (first: string, second: string, result: string) => `
  process p
    start -> pay -> X -> end
    call pay: calls=child
      <ioSpecification>
        <dataInput id="a" name="${first}"/><dataInput id="b" name="${second}"/><dataOutput id="c" name="${result}"/>
        <inputSet><dataInputRefs>a</dataInputRefs><dataInputRefs>b</dataInputRefs></inputSet>
        <outputSet><dataOutputRefs>c</dataOutputRefs></outputSet>
      </ioSpecification>
${CALLED}`;

scenario(
  "inputs and outputs of a call with names of their own correspond by order to those of the called process",
  call("total", "unit", "slip"),
  (w) => {
    const id = w.start("p", { total: 12, unit: "EUR" });
    const [child] = [...w.live.keys()].filter((each) => each !== id);
    assert.deepEqual(w.vars(child), { amount: 12, currency: "EUR" });
    w.complete("Y", { receipt: "r-1", amount: 13 });
    assert.deepEqual(w.vars(id), { total: 12, unit: "EUR", slip: "r-1" });
  },
);

scenario("with equal names their order does not matter", call("currency", "amount", "receipt"), (w) => {
  const id = w.start("p", { amount: 12, currency: "EUR" });
  const [child] = [...w.live.keys()].filter((each) => each !== id);
  assert.deepEqual(w.vars(child), { amount: 12, currency: "EUR" });
});

scenario(
  "zeebe:publishMessage gives key, time to live and id of what a throw publishes",
  `
  process p
    start -> end
    end end
      <messageEventDefinition messageRef="m"><extensionElements><zeebe:publishMessage correlationKey="=order" timeToLive="PT2M" messageId="=order + &quot;-1&quot;"/></extensionElements></messageEventDefinition>
  <message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=other"/></extensionElements></message>
  `,
  (w) => {
    w.auto = false;
    w.start("p", { order: "o-7" });
    const [job] = [...w.jobs.values()].filter((each) => each.type === "baton:publish");
    const { name, key, timeToLiveMs, messageId } = JSON.parse(job.payload ?? "{}");
    assert.deepEqual({ name, key, timeToLiveMs, messageId }, {
      name: "paid",
      key: "o-7",
      timeToLiveMs: 120_000,
      messageId: "o-7-1",
    });
  },
);
