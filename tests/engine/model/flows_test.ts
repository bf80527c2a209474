import assert from "node:assert/strict";
import type { ScopeElement, TaskElement } from "../../../engine/model/types.ts";
import { compile, flows, node, rules, value } from "./support.ts";

Deno.test("flows keep the order of their elements, not of the nodes' lists", () => {
  const model = compile(
    `<startEvent id="s"><outgoing>s-a</outgoing><outgoing>s-b</outgoing></startEvent>${
      flows("s->b", "s->a")
    }<task id="a"/><task id="b"/>`,
  );
  assert.deepEqual(node(model, "s").outgoing.map((f) => f.id), ["s-b", "s-a"]);
});

Deno.test("conditions and default flows are linked", () => {
  const model = compile(
    `<startEvent id="s"/>${
      flows("s->x", "x->b")
    }<exclusiveGateway id="x" default="x-b"/><task id="a"/><task id="b"/>
    <sequenceFlow id="x-a" sourceRef="x" targetRef="a"><conditionExpression xsi:type="tFormalExpression">amount > 5</conditionExpression></sequenceFlow>`,
  );
  const gateway = node(model, "x");
  assert.equal(gateway.defaultFlow?.id, "x-b");
  assert.equal(gateway.hasConditions, true);
  assert.deepEqual(gateway.outgoing.map((f) => [f.id, f.isDefault, value(f.condition, { amount: 6 })]), [
    ["x-b", true, undefined],
    ["x-a", false, true],
  ]);
});

Deno.test("a scope without start events starts at the nodes without incoming flow", () => {
  const model = compile(
    `<task id="a"/><task id="b"/><task id="c"/>${flows("a->c")}<task id="undo" isForCompensation="true"/>
    <boundaryEvent id="n" attachedToRef="a"><messageEventDefinition messageRef="m"/></boundaryEvent>
    <subProcess id="sub"><startEvent id="s"/><task id="unreached"/></subProcess>
    <subProcess id="esp" triggeredByEvent="true"><startEvent id="es"><messageEventDefinition messageRef="m"/></startEvent></subProcess>
    <intermediateCatchEvent id="link"><linkEventDefinition name="l"/></intermediateCatchEvent>`,
    `<message id="m"/>`,
  );
  assert.deepEqual(model.root.startNodes.map((n) => n.id), ["a", "b", "sub"]);
  assert.deepEqual(node<ScopeElement>(model, "sub").startNodes.map((n) => n.id), ["s"]);
  assert.equal(node<ScopeElement>(model, "esp").trigger?.id, "es");
  assert.deepEqual(model.root.eventSubProcesses.map((n) => n.id), ["esp"]);
});

Deno.test("several none start events are not an error of the model", () => {
  const model = compile(`<startEvent id="a"/><startEvent id="b"/>`);
  assert.deepEqual(model.root.startNodes.map((n) => n.id), ["a", "b"]);
});

Deno.test("flows to nowhere, across scopes, and where none may be are refused", () => {
  const flow = (source: string, target: string) =>
    `<sequenceFlow id="f" sourceRef="${source}" targetRef="${target}"/>`;
  const base =
    `<startEvent id="s"/><task id="a"/><endEvent id="e"/><dataObject id="d"/><subProcess id="sub"><task id="in"/></subProcess>
    <boundaryEvent id="b" attachedToRef="a"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></boundaryEvent>
    <subProcess id="esp" triggeredByEvent="true"><startEvent id="t"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></startEvent></subProcess>`;
  const cases: [string, string, string][] = [
    ["s", "nowhere", "sequence-flow-target"],
    ["nowhere", "a", "sequence-flow-source"],
    ["s", "d", "sequence-flow-target"],
    ["s", "in", "sequence-flow-scope"],
    ["in", "a", "sequence-flow-scope"],
    ["e", "a", "sequence-flow-source"],
    ["esp", "a", "sequence-flow-source"],
    ["a", "s", "sequence-flow-target"],
    ["a", "b", "sequence-flow-target"],
    ["a", "esp", "sequence-flow-target"],
    ["p", "a", "sequence-flow-scope"],
  ];
  for (const [source, target, rule] of cases) {
    assert.deepEqual(rules(base + flow(source, target)), [`${rule} f`], `${source} -> ${target}`);
  }
  assert.deepEqual(rules(base + flows("s->a")), []);
});

Deno.test("a default flow must leave its own node", () => {
  assert.deepEqual(rules(`<task id="a" default="b-a"/><task id="b"/>${flows("b->a")}`), ["default-flow a"]);
  assert.deepEqual(rules(`<task id="a" default="none"/>`), ["default-flow a"]);
});

Deno.test("ids that are names of prototypes are ids like any other", () => {
  const model = compile(`<task id="__proto__"/><task id="constructor"/>${flows("__proto__->constructor")}`);
  assert.equal(node<TaskElement>(model, "__proto__").outgoing[0].target.id, "constructor");
  assert.equal(model.elements.size, 3);
});

Deno.test("duplicate and missing ids are refused", () => {
  assert.deepEqual(rules(`<task id="a"/><userTask id="a"/>`), ["duplicate-id a"]);
  assert.deepEqual(rules(`<task id="a"/><task/>`), ["missing-id p"]);
  assert.deepEqual(rules(`<task id="a"/><task id="b"/><sequenceFlow sourceRef="a" targetRef="b"/>`), [
    "missing-id p",
  ]);
});
