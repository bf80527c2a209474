/** Each constraint of the catalogue has files of ours that break it and files that do not. */
import assert from "node:assert/strict";
import { checkRules, FORM_RULE_REGISTRY } from "../../../../engine/model/rules/mod.ts";
import { FORM_RULES } from "../../../../engine/model/rules/table.ts";
import { SEVERITIES } from "../../../../engine/model/severity.ts";
import { parseXml } from "../../../../engine/model/xml.ts";
import type { Problem } from "../../../../engine/model/types.ts";
import { activityCases } from "./cases/activities.ts";
import { definitions, drawing, process, type RuleCase, SIMPLE } from "./cases/case.ts";
import { dataCases } from "./cases/data.ts";
import { definitionCases } from "./cases/definitions.ts";
import { eventCases } from "./cases/events.ts";
import { gatewayCases } from "./cases/gateways.ts";
import { linkCases } from "./cases/links.ts";
import { messageFlowCases } from "./cases/message_flows.ts";
import { processCases } from "./cases/processes.ts";
import { referenceCases } from "./cases/references.ts";
import { sequenceFlowCases } from "./cases/sequence_flows.ts";
import { variants } from "./cases/variants/mod.ts";

/** Numbers of the catalogue's constraints; the last one, REF, has none. */
const NUMBERS = [
  ...[
    6,
    7,
    8,
    9,
    11,
    12,
    13,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    31,
    35,
    42,
    43,
    46,
    47,
    48,
    49,
    50,
    51,
    52,
  ],
  ...[
    53,
    57,
    58,
    59,
    61,
    63,
    64,
    65,
    67,
    68,
    69,
    70,
    76,
    79,
    84,
    85,
    86,
    88,
    89,
    90,
    93,
    94,
    95,
    96,
    97,
    98,
    99,
  ],
  ...[
    100,
    101,
    102,
    103,
    104,
    105,
    106,
    107,
    108,
    109,
    110,
    111,
    112,
    113,
    114,
    115,
    116,
    117,
    118,
    119,
    122,
    123,
  ],
  ...[
    124,
    125,
    126,
    127,
    128,
    135,
    136,
    137,
    138,
    139,
    140,
    141,
    142,
    143,
    144,
    146,
    148,
    149,
    150,
    151,
    152,
  ],
];
const CONSTRAINTS = [...NUMBERS.map((number) => `EXT${String(number).padStart(3, "0")}`), "REF"];

const CASES: readonly RuleCase[] = [
  ...sequenceFlowCases,
  ...processCases,
  ...messageFlowCases,
  ...gatewayCases,
  ...eventCases,
  ...linkCases,
  ...definitionCases,
  ...activityCases,
  ...dataCases,
  ...referenceCases,
  ...variants,
];

function check(xml: string): Problem[] {
  return checkRules(parseXml(definitions(xml)));
}

/** The problems of the rules that cover a constraint. */
function problemsOf(constraint: string, problems: readonly Problem[]): readonly Problem[] {
  const rules = FORM_RULE_REGISTRY.filter((rule) => rule.covers.includes(constraint)).map((rule) => rule.id);
  return problems.filter((problem) => rules.includes(problem.rule));
}

for (const { constraint, what, on, xml } of CASES) {
  if (on === undefined) {
    Deno.test(`rules: ${constraint} accepts: ${what}`, () => {
      assert.deepEqual(problemsOf(constraint, check(xml)), []);
    });
  } else {
    Deno.test(`rules: ${constraint} rejects: ${what}`, () => {
      const problems = problemsOf(constraint, check(xml));
      assert.ok(problems.some((problem) => problem.elementId === on), JSON.stringify(problems));
    });
  }
}

Deno.test("rules: the registry covers the 99 constraints of the catalogue and no others", () => {
  assert.equal(CONSTRAINTS.length, 99);
  const covered = new Set(FORM_RULE_REGISTRY.flatMap((rule) => rule.covers));
  assert.deepEqual([...covered].sort(), [...CONSTRAINTS].sort());
});

Deno.test("rules: every constraint has a file that is rejected and one that is accepted", () => {
  const rejected = new Set(CASES.filter((one) => one.on !== undefined).map((one) => one.constraint));
  const accepted = new Set(CASES.filter((one) => one.on === undefined).map((one) => one.constraint));
  assert.deepEqual(CONSTRAINTS.filter((one) => !rejected.has(one)), []);
  assert.deepEqual(CONSTRAINTS.filter((one) => !accepted.has(one)), []);
});

Deno.test("rules: every rule is reported by a rejected file", () => {
  const reported = new Set(CASES.flatMap((one) => check(one.xml).map((problem) => problem.rule)));
  assert.deepEqual(FORM_RULE_REGISTRY.filter((rule) => !reported.has(rule.id)).map((rule) => rule.id), []);
});

Deno.test("rules: ids are unique and stand in the severity table once", () => {
  const ids = FORM_RULE_REGISTRY.map((rule) => rule.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), FORM_RULES.map(([id]) => id).sort());
  for (const id of ids) assert.ok(SEVERITIES.has(id), id);
});

Deno.test("rules: messages say what to do in one sentence without a final period", () => {
  for (const one of CASES) {
    for (const problem of check(one.xml)) {
      assert.match(problem.message, /^[A-Z][^\n]*[^.\s]$/);
      assert.doesNotMatch(problem.message, /undefined|null|\[object/);
    }
  }
});

Deno.test("rules: a problem has the place of its element, or of the nearest element with an id", () => {
  const xml = definitions(
    '\n<process id="P">\n  <startEvent id="s"><eventDefinitionRef>x</eventDefinitionRef></startEvent>\n</process>',
  );
  const line = xml.slice(0, xml.indexOf("<startEvent")).split("\n").length;
  const [problem] = checkRules(parseXml(xml)).filter((one) => one.rule === "reference-target");
  assert.equal(problem.line, line);
  assert.equal(problem.elementId, "s");
});

Deno.test("rules: an error in a process that never runs is only against the standard", () => {
  const wrong = `${SIMPLE}<intermediateCatchEvent id="i"/>`;
  const severity = (xml: string) =>
    check(xml).find((one) => one.rule === "intermediate-catch-trigger")?.severity;
  assert.equal(severity(process(wrong)), "error");
  assert.equal(severity(process("") + drawing(wrong, "Q")), "standard");
  assert.equal(severity(process("") + `<process id="Q">${wrong}</process>`), "standard");
  assert.equal(severity(`<process id="Q">${wrong}</process>`), "error");
});

Deno.test("rules: a shape that draws nothing of the file is worth a warning, one of an imported element is not", () => {
  const drawn = (id: string) =>
    process("") +
    `<BPMNDiagram xmlns="http://www.omg.org/spec/BPMN/20100524/DI"><BPMNPlane id="plane" bpmnElement="P">
      <BPMNShape id="shape" xmlns:o="urn:o" bpmnElement="${id}"/></BPMNPlane></BPMNDiagram>`;
  const found = (xml: string) =>
    check(xml).filter((one) => one.rule === "diagram-element").map((
      { severity, elementId },
    ) => [severity, elementId]);
  assert.deepEqual(found(drawn("gone")), [["warning", "shape"]]);
  assert.deepEqual(found(drawn("tns:P")), []);
  assert.deepEqual(found('<import importType="x" location="y" namespace="urn:o"/>' + drawn("o:far")), []);
});
