import assert from "node:assert/strict";
import type { MultiInstance, ScopeElement, StandardLoop, TaskElement } from "../../../engine/model/types.ts";
import { parseBpmn } from "../../../engine/model/parse.ts";
import { compile, file, node, problems, rules, value } from "./support.ts";

const task = (attributes: string, content = "", name = "serviceTask"): TaskElement =>
  node(compile(`<${name} id="t" ${attributes}>${content}</${name}>`, `<message id="m" name="Order"/>`), "t");
const jobType = (attributes: string, content = "", name?: string) =>
  value(task(attributes, content, name).job?.type);
const extensions = (content: string) => `<extensionElements>${content}</extensionElements>`;

Deno.test("the job type is the definition's, Camunda's, the implementation, the type, else the id", () => {
  assert.equal(jobType(""), "t");
  assert.equal(jobType(`type="b"`), "b");
  assert.equal(jobType(`implementation="a" type="b"`), "a");
  assert.equal(jobType(`implementation="##WebService"`), "t");
  assert.equal(jobType(`camunda:type="external" camunda:topic="c" implementation="a"`), "c");
  assert.equal(jobType(`camunda:class="com.example.Ship"`), "com.example.Ship");
  assert.equal(jobType(`camunda:delegateExpression="\${ship}"`), "${ship}");
  assert.equal(jobType(`camunda:expression="\${ship.now()}"`), "${ship.now()}");
  assert.equal(jobType(`camunda:topic="c"`, extensions(`<zeebe:taskDefinition type="z"/>`)), "z");
  assert.equal(jobType("", "", "businessRuleTask"), "t");
});

Deno.test("a send task is a job only if it names one", () => {
  assert.equal(task(`messageRef="m"`, "", "sendTask").job, undefined);
  assert.equal(value(task(`messageRef="m"`, "", "sendTask").message?.name), "Order");
  assert.equal(jobType(`implementation="mail"`, "", "sendTask"), "mail");
});

Deno.test("quantities are whole numbers from 1", () => {
  const { startQuantity, completionQuantity } = task(`startQuantity="2" completionQuantity="3"`);
  assert.deepEqual([startQuantity, completionQuantity], [2, 3]);
  for (const text of ["0", "-1", "1.5", "x"]) {
    assert.deepEqual(rules(`<task id="t" startQuantity="${text}"/>`), ["quantity t"]);
  }
});

Deno.test("loops have a condition or a maximum, and no negative one", () => {
  const loop = task(
    "",
    `<standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>n &lt; 2</loopCondition></standardLoopCharacteristics>`,
  ).loop as StandardLoop;
  assert.deepEqual([loop.kind, loop.testBefore, value(loop.maximum), value(loop.condition, { n: 1 })], [
    "standard",
    true,
    3,
    true,
  ]);
  assert.deepEqual(rules(`<task id="t"><standardLoopCharacteristics/></task>`), ["loop-limits t"]);
  assert.deepEqual(rules(`<task id="t"><standardLoopCharacteristics loopMaximum="-1"/></task>`), [
    "loop-limits t",
  ]);
  for (const text of ["-1", "1.5", "${-1}", "=-1"]) {
    const marker =
      `<multiInstanceLoopCharacteristics><loopCardinality>${text}</loopCardinality></multiInstanceLoopCharacteristics>`;
    assert.deepEqual(rules(`<task id="t">${marker}</task>`), ["loop-limits t"], text);
  }
});

Deno.test("multi-instance reads BPMN, Zeebe and Camunda collections", () => {
  const marker = (attributes: string, content: string) =>
    task("", `<multiInstanceLoopCharacteristics ${attributes}>${content}</multiInstanceLoopCharacteristics>`)
      .loop as MultiInstance;
  const plain = marker(
    `isSequential="true" behavior="One"`,
    `<loopDataInputRef>people</loopDataInputRef><loopDataOutputRef>answers</loopDataOutputRef><inputDataItem id="i" name="person"/><outputDataItem id="o" name="answer"/>`,
  );
  assert.deepEqual([
    plain.sequential,
    plain.itemName,
    plain.outputItemName,
    plain.outputCollection,
    plain.firstCounter,
    plain.behavior,
  ], [true, "person", "answer", "answers", 0, "One"]);
  assert.deepEqual(value(plain.collection, { people: [1] }), [1]);
  const zeebe = marker(
    "",
    extensions(
      `<zeebe:loopCharacteristics inputCollection="=people" inputElement="person" outputCollection="answers" outputElement="=answer"/>`,
    ),
  );
  assert.deepEqual([
    zeebe.sequential,
    zeebe.itemName,
    zeebe.outputCollection,
    zeebe.firstCounter,
    zeebe.behavior,
  ], [false, "person", "answers", 1, "All"]);
  assert.deepEqual([value(zeebe.collection, { people: [1] }), value(zeebe.outputElement, { answer: 2 })], [[
    1,
  ], 2]);
  const camunda = marker(`camunda:collection="people" camunda:elementVariable="person"`, "");
  assert.deepEqual([camunda.itemName, value(camunda.collection, { people: [1] })], ["person", [1]]);
  const neither = `<task id="t"><multiInstanceLoopCharacteristics/></task>`;
  assert.deepEqual(rules(neither), ["multi-instance-source t"]);
});

Deno.test("ad-hoc sub-processes and called elements are read", () => {
  const model = compile(
    `<adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false"><task id="x"/><task id="y"/><completionCondition>done</completionCondition></adHocSubProcess>
    <callActivity id="plain" calledElement="other:q"/><callActivity id="z">${
      extensions(
        `<zeebe:calledElement processId="=name" propagateAllChildVariables="false" bindingType="deployment"/>`,
      )
    }</callActivity>
    <callActivity id="c" calledElement="q" camunda:calledElementBinding="version" camunda:calledElementVersion="2">${
      extensions(
        `<camunda:in source="a" target="b"/><camunda:in businessKey="#{key}"/><camunda:out sourceExpression="\${x + 1}" target="y"/>`,
      )
    }</callActivity>`,
  );
  const { adHoc, startNodes } = node<ScopeElement>(model, "a");
  assert.deepEqual([
    adHoc?.ordering,
    adHoc?.cancelRemainingInstances,
    value(adHoc?.completionCondition, { done: true }),
  ], ["Sequential", false, true]);
  assert.deepEqual(startNodes.map((n) => n.id), ["x", "y"]);
  const call = (id: string) => node<TaskElement>(model, id).call;
  assert.deepEqual([
    value(call("plain")?.calledElement),
    call("plain")?.propagateAllIn,
    call("plain")?.binding,
  ], ["q", true, "latest"]);
  assert.deepEqual([
    value(call("z")?.calledElement, { name: "q" }),
    call("z")?.propagateAllIn,
    call("z")?.propagateAllOut,
    call("z")?.binding,
  ], ["q", true, false, "deployment"]);
  assert.deepEqual([
    call("c")?.propagateAllIn,
    call("c")?.propagateAllOut,
    value(call("c")?.version),
    value(call("c")?.businessKey, { key: "k" }),
  ], [false, false, 2, "k"]);
  assert.deepEqual(call("c")?.in.map((m) => [m.target, value(m.source, { a: 1 })]), [[["b"], 1]]);
  assert.deepEqual(call("c")?.out.map((m) => [m.target, value(m.source, { x: 1 })]), [[["y"], 2]]);
  assert.deepEqual(rules(`<callActivity id="c"/>`), ["called-element-missing c"]);
});

Deno.test("global tasks are callable processes of one task", () => {
  const { models } = parseBpmn(
    file(
      `<callActivity id="c" calledElement="g"/>`,
      `<globalScriptTask id="g" scriptLanguage="feel"><script>1</script></globalScriptTask>`,
    ),
  );
  assert.deepEqual(models.map((m) => [m.id, m.siblings]), [["p", ["p", "g"]], ["g", ["p", "g"]]]);
  const [start] = models[1].root.startNodes;
  assert.deepEqual([start.id, start.type], ["g:task", "scriptTask"]);
  assert.equal((start as TaskElement).script?.format, "feel");
  const plain = parseBpmn(
    file("", `<globalTask id="g"/>`).replace('isExecutable="true"', 'isExecutable="false"'),
  );
  assert.deepEqual([plain.models, plain.problems.map((p) => p.rule)], [[], ["not-executable"]]);
});

Deno.test("scripts in FEEL are compiled, others kept as they are", () => {
  const feel =
    task(`scriptFormat="feel" camunda:resultVariable="r"`, `<script>a + 1</script>`, "scriptTask").script;
  assert.deepEqual([value(feel?.expression, { a: 1 }), feel?.resultVariable], [2, "r"]);
  const zeebe =
    task("", extensions(`<zeebe:script expression="=a + 1" resultVariable="r"/>`), "scriptTask").script;
  assert.deepEqual([value(zeebe?.expression, { a: 1 }), zeebe?.resultVariable], [2, "r"]);
  const js = task(`scriptFormat="JavaScript"`, `<script> let a = 1; </script>`, "scriptTask").script;
  assert.deepEqual([js?.format, js?.body, js?.expression], ["javascript", " let a = 1; ", undefined]);
  assert.deepEqual(rules(`<scriptTask id="t"/>`), ["script-missing t"]);
  assert.deepEqual(rules(`<scriptTask id="t" scriptFormat="feel"><script>1 +</script></scriptTask>`), [
    "bad-expression t",
  ]);
});

Deno.test("what stands in the wrong place or is unknown is refused", () => {
  assert.deepEqual(rules(`<task id="t"/><choreographyTask id="c"/>`), ["unsupported-element c"]);
  assert.deepEqual(rules(`<task id="t"/><teleport id="c"/>`), ["unknown-element c", "unsupported-element c"]);
  assert.deepEqual(rules(""), ["no-start p"]);
  const [problem] = problems(`\n  <task id="t" startQuantity="0"/>`);
  assert.deepEqual([problem.line, problem.column, problem.severity], [3, 3, "error"]);
});
