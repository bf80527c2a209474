import assert from "node:assert/strict";
import type { Activity, EventElement } from "../../../engine/model/types.ts";
import { compile, flows, node, problems, rules } from "./support.ts";

const COMPENSATE = `<compensateEventDefinition/>`;
const undoable = (id: string) =>
  `<task id="${id}"/><boundaryEvent id="${id}B" attachedToRef="${id}">${COMPENSATE}</boundaryEvent>
  <task id="${id}U" isForCompensation="true"/><association id="${id}A" sourceRef="${id}B" targetRef="${id}U"/>`;
const throwing = (attributes: string, id = "throw") =>
  `<intermediateThrowEvent id="${id}"><compensateEventDefinition ${attributes}/></intermediateThrowEvent>`;

Deno.test("a compensation boundary event leads to its handler by association", () => {
  const model = compile(
    `${
      undoable("a")
    }<task id="b"/><textAnnotation id="note"/><association id="n" sourceRef="aB" targetRef="note"/>`,
  );
  const activity = node<Activity>(model, "a");
  assert.equal(activity.compensationHandler?.id, "aU");
  assert.equal(activity.compensable, true);
  assert.equal(node<Activity>(model, "b").compensable, false);
  assert.deepEqual(model.root.startNodes.map((n) => n.id), ["a", "b"]);
});

Deno.test("sub-processes can be compensated through what they hold", () => {
  const model = compile(
    `<subProcess id="outer"><subProcess id="inner">${
      undoable("a")
    }</subProcess></subProcess><subProcess id="plain"><task id="t"/></subProcess>
    <subProcess id="own"><task id="u"/><subProcess id="esp" triggeredByEvent="true"><startEvent id="es">${COMPENSATE}</startEvent></subProcess></subProcess>`,
  );
  const compensable = ["outer", "inner", "a", "plain", "own", "u"].filter((id) =>
    node<Activity>(model, id).compensable
  );
  assert.deepEqual(compensable, ["outer", "inner", "a", "own"]);
});

Deno.test("a handler is one activity of the same scope without flows", () => {
  const base =
    `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${COMPENSATE}</boundaryEvent><startEvent id="s"/>`;
  const association = (target: string, id = "as") =>
    `<association id="${id}" sourceRef="b" targetRef="${target}"/>`;
  const undo = (id: string) => `<task id="${id}" isForCompensation="true"/>`;
  assert.deepEqual(rules(base), ["compensation-handler b"]);
  assert.deepEqual(rules(base + undo("u") + undo("v") + association("u") + association("v", "as2")), [
    "compensation-handler b",
  ]);
  assert.deepEqual(rules(base + association("s")), ["compensation-handler b"]);
  assert.deepEqual(rules(`${base}<subProcess id="sub">${undo("u")}</subProcess>${association("u")}`), [
    "compensation-handler b",
  ]);
  assert.deepEqual(rules(base + undo("u") + association("u") + flows("s->u")), [
    "compensation-handler-flow u",
  ]);
  const [unmarked] = problems(`${base}<task id="u"/>${association("u")}`);
  assert.deepEqual([unmarked.rule, unmarked.severity], ["compensation-handler-mark", "standard"]);
});

Deno.test("a throw names an activity that it can see", () => {
  const model = compile(
    `${undoable("a")}${throwing(`activityRef="a" waitForCompletion="false"`)}<startEvent id="s"/>
    <subProcess id="esp" triggeredByEvent="true"><startEvent id="es">${COMPENSATE}</startEvent>${
      throwing(`activityRef="tns:a"`, "again")
    }</subProcess>`,
  );
  for (const id of ["throw", "again"]) {
    const [definition] = node<EventElement>(model, id).definitions;
    assert.ok(definition.kind === "compensate");
    assert.equal(definition.activity?.id, "a");
    assert.equal(definition.waitForCompletion, id === "again");
  }
  const inside = `<startEvent id="s"/><subProcess id="sub">${undoable("a")}</subProcess>`;
  assert.deepEqual(rules(inside + throwing(`activityRef="a"`)), ["compensation-reference throw"]);
  assert.deepEqual(rules(`<startEvent id="s"/>${throwing(`activityRef="none"`)}`), [
    "compensation-reference throw",
  ]);
  assert.deepEqual(rules(`<startEvent id="s"/>${throwing(`activityRef="s"`)}`), [
    "compensation-reference throw",
  ]);
  const outside = `<startEvent id="s"/>${undoable("a")}<subProcess id="sub">${
    throwing(`activityRef="a"`)
  }</subProcess>`;
  assert.deepEqual(rules(outside), ["compensation-reference throw"]);
});

Deno.test("cancel end events need a transaction with a cancel boundary event", () => {
  const end = `<endEvent id="e"><cancelEventDefinition/></endEvent>`;
  const boundary = (to: string) =>
    `<boundaryEvent id="b" attachedToRef="${to}"><cancelEventDefinition/></boundaryEvent>`;
  assert.deepEqual(rules(`<startEvent id="s"/>${end}`), ["cancel-outside-transaction e"]);
  assert.deepEqual(rules(`<subProcess id="t">${end}</subProcess>`), ["cancel-outside-transaction e"]);
  assert.deepEqual(rules(`<transaction id="t">${end}</transaction>`), ["cancel-boundary-missing e"]);
  assert.deepEqual(rules(`<transaction id="t">${end}</transaction>${boundary("t")}`), []);
  assert.deepEqual(
    rules(`<transaction id="t"><subProcess id="i">${end}</subProcess></transaction>${boundary("t")}`),
    [],
  );
  assert.deepEqual(rules(`<subProcess id="t"/>${boundary("t")}`), ["cancel-boundary-attachment b"]);
});
