import assert from "node:assert/strict";
import { evaluate } from "feelin";
import fc from "fast-check";
import { compileExpression } from "../../../engine/expression/compile.ts";
import { matchesPattern, replacePattern, splitPattern } from "../../../engine/expression/feel_regexp.ts";
import { ExpressionError } from "../../../engine/expression/types.ts";

function run(text: string, variables: Readonly<Record<string, unknown>> = {}): unknown {
  return compileExpression(text, { position: "expression", language: "feel" })
    .evaluate({ at: 0, get: (name) => variables[name] });
}

const LIST = Array.from({ length: 30_000 }, (_, i) => i);
const TEXT = "a".repeat(1_000_000);
const DEEP = Array.from({ length: 300 }, () => Array.from({ length: 300 }, (_, i) => ({ i })));

/** Would each need a minute and more, or more memory than there is. */
const ENDLESS: Readonly<Record<string, string>> = {
  "a long range": "for i in 1..1000000000 return i",
  "a range to the largest number": "for i in 1..10**300 return i",
  "ranges in ranges": "for a in 1..2000, b in 1..2000, c in 1..2000 return 1",
  "a condition over ranges": "some a in 1..100000, b in 1..100000 satisfies a = -b",
  "loops over lists in loops": "for a in list, b in list return 1",
  "filters in filters": "count(list[count(list[item > 1]) < 0])",
  "filters over long texts": `[text, text, text, text, text, text][item = "x"]`,
  "functions that call themselves twice":
    "{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(60)}.r",
  "a function that calls itself for ever": "{f: function(n) f(n + 1), r: f(0)}.r",
  "texts that double": `{a: text, ${double("a + a")}r: string length(z)}.r`,
  "texts that double in a loop": `for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]`,
  "lists that double":
    `{f: function(l, n) if n = 0 then count(l) else f(concatenate(l, l), n - 1), r: f([1], 60)}.r`,
  "shared lists that are compared": `{a: [1], ${double("[a, a]")}r: z = z}.r`,
  "shared lists as a result": `{a: [1], ${double("[a, a]")}r: 1}.z`,
  "a large value that is compared in a loop": "for i in 1..100000 return deep = deep",
  "a large value that is looked for in a loop": "for i in 1..100000 return list contains(deep, 1)",
  "a list that is searched in a loop": "for i in 1..100000 return -1 in list",
  "paths over a list in a loop": "for i in 1..100000 return deep.i",
  "warnings with a large text, in a loop": "for i in 1..100000 return text - 1",
  "lists, each distinct": "distinct values(for i in 1..20000 return [i, i])",
  "a sort with a costly order": "sort(for i in 1..60000 return i, function(x, y) count(list) > x)",
  "a pattern with two ways for each sign": `matches(text, "^(a+)+$b")`,
  "a pattern of alternatives": `matches(text, "^(a|a|aa)+$b")`,
  "a pattern that backtracks four times": `matches(text, "a*a*a*a*b")`,
  "a replacement that grows": 'replace(text, "a", text)',
  "a pattern behind another name": `{m: matches, r: m(text, "(a*)*b")}.r`,
  "a pattern by named arguments": `matches(pattern: "(a*)*b", input: text)`,
  "a pattern that splits": `split(text, "(a*)*b")`,
};

/** `b` to `z`, each made of the one before: 25 times. */
function double(text: string): string {
  let entries = "";
  for (let code = 98; code <= 122; code++) {
    entries += `${String.fromCharCode(code)}: ${text.replaceAll("a", String.fromCharCode(code - 1))}, `;
  }
  return entries;
}

for (const [name, text] of Object.entries(ENDLESS)) {
  Deno.test(`FEEL is given up: ${name}`, () => {
    assert.throws(
      () => run(text, { list: LIST, text: TEXT, deep: DEEP }),
      (error) => {
        assert.ok(error instanceof ExpressionError, String(error));
        assert.match(error.message, /^Cannot evaluate ".*too many steps|^Cannot evaluate ".*call stack/is);
        return true;
      },
    );
  });
}

/** A value of 90,000 items, a list of empty texts, many pairs, one text: what each call looks at. */
const LOOKED_AT: Readonly<Record<string, unknown>> = {
  deep: DEEP,
  empty: Array(30_000).fill(""),
  pairs: Array.from({ length: 300 }, (_, i) => [i]),
  letters: "a".repeat(500_000),
  words: Array(300).fill("b".repeat(10_000)),
};

/** So many of each are more than an evaluation may cost, and would take a moment if they cost no more than a call. */
const CHARGED: Readonly<Record<string, number>> = {
  "list contains(deep, 1)": 50,
  "index of(deep, 1)": 50,
  "index of(words, 1)": 50,
  "count(remove(deep, 1))": 50,
  "count(flatten(deep))": 50,
  "string length(string(deep))": 40,
  "string join(empty)": 150,
  "distinct values(pairs)": 120,
  "union(pairs, pairs)": 40,
  "count(letters)": 200,
  "string length(letters)": 200,
  "upper case(letters)": 100,
  'contains(letters, "b")': 200,
  'substring before(letters, "b")': 200,
  "deep in (deep)": 50,
  "deep instance of list": 50,
  "[deep]": 50,
  "{a: deep}.a": 50,
  "letters + letters": 100,
};

for (const [call, times] of Object.entries(CHARGED)) {
  Deno.test(`FEEL charges for what it looks at: ${call}`, () => {
    assert.notEqual(run(`count(for i in 1..2 return ${call})`, LOOKED_AT), null);
    assert.throws(() => run(`count(for i in 1..${times} return ${call})`, LOOKED_AT), /too many steps/);
  });
}

Deno.test("an evaluation that was given up leaves nothing behind for the next one", () => {
  for (let i = 0; i < 3; i++) {
    assert.throws(() => run(ENDLESS["a long range"]), ExpressionError);
    assert.equal(run("count(for i in 1..100000 return i)"), 100_000);
  }
});

Deno.test("ranges end, also where feelin would go on for ever", () => {
  assert.deepEqual(run("for i in 1..2.5 return i"), [1, 2]);
  assert.deepEqual(run("for i in 2.5..1 return i"), [2.5, 1.5]);
  assert.deepEqual(run("for i in (1..1) return i"), []);
  assert.deepEqual(run("for i in (1..3] return i"), [2, 3]);
  assert.deepEqual(run("for i in 3..1 return i"), [3, 2, 1]);
  assert.throws(() => run("for i in 1..2 return partial"), /call stack/);
  // Its length is no number.
  assert.throws(() => run("for i in 10**400..10**400 return i"), /too many steps/);
});

Deno.test("what a text must count changes no value", () => {
  const variables = {
    list: [3, 1, 2],
    items: [{ n: 1, t: ["a"] }, { n: 2, t: [] }],
    x: 2,
    text: "ab",
    none: null,
    baton: "own",
    batonEach: 1,
  };
  const texts = [
    "for i in list return i * 2 // twice",
    "for i in list, j in [10, 20] return i + j",
    "for i in 3..1 return i",
    "for i in [1..3] return i",
    "for i in (1..3) return i",
    'for i in "a".."c" return i',
    "for i in 1..4 return if i = 1 then 1 else partial[-1] * i",
    "some i in list satisfies i = x",
    "every i in items satisfies count(i.t) = 1",
    "items[n > 1]",
    "items[1].t[1]",
    "items.n",
    "items[item.n = x].t",
    "list[item > 1][1]",
    "list[-1]",
    "text[1]",
    "none[1]",
    "none[item > 1]",
    "for i in none return i",
    "for i in missing return i",
    "[1, [2, 3]] = [1, [2, 3]]",
    "for i in list return i = x",
    "for i in list return items = items",
    "for i in list return i in list",
    "for i in list return i in (1, 2)",
    "for i in list return items[n = i].n",
    "for i in list return -i + i * 2 - (x + 1)",
    "for i in list return list[i + 0]",
    "for i in list return i instance of number",
    `{a: 1, "b c": a + 1, f: function(n) n + a, r: f(3)}.r`,
    "sort(list, function(a, b) a < b)",
    "sort(items, function(a, b) a.n > b.n)",
    "{c: for i in list return {i: i, d: list}}",
    "baton",
    "for baton in list return baton",
    "for batonEach in list return batonEach",
    "distinct values([1, [1], 2, {a: 1}, {a: 1}])",
    "for i in list return string(i) + text + text",
    'date("2024-01-01") + duration("P1D") = date("2024-01-02")',
  ];
  for (const text of texts) {
    const plain: unknown = evaluate(text, variables, "camunda").value;
    assert.deepEqual(run(text, variables), JSON.parse(JSON.stringify(plain ?? null)), text);
    const long = `(${text}\n) ${" ".repeat(1_000)}`;
    assert.deepEqual(run(long, variables), JSON.parse(JSON.stringify(plain ?? null)), `long: ${text}`);
  }
});

const budget = { charge: () => {} };
const atom = fc.constantFrom(
  "a",
  "b",
  "ab",
  ".",
  "[ab]",
  "[^a]",
  "[a\\]]",
  "\\w",
  "\\s",
  "\\p{L}",
  "\\u0061",
  "\\u{1F600}",
  "😀",
  "^",
  "$",
  "\\b",
  "\\B",
  "\\.",
  "(a)",
  "(?:b)",
  "(?<n>a|b)",
  "(a|)",
  "()",
  "é",
);
const quantifier = fc.constantFrom(
  "",
  "",
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{1,2}",
  "{0,2}?",
  "{2,}",
  "{0}",
);
const pattern = fc.letrec((tie) => ({
  part: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(atom, quantifier).map(([a, q]) => /^(?:\^|\$|\\[bB])$/.test(a) ? a : a + q),
    fc.tuple(tie("all"), quantifier).map(([all, q]) => `(${all})${q}`),
  ),
  all: fc.array(fc.array(tie("part"), { maxLength: 3 }).map((parts) => parts.join("")), {
    minLength: 1,
    maxLength: 3,
  }).map((parts) => parts.join("|")),
})).all as fc.Arbitrary<string>;
const subject = fc.array(fc.constantFrom("a", "b", "c", " ", ".", "\n", "😀", "é", "A", "]"), {
  maxLength: 8,
})
  .map((parts) => parts.join(""));

Deno.test("matches, replace and split give what JavaScript's regular expressions give", () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20100524);
  const numRuns = Number(Deno.env.get("FUZZ_RUNS") ?? 2_000);
  let checked = 0;
  fc.assert(
    // Longer ones may take JavaScript for ever.
    fc.property(
      pattern.filter((source) => source.length <= 40),
      subject,
      fc.constantFrom("", "i", "s", "m", "ims"),
      (source, text, flags) => {
        let native: RegExp;
        try {
          native = new RegExp(source, `u${flags}`);
        } catch (error) {
          assert.ok(error instanceof SyntaxError);
          assert.equal(matchesPattern(budget, text, source, flags), undefined);
          return;
        }
        checked += 1;
        assert.equal(matchesPattern(budget, text, source, flags), native.test(text));
        // V8 finds a place within a surrogate pair; the whole character is meant.
        if (source.includes("\\B") && text.includes("😀")) return;
        // Which of several ways is taken through a repeated group that may be empty is not the same.
        if (/\)[*+?{]/.test(source)) return;
        const by = "<$&|$$|$x|$`|$'>";
        assert.equal(
          replacePattern(budget, text, source, by, flags),
          text.replace(new RegExp(source, `gu${flags}`), by),
        );
        if (flags === "" && !source.includes("(")) {
          assert.deepEqual(splitPattern(budget, text, source), text.split(native));
        }
      },
    ),
    { seed, numRuns },
  );
  assert.ok(checked > numRuns / 3, `only ${checked} patterns were good`);
});

Deno.test("groups are what JavaScript makes of them", () => {
  for (
    const [text, source, by] of [
      ["2024-05-06", "(\\d+)-(\\d+)-(\\d+)", "$3.$2.$1 $0 $4 $10"],
      ["john smith", "(?<first>\\w+)\\s(?<last>\\w+)", "$<last>, $<first>$<no>"],
      ["aXbX", "([a-z])(X)?", "[$1$2]"],
      ["aab", "(a)|b", "($1)"],
      ["", "^$", "empty"],
      ["ab", "", "-"],
    ]
  ) {
    const native = by.replace(/\$0/g, "$$&");
    assert.equal(
      replacePattern(budget, text, source, by, undefined),
      text.replace(new RegExp(source, "gu"), native),
      source,
    );
  }
  assert.deepEqual(splitPattern(budget, "a1b2c", "(\\d)"), ["a", "1", "b", "2", "c"]);
  assert.deepEqual(splitPattern(budget, "", "x*"), []);
  assert.deepEqual(splitPattern(budget, "", "x"), [""]);
});

Deno.test("patterns that would need backtracking are refused with a reason", () => {
  assert.throws(() => run(`matches("aa", "(a)\\1")`), /refers back to a group/);
  assert.throws(() => run(`matches("aa", "a(?=a)")`), /looks ahead or behind/);
  for (const source of ["a{100000}", "(a{99}){99}", "(?:(?:(?:){4000}){4000}){4000}", "(?:a?){6000}"]) {
    assert.throws(() => run(`matches("aa", "${source}")`), /too long/, source);
  }
  const nested = `${"(".repeat(300)}a${"*)".repeat(300)}`;
  assert.equal(run(`matches("aa", "^${nested}$")`), true);
  assert.equal(run(`matches("aa", "(")`), null);
  assert.equal(run(`matches("aa", 1)`), null);
});

Deno.test("a text that is too long, or has too many entries, is refused before it is parsed", () => {
  const quoted = (characters: number) => `"${"x".repeat(characters - 2)}"`;
  assert.equal((run(quoted(10_000)) as string).length, 9_998);
  assert.throws(() => run(quoted(10_001)), /longer than 10000 characters/);
  const context = (entries: number) => `{${Array.from({ length: entries }, (_, i) => `k${i}:${i}`)}}`;
  assert.equal((run(context(999)) as Record<string, number>).k998, 998);
  assert.throws(() => run(context(1_000)), /more than 1000 entries of contexts/);
});
