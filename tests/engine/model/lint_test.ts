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

/** How many texts of FEEL of a file are read, each a little different, until the next is not; and the file's length. */
function readTexts(most: number, text: (i: number) => string): { read: number; characters: number } {
  const scripts = Array.from(
    { length: most },
    (_, i) => `<scriptTask id="t${i}" scriptFormat="feel"><script>${text(i)}</script></scriptTask>`,
  );
  const source = file(`\n${scripts.join("\n")}`);
  const found = lint(source);
  const unread = found.find(({ message }) => message.endsWith("are too long together"));
  return { read: unread ? Number(unread.elementId?.slice(1)) : most, characters: source.length };
}

Deno.test("the FEEL texts of a file take at most 1.2 s by their estimate, be they good or bad", () => {
  const most = (count: number, text: (i: number) => string, work: number): void => {
    const { read, characters } = readTexts(count, text);
    assert.ok(read < count);
    assert.equal(read, Math.floor((1_200_000 + 0.3 * characters) / work) + 1, text(0).slice(0, 20));
  };
  const work = (length: number, entries: number) =>
    length ** 2 / 320 + 4 * length + entries ** 2 / 5.5 + 30 * entries;
  const plain = (i: number) => `${100 + i}${" ".repeat(4_000)}+ 1`;
  most(25, plain, work(plain(0).length, 0));
  most(25, (i) => `${plain(i)} +`, work(plain(0).length + 2, 0));
  // Entries of contexts take their time also in a short text.
  const long = (i: number) => `{${Array.from({ length: 200 }, (_, e) => `a${e}:${100 + i}`)}}`;
  most(60, long, work(long(0).length, 200));
  const short = (i: number) => `{${"a:1,".repeat(120)}b:${100 + i}}`;
  most(300, short, work(short(0).length, 121));
});
