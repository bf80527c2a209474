import assert from "node:assert/strict";
import fc from "fast-check";
import { assertJson, cloneJson, MAX_JSON_DEPTH } from "../../../engine/expression/mod.ts";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const cycle: Record<string, unknown> = { a: { b: [] } };
(cycle.a as { b: unknown[] }).b.push(cycle);

const REFUSED: [name: string, value: unknown, message: RegExp][] = [
  ["a function", { f: () => 1 }, /^Cannot store "variables\.f": a function/],
  ["a symbol", { s: Symbol("x") }, /"variables\.s": a symbol/],
  ["a symbol as key", { a: { [Symbol("x")]: 1 } }, /"variables\.a": a symbol cannot be a key/],
  ["undefined", undefined, /"variables": undefined/],
  ["an undefined property", { a: undefined }, /"variables\.a": undefined/],
  [
    "undefined in an array",
    { order: { items: [1, 2, 3, undefined] } },
    /"variables\.order\.items\[3\]": undefined/,
  ],
  ["a hole", { a: new Array(1) }, /"variables\.a\[0\]": undefined/],
  ["an array with more than items", { a: Object.assign([1], { b: 2 }) }, /"variables\.a": an array/],
  ["a BigInt", { "the id": 1n }, /"variables\["the id"\]": a bigint/],
  ["NaN", [NaN], /"variables\[0\]": NaN/],
  ["Infinity", [-Infinity], /"variables\[0\]": -Infinity/],
  ["a Date", { at: new Date(0) }, /"variables\.at": an instance of Date/],
  ["a Map", { at: new Map() }, /an instance of Map/],
  ["an instance of a class", { at: new (class Order {})() }, /an instance of Order/],
  ["\\u0000", { a: "x\0" }, /"variables\.a": has the character \\u0000/],
  ["\\u0000 in a key", { "x\0": 1 }, /"variables": a key has the character \\u0000/],
  ["a lone surrogate", { a: "\ud800x" }, /half of a surrogate pair/],
  ["a cycle", cycle, /"variables\.a\.b\[0\]": it contains itself/],
  ["too many levels", nested(MAX_JSON_DEPTH + 1), /nested deeper than 200 levels/],
];

for (const [name, value, message] of REFUSED) {
  Deno.test(`assertJson() refuses ${name} and names its path`, () => {
    assert.throws(
      () => assertJson(value),
      (error) => error instanceof TypeError && message.test(error.message),
    );
  });
}

Deno.test("assertJson() lets pass what JSON holds", () => {
  const shared = { x: 1 };
  assertJson({ a: [1, -0.5, "ä😀", null, true], same: [shared, shared], none: Object.create(null) });
  assertJson(JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'));
  assertJson(nested(MAX_JSON_DEPTH));
  assertJson(null);
});

Deno.test("assertJson() takes the name of the value for its messages", () => {
  assert.throws(() => assertJson(1n, "result"), /Cannot store "result": a bigint/);
});

Deno.test("whatever assertJson() lets pass is read back as it was", () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }),
      (value) => {
        try {
          assertJson(value);
        } catch (error) {
          assert.ok(error instanceof TypeError);
          return;
        }
        const expected = JSON.stringify(value);
        assert.equal(JSON.stringify(JSON.parse(expected)), expected);
        assert.equal(JSON.stringify(cloneJson(value)), expected);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("assertJson() lets every JSON value pass, and cloneJson() shares nothing with it", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    if (/\\u0000/.test(JSON.stringify(value))) return;
    assertJson(value);
    const copy = cloneJson(value);
    assert.equal(JSON.stringify(copy), JSON.stringify(value));
    if (typeof value === "object" && value !== null) assert.notEqual(copy, value);
  }));
});

Deno.test("cloneJson() keeps a key named __proto__ a key", () => {
  const copy = cloneJson(JSON.parse('{"__proto__": {"polluted": 1}}'));
  assert.deepEqual(Object.keys(copy), ["__proto__"]);
  assert.equal(copy.polluted, undefined);
});
