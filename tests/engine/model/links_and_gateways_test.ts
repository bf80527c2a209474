import assert from "node:assert/strict";
import type { EventElement, Gateway } from "../../../engine/model/types.ts";
import { compile, flows, node, rules, value } from "./support.ts";

const throws = (id: string, name: string, content = "") =>
  `<intermediateThrowEvent id="${id}"><linkEventDefinition id="${id}D" name="${name}">${content}</linkEventDefinition></intermediateThrowEvent>`;
const catches = (id: string, name: string, content = "") =>
  `<intermediateCatchEvent id="${id}"><linkEventDefinition id="${id}D" name="${name}">${content}</linkEventDefinition></intermediateCatchEvent>`;

function target(content: string, id: string): string | undefined {
  const [definition] = node<EventElement>(compile(`<startEvent id="s"/>${content}`), id).definitions;
  assert.ok(definition.kind === "link");
  return definition.target?.id;
}

Deno.test("links join by target, by source, else by name", () => {
  const both = catches("c1", "x") + catches("c2", "y");
  assert.equal(target(throws("t", "x") + both, "t"), "c1");
  assert.equal(target(throws("t", "x", "<target>c2D</target>") + both, "t"), "c2");
  assert.equal(
    target(throws("t", "x") + catches("c1", "x") + catches("c2", "y", "<source>tD</source>"), "t"),
    "c2",
  );
  assert.equal(target(throws("t", "x") + throws("u", "x") + both, "u"), "c1");
});

Deno.test("links without a catch, with two, or into another scope are refused", () => {
  const start = `<startEvent id="s"/>`;
  assert.deepEqual(rules(start + throws("t", "x")), ["link-target tD"]);
  assert.deepEqual(rules(start + throws("t", "x", "<target>none</target>") + catches("c", "x")), [
    "link-target tD",
  ]);
  assert.deepEqual(rules(start + throws("t", "x") + catches("c", "x") + catches("d", "x")), [
    "link-name-duplicate dD",
  ]);
  assert.deepEqual(
    rules(`${start}${throws("t", "x")}<subProcess id="sub">${catches("c", "x")}</subProcess>`),
    ["link-target tD"],
  );
  assert.deepEqual(rules(start + throws("t", "") + catches("c", "")), ["link-target tD"]);
  // The same name in two scopes is two links.
  assert.deepEqual(
    rules(
      `${start}${throws("t", "x")}${catches("c", "x")}<subProcess id="sub">${throws("t2", "x")}${
        catches("c2", "x")
      }</subProcess>`,
    ),
    [],
  );
});

const EVENT =
  `<intermediateCatchEvent id="c"><signalEventDefinition signalRef="g"/></intermediateCatchEvent>`;
const SIGNAL = `<signal id="g"/>`;

Deno.test("event-based gateways lead to events and receive tasks only", () => {
  const gateway = (attributes = "") => `<startEvent id="s"/><eventBasedGateway id="e" ${attributes}/>`;
  assert.deepEqual(rules(gateway() + EVENT + flows("s->e", "e->c"), SIGNAL), []);
  assert.deepEqual(rules(`${gateway()}<task id="t"/>${flows("s->e", "e->t")}`), ["event-gateway-target e-t"]);
  assert.deepEqual(rules(`${gateway()}${catches("l", "x")}${flows("s->e", "e->l")}`), [
    "event-gateway-target e-l",
  ]);
  assert.deepEqual(rules(gateway() + flows("s->e")), ["event-gateway-flows e"]);
  assert.deepEqual(rules(gateway(`eventGatewayType="Parallel"`) + EVENT + flows("s->e", "e->c"), SIGNAL), [
    "event-gateway-type e",
  ]);
  assert.deepEqual(rules(gateway(`instantiate="true"`) + EVENT + flows("s->e", "e->c"), SIGNAL), [
    "event-gateway-incoming e",
  ]);
  const conditional =
    `<sequenceFlow id="f" sourceRef="e" targetRef="c"><conditionExpression>true</conditionExpression></sequenceFlow>`;
  assert.deepEqual(rules(gateway() + EVENT + flows("s->e") + conditional, SIGNAL), ["event-gateway-flows f"]);
});

Deno.test("complex gateways have their activation condition", () => {
  const gateway = node<Gateway>(
    compile(
      `<complexGateway id="x"><activationCondition>activationCount >= 2</activationCondition></complexGateway>`,
    ),
    "x",
  );
  assert.equal(value(gateway.activationCondition, { activationCount: 2 }), true);
});
