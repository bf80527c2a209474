import assert from "node:assert/strict";
import { BpmnValidationError, formatProblems, lint } from "../../../engine/mod.ts";
import { compileBpmn } from "../../../engine/model/parse.ts";
import { MAX_PROBLEMS_PER_RULE } from "../../../engine/model/problem_list.ts";

const file = (content: string): string =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
<process id="p" isExecutable="true"><startEvent id="s"/>${content}</process></definitions>`;

const ALL = 5_000;

Deno.test("lint() keeps the first problems of a rule and counts the others in one that ends the list", () => {
  const problems = lint(file('<task id="t" odd="1"/>\n'.repeat(ALL)))
    .filter(({ rule }) => rule === "unknown-attribute");
  assert.equal(problems.length, MAX_PROBLEMS_PER_RULE + 1);
  const last = problems[MAX_PROBLEMS_PER_RULE];
  assert.equal(last.more, ALL - MAX_PROBLEMS_PER_RULE);
  assert.equal(
    last.line,
    problems[MAX_PROBLEMS_PER_RULE - 1].line + 1,
    "it stands where the first left out does",
  );
  assert.ok(problems.slice(0, -1).every(({ more }) => more === undefined));
});

Deno.test("compileBpmn() refuses a file whose only error comes after thousands of warnings", () => {
  const warnings = Array.from({ length: ALL }, (_, i) => `<task id="t${i}" odd="1"/>`).join("");
  assert.throws(
    () => compileBpmn(file(`${warnings}<sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>`)),
    (error) =>
      error instanceof BpmnValidationError && error.problems.some((p) => p.rule === "sequence-flow-target"),
  );
});

Deno.test("formatProblems() and the error count what is not listed", () => {
  const source = file('<task id="same"/>\n'.repeat(ALL));
  const problems = lint(source);
  const errors = problems.reduce((sum, p) => p.severity === "error" ? sum + (p.more ?? 1) : sum, 0);
  assert.ok(errors >= ALL - 1);
  const printed = formatProblems(problems, source, "a.bpmn");
  assert.match(printed, /\.\.\. and 4899 more of rule duplicate-id from here on/);
  assert.match(printed, new RegExp(`^${errors} errors`, "m"));
  assert.throws(
    () => compileBpmn(source),
    new RegExp(`${errors} errors\\n(.*\\n){5} *and ${errors - 5} more`),
  );
});

const rulesOf = (source: string): string[] => lint(source).map(({ rule }) => rule);

Deno.test("a file of more elements than anybody draws is refused", () => {
  const long = (n: number) =>
    file(`<textAnnotation><text>${"x".repeat(60)}</text></textAnnotation>`.repeat(n));
  assert.ok(!rulesOf(long(49_000)).includes("xml-limit"));
  assert.deepEqual(rulesOf(long(50_000)), ["xml-limit"]);
});

Deno.test("beyond 5,000 elements each needs its 40 characters of the file, whichever reader reads it", () => {
  for (const beside of ["", "<!-- \u{1F600} -->"]) {
    const short = (n: number) => file("<category/>".repeat(n) + beside);
    assert.ok(!rulesOf(short(6_500)).includes("xml-limit"));
    assert.deepEqual(rulesOf(short(8_000)), ["xml-limit"]);
  }
});

Deno.test("a file of more processes than anybody deploys at once is refused", () => {
  const open = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">`;
  const processes = (n: number) =>
    Array.from(
      { length: n },
      (_, i) => `<process id="p${i}" isExecutable="true"><task id="t${i}"/></process>`,
    );
  const source = (n: number) => `${open}${processes(n).join("")}<globalTask id="g"/></definitions>`;
  assert.equal(compileBpmn(source(4_999)).models.length, 5_000);
  assert.deepEqual(rulesOf(source(5_000)).filter((rule) => rule.startsWith("too")), ["too-many-processes"]);
  assert.throws(() => compileBpmn(source(5_000)), /more than 5000 processes and global tasks/);
});
