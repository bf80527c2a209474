import assert from "node:assert/strict";
import type { EventElement, MultiInstance, ScopeElement, TaskElement } from "../../../engine/model/types.ts";
import { compile, node, problems, rules, value } from "./support.ts";

const OBJECTS =
  `<dataObject id="d1" name="Purchase Order"/><dataObject id="d2"/><dataObjectReference id="r1" dataObjectRef="d1" name="Purchase Order [paid]"/>
  <dataStoreReference id="r2" dataStoreRef="store"/><dataStoreReference id="r3"/><property id="p1" name="limit"/>`;
const STORE = `<dataStore id="store" name="Stock"/>`;
const IO = (sets: string) =>
  `<ioSpecification><dataInput id="in" name="order"/><dataOutput id="out" name="receipt"/><inputSet>${sets}</inputSet></ioSpecification>`;
const INPUT =
  `<dataInputAssociation><sourceRef>r1</sourceRef><targetRef>in</targetRef></dataInputAssociation>`;
const OUTPUT =
  `<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>r2</targetRef></dataOutputAssociation>`;
const task = (content: string): TaskElement =>
  node(compile(`${OBJECTS}<serviceTask id="t">${content}</serviceTask>`, STORE), "t");

Deno.test("data objects, stores and properties are variables of their scope", () => {
  const model = compile(`${OBJECTS}<subProcess id="sub"><dataObject id="inner"/></subProcess>`, STORE);
  assert.deepEqual(model.root.dataNames, ["Purchase Order", "d2", "Stock", "r3", "limit"]);
  assert.deepEqual(node<ScopeElement>(model, "sub").dataNames, ["inner"]);
});

Deno.test("associations copy by name; inputs that every set lists are required", () => {
  const { inputs, outputs } = task(IO("<dataInputRefs>in</dataInputRefs>") + INPUT + OUTPUT);
  assert.deepEqual(
    inputs.map((m) => [m.target, m.required, m.optional, value(m.source, { "Purchase Order": 1 })]),
    [[["order"], true, undefined, 1]],
  );
  assert.deepEqual(outputs.map((m) => [m.target, m.required, m.optional, value(m.source, { receipt: 2 })]), [[
    ["Stock"],
    undefined,
    true,
    2,
  ]]);
  const optional =
    task(IO("<dataInputRefs>in</dataInputRefs><optionalInputRefs>in</optionalInputRefs>") + INPUT).inputs[0];
  assert.deepEqual([optional.required, optional.optional, value(optional.source)], [undefined, true, null]);
});

Deno.test("assignments and transformations are expressions", () => {
  const assignment =
    `<dataInputAssociation><targetRef>in</targetRef><assignment><from>1 + 1</from><to>in.total.net</to></assignment></dataInputAssociation>`;
  assert.deepEqual(task(IO("") + assignment).inputs.map((m) => [m.target, value(m.source)]), [[[
    "order",
    "total",
    "net",
  ], 2]]);
  const transformation =
    `<dataInputAssociation><sourceRef>d2</sourceRef><targetRef>in</targetRef><transformation>d2 * 2</transformation></dataInputAssociation>`;
  assert.deepEqual(task(IO("") + transformation).inputs.map((m) => [m.target, value(m.source, { d2: 4 })]), [[
    ["order"],
    8,
  ]]);
  const several =
    `<dataInputAssociation><sourceRef>d1</sourceRef><sourceRef>d2</sourceRef><targetRef>in</targetRef></dataInputAssociation>`;
  assert.deepEqual(rules(`${OBJECTS}<task id="t">${IO("")}${several}</task>`, STORE), ["data-association t"]);
  const broken =
    `<dataInputAssociation><sourceRef>none</sourceRef><targetRef>in</targetRef></dataInputAssociation>`;
  assert.deepEqual(rules(`${OBJECTS}<task id="t">${IO("")}${broken}</task>`, STORE), ["unknown-reference t"]);
});

Deno.test("an association that a modeller left without target maps nothing", () => {
  const { inputs } = task(
    `<property id="pp" name="__targetRef_placeholder"/><dataInputAssociation><sourceRef>r1</sourceRef><targetRef>pp</targetRef></dataInputAssociation>`,
  );
  assert.deepEqual(inputs, []);
});

Deno.test("a multi-instance marker takes over the data that it loops over", () => {
  const { inputs, outputs, loop } = task(
    `${
      IO("<dataInputRefs>in</dataInputRefs>")
    }${INPUT}${OUTPUT}<multiInstanceLoopCharacteristics><loopDataInputRef>in</loopDataInputRef>
    <loopDataOutputRef>out</loopDataOutputRef><inputDataItem id="item"/></multiInstanceLoopCharacteristics>`,
  );
  const { collection, itemName, outputCollection } = loop as MultiInstance;
  assert.deepEqual([value(collection, { "Purchase Order": [1, 2] }), itemName, outputCollection], [
    [1, 2],
    "item",
    "Stock",
  ]);
  assert.deepEqual([inputs, outputs], [[], []]);
});

Deno.test("events have payload mappings", () => {
  const model = compile(
    `${OBJECTS}<startEvent id="s"><dataOutput id="so" name="order"/><dataOutputAssociation><sourceRef>so</sourceRef><targetRef>r1</targetRef></dataOutputAssociation>
    <outputSet><dataOutputRefs>so</dataOutputRefs></outputSet><messageEventDefinition messageRef="m"/></startEvent>
    <endEvent id="e"><dataInput id="ei" name="order"/><dataInputAssociation><sourceRef>r1</sourceRef><targetRef>ei</targetRef></dataInputAssociation><messageEventDefinition messageRef="m"/></endEvent>`,
    `${STORE}<message id="m"/>`,
  );
  assert.deepEqual(
    node<EventElement>(model, "s").outputs.map((m) => [m.target, value(m.source, { order: 1 })]),
    [[["Purchase Order"], 1]],
  );
  assert.deepEqual(
    node<EventElement>(model, "e").inputs.map((m) => [m.target, value(m.source, { "Purchase Order": 1 })]),
    [[["order"], 1]],
  );
});

Deno.test("a catch finds the payload under the names of the file's own throws", () => {
  const model = compile(
    `${OBJECTS}<startEvent id="none"/><startEvent id="s"><dataOutput id="so" name="received"/><dataOutputAssociation><sourceRef>so</sourceRef><targetRef>r1</targetRef></dataOutputAssociation>
    <signalEventDefinition signalRef="g"/></startEvent>
    <endEvent id="e"><dataInput id="ei" name="sent"/><signalEventDefinition signalRef="g"/></endEvent>
    <endEvent id="other"><dataInput id="oi" name="unrelated"/><signalEventDefinition signalRef="h"/></endEvent>`,
    `${STORE}<signal id="g"/><signal id="h"/>`,
  );
  const { source } = node<EventElement>(model, "s").outputs[0];
  assert.deepEqual([
    value(source, { received: 1, sent: 2 }),
    value(source, { sent: 2, unrelated: 3 }),
    value(source, { unrelated: 3 }),
  ], [1, 2, null]);
});

Deno.test("correlation keys come from retrieval expressions, bindings, or the Zeebe subscription", () => {
  const root =
    `<message id="m"/><collaboration id="co"><participant id="pa" processRef="p"/><correlationKey id="k">
    <correlationPropertyRef>c1</correlationPropertyRef><correlationPropertyRef>c2</correlationPropertyRef></correlationKey></collaboration>
    ${
      ["c1", "c2"].map((id) =>
        `<correlationProperty id="${id}"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>${id}Field</messagePath></correlationPropertyRetrievalExpression></correlationProperty>`
      ).join("")
    }
    <message id="z">${`<extensionElements><zeebe:subscription correlationKey="=orderId"/></extensionElements>`}</message>`;
  const definition = (id: string, content: string) => {
    const [d] = node<EventElement>(compile(content, root), id).definitions;
    assert.ok(d.kind === "message");
    return d;
  };
  const content =
    `<correlationSubscription id="cs" correlationKeyRef="k"><correlationPropertyBinding correlationPropertyRef="c2"><dataPath>own</dataPath></correlationPropertyBinding></correlationSubscription>
    <startEvent id="s"><messageEventDefinition messageRef="z"/></startEvent><startEvent id="none"/>
    <intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    <intermediateCatchEvent id="cz"><messageEventDefinition messageRef="z"/></intermediateCatchEvent>
    <endEvent id="e"><messageEventDefinition messageRef="m"/></endEvent>`;
  const variables = { c1Field: "a", c2Field: 2, own: 3, orderId: "o" };
  const keys = (
    id: string,
  ) => [value(definition(id, content).key, variables), value(definition(id, content).retrieval, variables)];
  assert.deepEqual(keys("c"), ['["a",3]', '["a",2]']);
  assert.deepEqual(keys("e"), [undefined, '["a",2]']);
  assert.deepEqual(keys("cz"), ["o", undefined]);
  assert.deepEqual(keys("s"), [undefined, "o"]);
  assert.deepEqual(problems(content, root).filter((p) => p.severity === "error"), []);
});
