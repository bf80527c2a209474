import assert from "node:assert/strict";
import fc from "fast-check";
import { compileExpression, ExpressionError } from "../../../engine/expression/mod.ts";
import { contextOf } from "./support.ts";

const context = contextOf({
  amount: 1500,
  zero: 0,
  yes: true,
  none: null,
  test: "banana",
  order: { items: [{ price: 5 }, { price: 50 }], customer: null, size: "own" },
  list: [1, "two", [3]],
});

const VALUES: [text: string, value: unknown][] = [
  ["amount > 1000", true],
  ["${amount >= 200}", true],
  ["#{amount lt 200}", false],
  ['test.contains("a")', true],
  ["order.items[0].price + order.items[1]['price']", 55],
  ["order.items.length == 2 && order.items.size() eq 2", true],
  ["order.size", "own"],
  ["order.nothing.at.all", null],
  ["list[2] == [3] and list[1] != 2", true],
  ["list[7]", null],
  ["test[1]", "a"],
  ['1 == "1"', false],
  ["1 === 1 and 1 !== 2 and 1 ne 2", true],
  ["empty nope and empty none and empty '' and empty [] and not empty list", true],
  ["nope == null && nope.a.b == null && null == nope", true],
  ["nope != null", false],
  ["yes ? 'a' : 'b'", "a"],
  ["!yes || not (yes)", false],
  ["7 div 2 + 7 mod 4 - -1", 7.5],
  ["2 + 3 * 4 % 5", 4],
  ["'n' + 1 + true", "n1true"],
  ["'a' < 'b' and 'b' >= 'b'", true],
  ["'\\u0041\\n\\''", "A\n'"],
  ["test.substring(1, 3).toUpperCase()", "AN"],
  ["list.indexOf('two') + test.lastIndexOf('a')", 6],
  ["order.containsKey('items') && !order.containsKey('constructor')", true],
  ["order.get('customer')", null],
  ["[1, 2].containsAll([2])", true],
  ["order.constructor", null],
  ["order.__proto__", null],
  ["order.items['constructor']", null],
  ["order.get('__proto__')", null],
  ["test['constructor']", null],
];
for (const [text, value] of VALUES) {
  Deno.test(`small: ${text}`, () => {
    assert.deepEqual(compileExpression(text, { position: "expression" }).evaluate(context), value);
  });
}

const FAILURES: [text: string, message: RegExp][] = [
  ["nope > 1", /^Cannot read variable "nope": it does not exist/],
  ["constructor", /"constructor"/],
  ["__proto__.x", /"__proto__"/],
  ["toString", /"toString"/],
  ["amount > '1'", /two numbers or two strings/],
  ["none > 1", /null and a number/],
  ["yes > false", /two numbers or two strings/],
  ["amount && yes", /a boolean is needed/],
  ["!amount", /a boolean is needed/],
  ["amount ? 1 : 2", /a boolean is needed/],
  ["amount / zero", /not a finite number/],
  ["amount - 'a'", /numbers are needed/],
  ["order + 1", /numbers or texts/],
  ["amount.contains('a')", /on a number/],
  ["test.contains(1)", /a string is needed/],
  ["list[yes]", /a text or a number/],
];
for (const [text, message] of FAILURES) {
  Deno.test(`small: ${text} fails when it is evaluated`, () => {
    const expression = compileExpression(text, { position: "expression" });
    assert.throws(
      () => expression.evaluate(context),
      (error) =>
        error instanceof ExpressionError && error.code === "expression" && message.test(error.message),
    );
  });
}

const REFUSED = [
  "",
  "a b",
  "a; b",
  "a;",
  "a, b",
  "f(a)",
  "bean.call()",
  "a.contains()",
  "a.contains(1, 2)",
  "a.contains(1,)",
  "a['contains']('x')",
  "a = 1",
  "a += 1",
  "a++",
  "this",
  "this.a",
  "new Date()",
  "/a/",
  "`a`",
  "x => x",
  "[...a]",
  "[1,,2]",
  "[1 2]",
  "{a: 1}",
  "(a, b)",
  "a ? b",
  "'open",
  "(a",
  "a)",
  "1a",
  "a ** 2",
  "a & b",
  "a ?? b",
  "typeof a",
  "${a} > 1",
  "${a",
  "${}",
  "${bean.call()}",
];
for (const text of REFUSED) {
  Deno.test(`small: ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => compileExpression(text, { position: "expression" }), SyntaxError);
  });
}

Deno.test("small: the message says what is wrong and where", () => {
  assert.throws(
    () => compileExpression("a >> b", { position: "expression" }),
    /Cannot parse "a >> b": .* character 4/,
  );
});

Deno.test("small: names are the first segments of paths", () => {
  const { names } = compileExpression("a.b > c[d] || empty e.f && g.contains('h')", {
    position: "expression",
  });
  assert.deepEqual([...names ?? []].sort(), ["a", "c", "d", "e", "g"]);
});

Deno.test("small: deep and long texts are refused, not overflown", () => {
  const hostile = [
    "(".repeat(50_000),
    "!".repeat(5_000) + "a",
    "not ".repeat(4_000) + "a",
    "a.b".repeat(1) + ".b".repeat(5_000),
    "empty a" + ".b".repeat(5_000),
    "a" + ".b".repeat(5_000) + " == null",
    "1" + "+1".repeat(5_000),
    "a?".repeat(2_000) + "1" + ":1".repeat(2_000),
    "[".repeat(10_000),
    "-".repeat(10_000) + "1",
  ];
  for (const text of hostile) {
    assert.throws(() => compileExpression(text, { position: "expression" }), SyntaxError, text.slice(0, 20));
  }
  const brackets = "(".repeat(499) + "1" + ")".repeat(499);
  assert.equal(compileExpression(brackets, { position: "expression" }).evaluate(context), 1);
  const long = Array.from({ length: 1_000 }, (_, index) => `amount == ${index}`).join(" || ");
  assert.equal(compileExpression(long, { position: "expression" }).evaluate(context), false);
});

Deno.test("small: a text has 20,000 characters and 500 brackets and signs at most", () => {
  const compiled = (text: string) => compileExpression(text, { position: "expression" });
  const text = (length: number) => `'${"x".repeat(length - 2)}'`;
  assert.equal(compiled(text(20_000)).evaluate(context), "x".repeat(19_998));
  assert.throws(() => compiled(text(20_001)), /longer than 20000 characters/);
  const brackets = (count: number) => `${"(".repeat(count)}1${")".repeat(count)}`;
  assert.equal(compiled(brackets(500)).evaluate(context), 1);
  assert.throws(() => compiled(brackets(501)), /more than 500 brackets and signs/);
});

const piece = fc.oneof(
  fc.constantFrom(..."()[]{}.,;?:!<>=+-*/%&|'\"\\$# \n\t`@~^0123456789"),
  fc.constantFrom(
    "amount",
    "order",
    "list",
    "test",
    "items",
    "and",
    "or",
    "not",
    "empty",
    "eq",
    "div",
    "null",
    "true",
  ),
  fc.constantFrom(
    "constructor",
    "__proto__",
    "prototype",
    "this",
    "new",
    ".contains(",
    ".get(",
    "${",
    "#{",
    "}",
    "=",
  ),
  fc.string(),
);
for (const position of ["expression", "text"] as const) {
  Deno.test(`hostile text as ${position} gives a JSON value, a SyntaxError or an ExpressionError`, () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          const value = compileExpression(pieces.join(""), { position }).evaluate(context);
          assert.notEqual(value, undefined);
          assert.ok(typeof value !== "function");
        } catch (error) {
          assert.ok(error instanceof SyntaxError || error instanceof ExpressionError, String(error));
        }
      }),
      { numRuns: 3_000 },
    );
  });
}
