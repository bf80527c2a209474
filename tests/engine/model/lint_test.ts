import assert from "node:assert/strict";
import { formatProblems, lint } from "../../../engine/model/lint.ts";
import { SEVERITIES, severityOf } from "../../../engine/model/severity.ts";
import { file } from "./support.ts";

Deno.test("lint() gives what keeps a file from running and form problems, in the order of the file", () => {
  const source = file(`\n<scriptTask id="s"/>\n<task id="a"/>\n<endEvent id="e"/>`);
  const found = lint(source);
  assert.ok(found.some((p) => p.rule === "script-missing" && p.severity === "error"));
  assert.ok(found.some((p) => p.severity === "standard"));
  const places = found.map((p) => p.line * 1000 + p.column);
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
});

Deno.test("formatProblems() prints place, message, rule and the source line with a caret", () => {
  const problem = {
    rule: "some-rule",
    severity: "error",
    message: "Cannot run",
    line: 2,
    column: 2,
    elementId: "b",
  } as const;
  assert.equal(
    formatProblems(
      [problem, { ...problem, severity: "warning", elementId: undefined }],
      "<a>\r\n\t<b/></a>",
      "x.bpmn",
    ),
    'x.bpmn:2:2 error: Cannot run (element "b") [some-rule]\n    \t<b/></a>\n    \t^\n' +
      "x.bpmn:2:2 warning: Cannot run [some-rule]\n    \t<b/></a>\n    \t^\n\n1 error, 1 warning",
  );
  assert.equal(formatProblems([], "", "x.bpmn"), "");
});

Deno.test("formatProblems() cuts long lines around the place, and needs no readable file", () => {
  const problem = { rule: "r", severity: "standard", message: "m", line: 1, column: 501 } as const;
  const [, line, caret] = formatProblems([problem], `${"x".repeat(500)}<${"y".repeat(500)}`, "f").split("\n");
  assert.ok(line.length < 140);
  assert.equal(line[caret.indexOf("^")], "<");
  assert.match(
    formatProblems([problem], Uint8Array.of(0xff, 0xff), "f"),
    /^f:1:501 standard: m \[r\]\n\n1 against the standard$/,
  );
});

Deno.test("every rule has one severity, and a description without a final period", () => {
  for (const [rule, { description }] of SEVERITIES) {
    assert.match(rule, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(description.length > 0 && !description.endsWith("."), rule);
  }
  assert.equal(severityOf("not-executable"), "error");
  assert.throws(() => severityOf("no-such-rule"), RangeError);
});

/** How many texts of FEEL a file may have, each a little different, until the next is not even read. */
function readTexts(most: number, text: (i: number) => string): number {
  const scripts = Array.from(
    { length: most },
    (_, i) => `<scriptTask id="t${i}" scriptFormat="feel"><script>${text(i)}</script></scriptTask>`,
  );
  const found = lint(file(`\n${scripts.join("\n")}`));
  const unread = found.find(({ message }) => message.endsWith("are too long together"));
  return unread ? Number(unread.elementId?.slice(1)) : most;
}

Deno.test("the long FEEL texts of a file take at most the work of one of 20,000 characters, be they good or bad", () => {
  const plain = (i: number) => `${100 + i}${" ".repeat(4_000)}+ 1`;
  assert.equal(readTexts(30, plain), 25);
  assert.equal(readTexts(30, (i) => `${plain(i)} +`), 25);
  // Each entry of a context takes as much as ten characters, also in a short text.
  const work = (length: number, entries: number) => length ** 2 + (10 * entries) ** 2;
  const long = (i: number) => `{${Array.from({ length: 200 }, (_, e) => `a${e}:${100 + i}`)}}`;
  assert.equal(readTexts(100, long), Math.ceil(400e6 / work(long(0).length, 200)));
  const short = (i: number) => `{${"a:1,".repeat(120)}b:${100 + i}}`;
  assert.ok(short(0).length < 500);
  assert.equal(readTexts(300, short), Math.ceil(400e6 / work(short(0).length, 121)));
});
