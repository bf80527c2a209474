/** Plain conditions are known as FEEL without the parser: it must agree. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { compileFeel } from "../../../engine/expression/feel.ts";
import { ExpressionError } from "../../../engine/expression/types.ts";
import { plainFeelNames } from "../../../engine/expression/plain_feel.ts";

/** The parser's answer: a comment is not plain. */
function byParser(source: string): ReturnType<typeof compileFeel> {
  const commented = `${source} // read by the parser`;
  assert.equal(plainFeelNames(commented), undefined);
  return compileFeel(commented);
}

const VALUES: Readonly<Record<string, unknown>> = {
  total: 3,
  customer: { level: "gold", age: 40 },
  x: "a",
  a: null,
};

/** A built-in without its brackets is no value, for both. */
function outcome({ run }: ReturnType<typeof compileFeel>): unknown {
  try {
    return [run({ get: (name: string) => VALUES[name], at: 0 } as Parameters<typeof run>[0])];
  } catch (error) {
    assert.ok(error instanceof ExpressionError);
    return "fails";
  }
}

function sameAsParser(source: string): boolean {
  const names = plainFeelNames(source);
  if (!names) return false;
  const parsed = byParser(source);
  assert.deepEqual([...names].sort(), [...parsed.names].sort(), source);
  assert.deepEqual(outcome(compileFeel(source)), outcome(parsed), source);
  return true;
}

Deno.test("plain conditions are what the parser says they are", () => {
  const names = (source: string) => sameAsParser(source) && [...plainFeelNames(source) ?? []];
  assert.deepEqual(names('total > 100 and customer.level = "gold"'), ["total", "customer"]);
  assert.deepEqual(names(" a\n<=b or\tnull != x.y.z"), ["a", "b", "x"]);
  assert.deepEqual(names("true"), []);
  assert.deepEqual(names("-1.5<total"), ["total"]);
  assert.deepEqual(names("now > total"), ["now", "total"]);
});

Deno.test("other texts are left to the parser", () => {
  const others = [
    "",
    " ",
    "a b",
    "a +",
    "a > ",
    "a and",
    "a and b c",
    "a = b = c",
    "(a)",
    "a.b.",
    "a..b",
    "1a",
    "1.",
    "a > 1and b",
    'x = "open',
    String.raw`x = "\n"`,
    "f(x)",
    "a[1]",
    "date and time",
    "if = 1",
    "a.in = 1",
    "order-id = 1",
    "ä > 1",
    "a + b > 1",
    "today = x // y",
    `a = "${"x".repeat(500)}"`,
  ];
  for (const source of others) assert.equal(plainFeelNames(source), undefined, source);
});

const WORDS = [
  ..."a x total customer customer.level a.b.c now today _x x1 string number date time day list duration years min"
    .split(" "),
  ..."floor index sort before after met modulo trim split contains matches concatenate sum last all distinct"
    .split(" "),
  ..."random decimal round up down context key value entries with length case upper lower union reverse remove"
    .split(" "),
  ..."if then for in return and or not some every satisfies between instance of function true false null"
    .split(" "),
  ...'1 -1 0 10.25 = != < <= > >= "text" "" . , ( ) [ ] + - * / ** .. ? @ - a.1 1.a'.split(" "),
];

Deno.test("any words are left to the parser, or read as it reads them", () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20100524);
  const word = fc.constantFrom(...WORDS);
  const space = fc.constantFrom(" ", " ", " ", "", "\n", "  ");
  let plain = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(word, space), { minLength: 1, maxLength: 7 }), (words) => {
      if (sameAsParser(words.flat().join(""))) plain++;
    }),
    { seed, numRuns: 5_000 },
  );
  assert.ok(plain > 100, `only ${plain} were compared`);
});

Deno.test("comparisons of any words are read as the parser reads them", () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20100524);
  const operand = fc.constantFrom(...WORDS.filter((word) => /^[\w.]+$|^"/.test(word)));
  const comparison = fc.tuple(operand, fc.constantFrom("=", " = ", " != ", "<", " >= ", "<="), operand)
    .map((parts) => parts.join(""));
  let plain = 0;
  fc.assert(
    fc.property(comparison, fc.constantFrom(" and ", " or\n", "\tand "), comparison, (a, junction, b) => {
      if (sameAsParser(a + junction + b)) plain++;
    }),
    { seed, numRuns: 1_000 },
  );
  assert.ok(plain > 100, `only ${plain} were compared`);
});
