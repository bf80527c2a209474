import assert from "node:assert/strict";
import { BpmnValidationError } from "../../../engine/model/errors.ts";
import { compileBpmn, parseBpmn } from "../../../engine/model/parse.ts";
import { file } from "./support.ts";

const two = (a: string, b: string) =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="a" ${a}><task id="ta"/></process><process id="b" ${b}><task id="tb"/></process></definitions>`;
const models = (a: string, b: string) => parseBpmn(two(a, b)).models.map((m) => m.id);

Deno.test("a missing isExecutable counts as true if no process says true", () => {
  assert.deepEqual(models("", ""), ["a", "b"]);
  assert.deepEqual(models(`isExecutable="true"`, ""), ["a"]);
  assert.deepEqual(models(`isExecutable="false"`, ""), ["b"]);
  assert.deepEqual(models(`isExecutable="false"`, `isExecutable="0"`), []);
  assert.deepEqual(models(`isExecutable="1"`, `isExecutable="true"`), ["a", "b"]);
});

Deno.test("parseBpmn() lists processes that do not run, too", () => {
  const { processes, problems } = parseBpmn(two(`isExecutable="false" name="A"`, `isExecutable="false"`));
  assert.deepEqual(processes, [{ id: "a", name: "A", isExecutable: false }, {
    id: "b",
    isExecutable: false,
  }]);
  assert.deepEqual(problems.map((p) => p.rule), ["not-executable"]);
});

Deno.test("a process that does not run may be incomplete", () => {
  const source = two(`isExecutable="true"`, `isExecutable="false"`).replace(
    `<task id="tb"/>`,
    `<sequenceFlow id="f"/><scriptTask id="s"/>`,
  );
  assert.deepEqual(compileBpmn(source).models.map((m) => m.id), ["a"]);
});

Deno.test("compileBpmn() throws with all problems, and its message lists the first", () => {
  const bad = Array.from({ length: 7 }, (_, i) => `<scriptTask id="s${i}"/>`).join("\n");
  assert.throws(() => compileBpmn(file(bad), { fileName: "bad.bpmn" }), (error: unknown) => {
    assert.ok(error instanceof BpmnValidationError);
    assert.equal(error.code, "bpmn-validation");
    const errors = error.problems.filter((p) => p.severity === "error");
    assert.deepEqual(
      errors.map((p) => [p.rule, p.line, p.elementId]),
      Array.from({ length: 7 }, (_, i) => ["script-missing", i + 2, `s${i}`]),
    );
    assert.match(error.message, /^Cannot deploy "bad\.bpmn": 7 errors\n {2}2:\d+ script-missing: .*s0/);
    assert.match(error.message, /and 2 more$/);
    return true;
  });
});

Deno.test("files may use any prefix for BPMN, or none", () => {
  for (const prefix of ["bpmn", "bpmn2", "semantic", "x"]) {
    const source =
      `<${prefix}:definitions xmlns:${prefix}="http://www.omg.org/spec/BPMN/20100524/MODEL"><${prefix}:process id="a"><${prefix}:task id="t"/></${prefix}:process></${prefix}:definitions>`;
    assert.deepEqual(compileBpmn(source).models.map((m) => m.root.startNodes[0].id), ["t"]);
  }
});

Deno.test("definitions/@expressionLanguage selects FEEL; any other value is ignored", () => {
  const content =
    `<exclusiveGateway id="x"/><task id="a"/><sequenceFlow id="f" sourceRef="x" targetRef="a"><conditionExpression>AMOUNT</conditionExpression></sequenceFlow>`;
  const condition = (language: string, text: string) => {
    const source = file(content, "", `expressionLanguage="${language}"`).replace("AMOUNT", text);
    return compileBpmn(source).models[0].root.nodes[0].outgoing[0].condition?.language;
  };
  assert.equal(condition("https://www.omg.org/spec/DMN/20191111/FEEL/", "if a then true else false"), "feel");
  assert.equal(condition("http://www.omg.org/spec/FEEL-1.0", "a &gt; 1"), "feel");
  assert.equal(condition("http://www.w3.org/1999/XPath", "a &gt; 1"), "small");
  assert.equal(condition("http://www.w3.org/1999/XPath", "=a &gt; 1"), "feel");
});

Deno.test("an expression with a language that cannot be evaluated is refused", () => {
  const content =
    `<exclusiveGateway id="x"/><task id="a"/><sequenceFlow id="f" sourceRef="x" targetRef="a"><conditionExpression language="groovy">a</conditionExpression></sequenceFlow>`;
  assert.deepEqual(parseBpmn(file(content)).problems.map((p) => [p.rule, p.elementId]), [[
    "unsupported-language",
    "f",
  ]]);
});
