/** Expressions from seeds: refused at deploy, an error of the expression's, or JSON; what they see stays as it was. */
import assert from "node:assert/strict";
import { compileExpression, ExpressionError } from "../../../engine/expression/mod.ts";
import { assertJson } from "../../../engine/expression/json.ts";
import { damage, type Grammar, grow, type Pick, surroundings } from "../../hostile/grammar.ts";
import { random } from "../../hostile/seeded.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 4_000);
const FIRST_SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

const NAMES = [
  "x",
  ..."list text order deep none constructor __proto__ toString prototype hasOwnProperty valueOf length this item partial"
    .split(
      " ",
    ),
  "now",
  "unknown",
];

const SMALL: Grammar = {
  value: [
    "1",
    "<name>",
    "<name>.<name>",
    "<name>[<value>]",
    "<value>.<method>(<value>)",
    "<value>.<method>()",
    "<value>.<name>",
    "<value> <operator> <value>",
    "(<value>)",
    "[<value>, <value>]",
    "<unary> <value>",
    "<value> ? <value> : <value>",
    "'text'",
    '"\\u0000\\ud800"',
    "null",
    "true",
    "1e308",
    "0",
    "-1",
    "<name>(<value>)",
    "this",
  ],
  name: NAMES,
  method: [
    "size",
    ..."contains includes indexOf lastIndexOf length startsWith endsWith toLowerCase toUpperCase trim charAt"
      .split(" "),
    ..."substring equalsIgnoreCase equals isEmpty get containsKey containsValue containsAll".split(" "),
    ..."call apply constructor toString valueOf __proto__ then".split(" "),
  ],
  operator: ["+", ..."- * / % == != === < > <= >= && || and or eq ne lt div mod".split(" "), "in", "=>", "="],
  unary: ["!", "-", "+", "not", "empty", "typeof", "~"],
};

const FEEL: Grammar = {
  value: [
    "1",
    "<name>",
    "<name>.<name>",
    "<value>.<name>",
    "<name>[<value>]",
    "<call>",
    "<call>",
    "<value> <operator> <value>",
    "(<value>)",
    "[<value>, <value>]",
    "{<name>: <value>, b: <value>, f: function(a) <value>, r: f(<value>)}",
    "{a: <value>, a: a}.a",
    "if <value> then <value> else <value>",
    "for i in <value> return <value>",
    "for i in <number>..<number>, j in <value> return <value>",
    "some i in <value> satisfies <value>",
    "every i in <value> satisfies i = <value>",
    "<value>[<name> > <value>]",
    "<value>[item = <value>]",
    "<value> between <value> and <value>",
    "<value> in (<value>, > <value>, [<value>..<value>))",
    "<value> instance of <type>",
    "function(a, b: string) <value>",
    '"text"',
    '"\\u0000\\uD800"',
    "@<text>",
    "`a-b`",
    "null",
    "-<value>",
    "<number>",
    "<value> // c\n",
    "/* c */ <value>",
  ],
  name: NAMES,
  number: ["3", "0", "-1", "1e3", ".5", "99999999999999999999", "10 ** 300", "7"],
  type: [
    "number",
    "list<number>",
    "context<a: number>",
    "function<any> -> any",
    "date and time",
    "constructor",
  ],
  text: [
    '"P1D"',
    '"2024-01-01"',
    '"2024-13-01"',
    '"PT999999999999S"',
    '"x"',
    '"(a*)*b"',
    '""',
    '"12:00:00@Europe/Paris"',
  ],
  call: [
    "count(<value>)",
    ...("string number floor abs sqrt exp log not min max sum mean mode median stddev all any sort reverse flatten" +
      " distinct values,union,concatenate,append,remove,index of,sublist,insert before,list contains,list replace" +
      ",substring,string length,upper case,contains,starts with,matches,replace,split,string join,string format" +
      ",date,time,date and time,duration,years and months duration,day of week,week of year,now,today,get value" +
      ",get entries,context,context put,context merge,before,overlaps,is,decimal,modulo,extract,partition,trim,uuid,range")
      .split(/[, ](?=\w+(?:,|$))|,/).flatMap((
        name,
      ) => [`${name}(<value>)`, `${name}(<value>, <text>)`, `${name}(<value>, <value>, <value>)`]),
    "matches(<value>, <text>)",
    "<name>(<value>)",
    "random number()",
  ],
  operator: ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", "and", "or", "in", ".."],
};

const VARIABLES = JSON.parse(
  `{"x": 3, "list": [1, "two", [3], null, {"a": 1}], "text": "a\\ud83d\\ude00b", "none": null, "constructor": 1,
  "__proto__": {"x": 1}, "order": {"length": -1, "toString": 1, "a": {"b": [1, 2]}}, "a-b": 1, "deep": ${
    "[".repeat(190)
  }${"]".repeat(190)}}`,
) as Record<string, unknown>;

const BEFORE = JSON.stringify(VARIABLES);

function evaluate(text: string, language: string): string {
  let expression;
  try {
    expression = compileExpression(text, {
      position: language === "text" ? "text" : "expression",
      language: language === "feel" ? "feel" : "",
    });
  } catch (error) {
    assert.ok(
      error instanceof SyntaxError && /^Cannot [^]*: [^]+/.test(error.message),
      String((error as Error).stack),
    );
    assert.ok(error.message.length < 1_000, "the message is too long to be read");
    return "refused";
  }
  try {
    const value = expression.evaluate({
      at: 0,
      get: (name) => Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined,
    });
    // What is in texts is looked at when it is stored.
    assertJson(JSON.parse(JSON.stringify(value), (_, each) => typeof each === "string" ? "" : each));
    assert.notEqual(value, undefined);
    return "value";
  } catch (error) {
    assert.ok(error instanceof ExpressionError, String((error as Error).stack));
    assert.ok(error.message.length < 3_000, "the message is too long to be read");
    return "error";
  }
}

const LANGUAGES: readonly (readonly [string, (pick: Pick) => string])[] = [
  ["small", (pick) => grow(SMALL, pick, "value", 1 + pick(5))],
  [
    "text",
    (pick) => `a\${${grow(SMALL, pick, "value", 1 + pick(4))}}b#{${grow(SMALL, pick, "value", pick(3))}}`,
  ],
  ["feel", (pick) => grow(FEEL, pick, "value", 1 + pick(5))],
];

for (const [language, make] of LANGUAGES) {
  Deno.test(`an expression from a seed gives JSON, or an error of its own: ${language}`, () => {
    const before = surroundings();
    const counts: Record<string, number> = {};
    const runs = language === "feel" ? RUNS / 2 : RUNS;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + runs; seed++) {
      const pick = random(seed);
      let text = make(pick).slice(0, 3_000);
      for (let n = pick(6) - 3; n > 0; n--) text = damage(text, pick);
      try {
        const what = evaluate(text, language);
        counts[what] = (counts[what] ?? 0) + 1;
      } catch (error) {
        throw new Error(`FUZZ_SEED=${seed}: ${(error as Error).message}\n${text}`, { cause: error });
      }
    }
    assert.equal(surroundings(), before);
    assert.equal(JSON.stringify(VARIABLES), BEFORE);
    assert.ok(
      counts.value > runs / 50 && counts.refused > runs / 50 && counts.error > runs / 100,
      JSON.stringify(counts),
    );
  });
}
