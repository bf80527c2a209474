/** Where each kind of argument ends: the last value that is taken, and the first that is refused. */
import assert from "node:assert/strict";
import {
  checkArgument,
  checkOptions,
  checkTenant,
  cleanProse,
  findsNothing,
  isId,
  type Kind,
  wholeMs,
} from "../../runtime/arguments.ts";
import * as shapes from "../../runtime/shapes.ts";
import { checkBytes, takeVariables } from "../../runtime/values.ts";
import { VariablesSizeError } from "../../mod.ts";

type Limits = readonly (readonly [kind: Kind, taken: readonly unknown[], refused: readonly unknown[]])[];

const list = (length: number, item: unknown) => Array(length).fill(item);

const OUT_OF_RANGE: Limits = [
  // Bytes, not characters.
  ["name", ["", "x".repeat(500), "é".repeat(250), "語".repeat(166), "😀".repeat(125)], [
    "x".repeat(501),
    `${"é".repeat(250)}x`,
    "語".repeat(167),
    "😀".repeat(126),
  ]],
  ["prose", ["", "x".repeat(100_000), "語".repeat(100_000)], ["x".repeat(100_001)]],
  ["count", [1, 2 ** 31 - 1], [0, -1, 1.5, NaN, Infinity, 2 ** 31]],
  ["whole", [0, 2 ** 31 - 1], [-1, 0.5, NaN, 2 ** 31]],
  ["small", [0, -(2 ** 31 - 1), 2 ** 31 - 1], [-(2 ** 31), 2 ** 31, -0.5, NaN]],
  ["time", [0, -8.64e15, 8.64e15], [-8.64e15 - 1, 8.64e15 + 1, 0.5, NaN]],
  ["duration", [0, 0.5, 1e300, Infinity], [-0.5, NaN, -Infinity]],
  ["delay", [0, 0.5, 1e12], [-0.5, 1e12 + 1, NaN, Infinity]],
  ["names", [[], list(10_000, "a"), ["x".repeat(500)]], [list(10_001, "a"), ["a", "x".repeat(501)]]],
  ["list", [[], list(10_000, null)], [list(10_001, null)]],
];

const WRONG_TYPE: Limits = [
  ["name", ["\u0001", "\u{10ffff}"], [1, null, undefined, "a\0", "\ud800", "\udc00x", ["a"], {}]],
  ["prose", ["a\nb"], [1, null, "a\0", "\udfff"]],
  ["text", ["x".repeat(1_000_000)], [1, null, "a\0", "\ud800"]],
  ["flag", [true, false], [0, 1, "true", null]],
  ["count", [1], ["1", 1n, null]],
  ["time", [1], ["1", new Date(0)]],
  ["duration", [1], ["PT1S", 1n]],
  ["names", [["a"]], ["a", { length: 0 }, null, ["a", 1], ["a\0"]]],
  ["object", [{}, new Map()], [null, [], "x", 1]],
  ["transaction", [{ query: () => {} }], [null, {}, { query: 1 }]],
];

Deno.test("each kind of argument is taken up to its limit, and refused by name behind it", () => {
  for (const [limits, kind] of [[OUT_OF_RANGE, RangeError], [WRONG_TYPE, TypeError]] as const) {
    for (const [name, taken, refused] of limits) {
      for (const value of taken) checkArgument(value, name, "it");
      for (const [index, value] of refused.entries()) {
        assert.throws(() => checkArgument(value, name, "it"), (error: Error) => {
          assert.ok(error.constructor === kind, `${name} ${index}: ${error}`);
          assert.match(error.message, /^Cannot use "it(\[\d+\])?": /, `${name} ${index}`);
          return true;
        }, `${name}: value ${index} is let through`);
      }
    }
  }
});

Deno.test("of options what is absent is not looked at, and null only where it clears", () => {
  checkOptions({ assignee: null, formKey: undefined, other: Symbol() }, shapes.TASK_CHANGE);
  assert.throws(() => checkOptions({ candidateUsers: null }, shapes.TASK_CHANGE), TypeError);
  assert.throws(() => checkOptions({ status: "open " }, shapes.TASKS), RangeError);
  assert.throws(() => checkOptions([], shapes.TASKS), TypeError);
});

Deno.test("an id is what stores give out, and nothing else reaches them", () => {
  for (const id of ["0", "1", "0001", "9007199254740991"]) assert.equal(isId(id), true, id);
  for (
    const id of ["", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x1", "９", "9007199254740992", "9".repeat(17)]
  ) assert.equal(isId(id), false, id);
  for (const id of [1, null, undefined, ["1"], { toString: () => "1" }]) {
    assert.throws(() => isId(id), TypeError);
  }
  assert.equal(findsNothing({ a: "1", b: "x" }, "a"), false);
  assert.equal(findsNothing({ a: "1", b: "x" }, "a", "b"), true);
  assert.equal(findsNothing({}, "a"), false);
  assert.throws(() => checkTenant(""), RangeError);
  assert.throws(() => checkTenant("x".repeat(501)), RangeError);
  checkTenant(" ");
});

Deno.test("a delay is stored as whole milliseconds from 0 to thirty years, whatever a handler asks for", () => {
  for (
    const [asked, stored] of [
      ...[[0, 0], [0.1, 1], [1, 1], [1.5, 2], [-1, 0], [NaN, 0], [-Infinity, 0]],
      ...[[1e12, 1e12], [1e12 + 1, 1e12], [Infinity, 1e12]],
    ]
  ) assert.equal(wholeMs(asked), stored, String(asked));
});

Deno.test("what others have thrown is cut, and has nothing that a store refuses", () => {
  assert.equal(cleanProse("x".repeat(10_000)).length, 10_000);
  assert.equal(cleanProse("x".repeat(10_001)), `${"x".repeat(10_000)}…`);
  assert.equal(cleanProse("a\0b\ud800c"), "a\uFFFDb\uFFFDc");
  assert.equal(cleanProse(`${"x".repeat(9_999)}😀`), `${"x".repeat(9_999)}\uFFFD…`, "a pair that is cut");
});

Deno.test("variables on their way in are measured in bytes, to the last one", () => {
  // Quotation marks, and one to four bytes for a character.
  for (const [text, bytes] of [["xxxx", 6], ["éé", 6], ["語x", 6], ["😀", 6]] as const) {
    const json = JSON.stringify(text);
    assert.equal(checkBytes(json, bytes, "do it"), json, text);
    assert.throws(() => checkBytes(json, bytes - 1, "do it"), (error: Error) => {
      assert.ok(error instanceof VariablesSizeError);
      assert.match(error.message, /^Cannot do it: its variables take 6 bytes, 5 are allowed$/);
      return true;
    }, text);
  }
});

Deno.test("variables are taken as they are now: whoever handed them in may change them", () => {
  const given = { a: { b: [1] } };
  const taken = takeVariables(given);
  given.a.b.push(2);
  assert.deepEqual(taken, { a: { b: [1] } });
  assert.deepEqual(takeVariables(undefined), {});
  for (const wrong of [null, [], "x", 1]) assert.throws(() => takeVariables(wrong), TypeError);
  assert.throws(() => takeVariables({ a: { b: new Date(0) } }), /variables\.a\.b/);
});
