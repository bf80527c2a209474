import assert from "node:assert/strict";
import { parseBpmn } from "../../../engine/model/parse.ts";
import type { EventElement, StartEvent, TaskElement } from "../../../engine/model/types.ts";
import { compile, file, node, problems, value } from "./support.ts";

const extensions = (content: string) => `<extensionElements>${content}</extensionElements>`;
const task = (content: string, attributes = "", name = "serviceTask"): TaskElement =>
  node(compile(`<${name} id="t" ${attributes}>${extensions(content)}</${name}>`), "t");

Deno.test("zeebe: jobs have type, retries, headers and priority", () => {
  const { job } = task(
    `<zeebe:taskDefinition type="=kind" retries="5"/><zeebe:taskHeaders><zeebe:header key="__proto__" value="1"/><zeebe:header key="b" value="2"/></zeebe:taskHeaders><zeebe:priorityDefinition priority="=7"/>`,
  );
  assert.deepEqual([value(job?.type, { kind: "ship" }), job?.retry, value(job?.priority)], ["ship", {
    retries: 4,
  }, 7]);
  assert.deepEqual(Object.entries(job?.headers ?? {}), [["__proto__", "1"], ["b", "2"]]);
});

Deno.test("zeebe: mappings have paths, and text without = is literal", () => {
  const { inputs, outputs } = task(
    `<zeebe:ioMapping><zeebe:input source="=a + 1" target="order.total"/><zeebe:input source="plain" target="b"/><zeebe:output source="=c" target="d"/></zeebe:ioMapping>`,
  );
  assert.deepEqual(inputs.map((m) => [m.target, value(m.source, { a: 1 })]), [[["order", "total"], 2], [
    ["b"],
    "plain",
  ]]);
  assert.deepEqual(outputs.map((m) => [m.target, value(m.source, { c: 3 })]), [[["d"], 3]]);
  assert.deepEqual(
    problems(
      `<task id="t">${
        extensions(`<zeebe:ioMapping><zeebe:input source="=1" target=""/></zeebe:ioMapping>`)
      }</task>`,
    ).map((p) => p.rule),
    ["bad-attribute"],
  );
});

Deno.test("zeebe: user tasks and decisions are read", () => {
  const { userTask } = task(
    `<zeebe:userTask/><zeebe:assignmentDefinition assignee="=boss" candidateGroups="sales"/><zeebe:taskSchedule dueDate="2026-01-01T00:00:00Z"/><zeebe:formDefinition formKey="f"/>`,
    "",
    "userTask",
  );
  assert.deepEqual([
    value(userTask?.assignee, { boss: "k" }),
    value(userTask?.candidateGroups),
    value(userTask?.dueDate),
    value(userTask?.formKey),
  ], ["k", "sales", "2026-01-01T00:00:00Z", "f"]);
  const { job } = task(
    `<zeebe:calledDecision decisionId="risk" resultVariable="r"/>`,
    "",
    "businessRuleTask",
  );
  assert.deepEqual([value(job?.type), job?.headers, job?.resultVariable], [
    "t",
    { decisionRef: "risk" },
    "r",
  ]);
});

Deno.test("camunda: retries, fields, results, asynchronous marks and properties are read", () => {
  const t = task(
    `<camunda:failedJobRetryTimeCycle>R3/PT10S</camunda:failedJobRetryTimeCycle><camunda:field name="f" stringValue="v"/><camunda:properties><camunda:property name="p" value="q"/></camunda:properties>`,
    `camunda:type="external" camunda:topic="ship" camunda:asyncBefore="true" camunda:taskPriority="5" camunda:resultVariable="r"`,
  );
  assert.deepEqual([t.job?.retry, t.job?.headers, value(t.job?.priority), t.job?.resultVariable], [
    { retries: 3, delaysMs: [10_000] },
    { f: "v" },
    5,
    "r",
  ]);
  assert.deepEqual([t.asyncBefore, t.asyncAfter, t.properties], [true, undefined, { p: "q" }]);
});

Deno.test("camunda: input and output parameters may be lists and maps", () => {
  const { inputs, outputs } = task(
    `<camunda:inputOutput><camunda:inputParameter name="a">\${x}</camunda:inputParameter>
    <camunda:inputParameter name="b"><camunda:list><camunda:value>\${x}</camunda:value><camunda:value>y</camunda:value></camunda:list></camunda:inputParameter>
    <camunda:inputParameter name="c"><camunda:map><camunda:entry key="k">\${x}</camunda:entry></camunda:map></camunda:inputParameter>
    <camunda:outputParameter name="d">text</camunda:outputParameter></camunda:inputOutput>`,
  );
  assert.deepEqual(inputs.map((m) => [m.target, value(m.source, { x: 1 })]), [[["a"], 1], [["b"], [1, "y"]], [
    ["c"],
    { k: 1 },
  ]]);
  assert.deepEqual(outputs.map((m) => [m.target, value(m.source)]), [[["d"], "text"]]);
});

Deno.test("camunda: people, initiator and process attributes are read", () => {
  const { userTask } = task(
    "",
    `camunda:assignee="\${boss}" camunda:candidateUsers="a, b" camunda:priority="50" camunda:formKey="f"`,
    "userTask",
  );
  assert.deepEqual([
    value(userTask?.assignee, { boss: "k" }),
    value(userTask?.candidateUsers),
    value(userTask?.priority),
    value(userTask?.formKey),
  ], ["k", "a, b", 50, "f"]);
  const source = file(`<startEvent id="s" camunda:initiator="who"/>`).replace(
    "<process",
    `<process camunda:versionTag="v1" camunda:historyTimeToLive="P30D"`,
  );
  const [model] = parseBpmn(source).models;
  assert.deepEqual([model.versionTag, model.historyTimeToLiveMs, node<StartEvent>(model, "s").initiator], [
    "v1",
    30 * 86_400_000,
    "who",
  ]);
});

Deno.test("resource roles give assignee, users and groups", () => {
  const role = (name: string, text: string) =>
    `<${name}><resourceAssignmentExpression><formalExpression>${text}</formalExpression></resourceAssignmentExpression></${name}>`;
  const model = compile(
    `<userTask id="t">${role("humanPerformer", "kermit")}${
      role("potentialOwner", "user(gonzo), group(sales), admin")
    }<potentialOwner><resourceRef>r</resourceRef></potentialOwner></userTask>`,
    `<resource id="r" name="Clerk"/>`,
  );
  const { userTask } = node<TaskElement>(model, "t");
  assert.deepEqual([
    value(userTask?.assignee),
    value(userTask?.candidateUsers),
    value(userTask?.candidateGroups),
  ], ["kermit", "gonzo", "sales,admin,Clerk"]);
});

Deno.test("events have codes' variables, filters, and jobs of message throws", () => {
  const model = compile(
    `<startEvent id="s"/><task id="t"/><boundaryEvent id="b" attachedToRef="t"><errorEventDefinition camunda:errorCodeVariable="c" camunda:errorMessageVariable="m"/></boundaryEvent>
    <intermediateCatchEvent id="i"><conditionalEventDefinition>${
      extensions(`<zeebe:conditionalFilter variableNames="a, b"/>`)
    }<condition>=a &gt; 1</condition></conditionalEventDefinition></intermediateCatchEvent>
    <endEvent id="e"><messageEventDefinition camunda:type="external" camunda:topic="mail"/></endEvent>`,
  );
  const first = (id: string) => node<EventElement>(model, id).definitions[0];
  const [error, condition] = [first("b"), first("i")];
  assert.ok(error.kind === "error" && condition.kind === "conditional");
  assert.deepEqual([error.code, error.codeVariable, error.messageVariable], [undefined, "c", "m"]);
  assert.deepEqual(condition.variableNames, ["a", "b"]);
  assert.equal(value(node<EventElement>(model, "e").job?.type), "mail");
});

Deno.test("extensions that would change what runs are errors, unless ignored", () => {
  const refused = [
    `<camunda:executionListener event="start" class="x"/>`,
    `<camunda:taskListener event="create" class="x"/>`,
    `<camunda:connector/>`,
    `<camunda:errorEventDefinition errorRef="e"/>`,
    `<zeebe:executionListeners/>`,
    `<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter></camunda:inputOutput>`,
  ];
  for (const content of refused) {
    const process = `<serviceTask id="t">${extensions(content)}</serviceTask>`;
    assert.deepEqual(
      problems(process).map((p) => [p.rule, p.severity]),
      [["unsupported-extension", "error"]],
      content,
    );
    assert.ok(
      problems(process, "", { ignoreExtensions: true }).every((p) => p.severity === "warning"),
      content,
    );
  }
  const attribute = `<callActivity id="t" calledElement="q" camunda:variableMappingClass="x"/>`;
  assert.deepEqual(problems(attribute).map((p) => p.rule), ["unsupported-extension"]);
});

Deno.test("unknown extensions are warnings, one for each foreign namespace", () => {
  const foreign = extensions(`<x:a xmlns:x="urn:x"/><x:b xmlns:x="urn:x"/><zeebe:future/>`);
  const found = problems(`<task id="t" camunda:future="1">${foreign}</task><task id="u">${foreign}</task>`);
  assert.deepEqual(found.map((p) => p.severity), ["warning", "warning", "warning", "warning"]);
  assert.equal(found.filter((p) => p.message.includes('"urn:x"') && p.message.endsWith("(4)")).length, 1);
});

Deno.test("another version of a namespace that is read is an error, not ignored", () => {
  const element = `<serviceTask id="t">${
    extensions(`<z:taskDefinition xmlns:z="https://camunda.org/schema/zeebe/1.0" type="a"/>`)
  }</serviceTask>`;
  assert.deepEqual(problems(element).map((p) => [p.rule, p.severity]), [["unsupported-extension", "error"]]);
  const attribute = `<serviceTask id="t" xmlns:c="http://camunda.org/schema/2.0/bpmn" c:topic="a"/>`;
  assert.deepEqual(problems(attribute).map((p) => [p.rule, p.severity]), [[
    "unsupported-extension",
    "error",
  ]]);
  assert.deepEqual(problems(attribute, "", { ignoreExtensions: true }).map((p) => p.severity), ["warning"]);
});
