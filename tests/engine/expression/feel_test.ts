import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate as uncached } from "feelin";
import { compileExpression, ExpressionError } from "../../../engine/expression/mod.ts";
import { contextOf, withoutClock } from "./support.ts";

const variables = {
  amount: 1500,
  x: 2,
  s: "abc",
  yes: true,
  none: null,
  items: [{ price: 5, name: "a" }, { price: 50, name: "b" }],
  order: { total: 7, customer: { vip: true } },
  "order-id": 7,
  "Vacation Approval": "Approved",
  count: 5,
  item: "outer",
};
const context = contextOf(variables);
const feel = (text: string) => compileExpression(text, { position: "expression" });

const VALUES: [text: string, value: unknown][] = [
  ["=amount > 1000 and x = 2", true],
  ["= order.customer.vip", true],
  ['=Vacation Approval = "Approved"', true],
  ["=`order-id` + 1", 8],
  ["=count(items)", 2],
  ["=count + 1", 6],
  ["=items[price > 10].name", ["b"]],
  ["=items[1].price", 5],
  ["=[1, 2, 3][item > 1]", [2, 3]],
  ["=item", "outer"],
  ["=some i in items satisfies i.price = 50", true],
  ["=for i in [1, 2] return i * x", [2, 4]],
  ["=if amount > 1 then {a: x} else null", { a: 2 }],
  ["=nope", null],
  ["=nope > 1", null],
  ["=none", null],
  ["=1 / 0", null],
  ['=date("2026-01-01") + duration("P1D")', "2026-01-02"],
  ['=[duration("PT1H")]', ["PT1H"]],
  ["=now()", "2026-03-01T12:00:00Z"],
  ["=string(today()) + s", "2026-03-01abc"],
  ["=(now)() = now()", true],
  ["=[now][1]()", "2026-03-01T12:00:00Z"],
  ["=1 // comment", 1],
  ["=order.constructor", null],
  ["=order.__proto__", null],
  ["=abs.constructor", null],
];
for (const [text, value] of VALUES) {
  Deno.test(`feel: ${text}`, () => {
    const expression = feel(text);
    assert.equal(expression.language, "feel");
    assert.deepEqual(withoutClock(() => expression.evaluate(context)), value);
  });
}

Deno.test("feel: ranges, functions and infinite numbers are no values", () => {
  for (const text of ["=[1..3]", "=function(a) a", "=now", "=10 ** 400", "=[abs]", "={a: [1..2]}"]) {
    assert.throws(() => feel(text).evaluate(context), ExpressionError, text);
  }
});

Deno.test("feel: what it refuses, with the place", () => {
  for (const text of ["=", "=1 +", "=a b)", "=)", "={a}", '="open', "=/* open", "=1) + (2"]) {
    assert.throws(() => feel(text), SyntaxError, text);
  }
  assert.throws(() => feel("=amount > ]"), / at character \d+$/);
  for (
    const text of [
      "=random number()",
      "=[1][random number() > 0]",
      "=`random  number`()",
      "=random number",
      "=[random number][1]()",
    ]
  ) {
    assert.throws(() => feel(text), /random number/, text);
  }
  assert.throws(() => feel("=" + "(".repeat(4_000) + "1" + ")".repeat(4_000)), /nested deeper/);
  assert.throws(() => feel("=1" + "+1".repeat(15_000)), SyntaxError);
});

Deno.test("feel: names are the variables that it may read, not what it only calls", () => {
  assert.deepEqual([...feel("=count(items[price > x]) > order.total and now() > s").names ?? []].sort(), [
    "items",
    "order",
    "price",
    "s",
    "x",
  ]);
});

Deno.test("feel: unknown variables leave nothing behind between evaluations", () => {
  const expression = feel("=nope > 1 or x = 2");
  for (let index = 0; index < 100; index++) assert.equal(expression.evaluate(context), true);
  assert.equal(expression.evaluate(contextOf({ nope: 2 })), true);
  assert.equal(expression.evaluate(contextOf({ x: 3, nope: 0 })), false);
});

/** Well-formed expressions over the variables above, and unknown ones. */
const expressions = fc.letrec<{ any: string }>((tie) => {
  const any = tie("any");
  const leaf = fc.constantFrom(
    "amount",
    "x",
    "s",
    "yes",
    "none",
    "nope",
    "items",
    "order.total",
    "order.customer.vip",
    "items[1].price",
    "1",
    "0.5",
    '"abc"',
    "true",
    "false",
    "null",
    'date("2026-01-01")',
    "items.name",
    "Vacation Approval",
    "[1, 2]",
  );
  return {
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.tuple(any, fc.constantFrom("+", "-", "*", "/", "=", "!=", "<", ">=", "and", "or"), any)
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(any, any, any).map(([a, b, c]) => `if ${a} then ${b} else ${c}`),
      any.map((a) => `not(${a})`),
      fc.tuple(any, any).map(([a, b]) => `[${a}, ${b}][item = ${b}]`),
      fc.tuple(any, any).map(([a, b]) => `for i in [${a}, ${b}] return [i, x]`),
      fc.tuple(any, any).map(([a, b]) => `some i in [${a}, ${b}] satisfies i = x`),
      fc.tuple(any, any).map(([a, b]) => `{k: ${a}, l: ${b}, m: k}.m`),
      any.map((a) => `string(${a})`),
      fc.tuple(any, any).map(([a, b]) => `(${a}) in [${b}]`),
      fc.tuple(any, any).map(([a, b]) => `(${a}) between (${b}) and 2000`),
    ),
  };
}).any;

Deno.test("feel: compiled once gives what feelin gives when it parses each time", () => {
  const plain = (value: unknown): unknown => value === undefined ? null : JSON.parse(JSON.stringify(value));
  fc.assert(
    fc.property(expressions, (text) => {
      let compiled: unknown;
      try {
        compiled = feel(`=${text}`).evaluate(context);
      } catch (error) {
        assert.ok(error instanceof ExpressionError, `${text}: ${error}`);
        // Only results that are no JSON may differ: feelin would hand out the range or the infinite number.
        if (!/no JSON value|finite/.test(error.message)) assert.throws(() => uncached(text, variables), text);
        return;
      }
      assert.deepEqual(compiled, plain(uncached(text, variables).value), text);
    }),
    { numRuns: 1_000 },
  );
});

const piece = fc.oneof(
  fc.constantFrom(..."()[]{}.,:?<>=+-*/\"'@` \n0123"),
  fc.constantFrom(
    "amount",
    "items",
    " in ",
    " and ",
    "if ",
    "then ",
    "for ",
    "function(",
    "..",
    "now()",
    "not(",
    "//",
  ),
  fc.constantFrom(
    "constructor",
    "__proto__",
    "instance of ",
    "every ",
    "satisfies ",
    "between ",
    "null",
    "date(",
  ),
  fc.string(),
);
Deno.test("feel: hostile text gives a JSON value, a SyntaxError or an ExpressionError", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      try {
        const value = feel(`=${pieces.join("")}`).evaluate(context);
        assert.notEqual(JSON.stringify(value), undefined);
      } catch (error) {
        assert.ok(error instanceof SyntaxError || error instanceof ExpressionError, String(error));
      }
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("feel: what is called is a function of FEEL, whatever a variable of that name holds", () => {
  const variables: Readonly<Record<string, unknown>> = { count: 5, list: [1, 2] };
  const expression = compileExpression("{a: count(list), b: count = 5}.a", {
    position: "expression",
    language: "feel",
  });
  assert.equal(expression.evaluate({ at: 0, get: (name) => variables[name] }), 2);
});
