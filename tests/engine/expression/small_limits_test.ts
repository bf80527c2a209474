import assert from "node:assert/strict";
import { compileExpression, ExpressionError } from "../../../engine/expression/mod.ts";
import { indexOfText, lastIndexOfText } from "../../../engine/expression/text_search.ts";
import { random } from "../../hostile/seeded.ts";

const LIST = Array.from({ length: 50_000 }, (_, i) => i);
const TEXT = "x".repeat(4_000_000);
const MAP = Object.fromEntries(LIST.map((i) => [`k${i}`, i]));
const LETTERS = "a".repeat(1_000_000), WORD = `${"a".repeat(250_000)}b${"a".repeat(250_000)}`;
const VARIABLES: Readonly<Record<string, unknown>> = {
  list: LIST,
  text: TEXT,
  map: MAP,
  copy: { ...MAP },
  letters: LETTERS,
  word: WORD,
};

function run(text: string, position: "expression" | "text" = "expression"): unknown {
  return compileExpression(text, { position }).evaluate({ at: 0, get: (name) => VARIABLES[name] });
}

const many = (text: string, times: number, by: string): string => Array(times).fill(text).join(by);

/** Each would need minutes, or more memory than there is. */
const ENDLESS: Readonly<Record<string, string>> = {
  "a list in itself": "list.containsAll(list)",
  "a list that is searched often": many("list.contains(-1)", 150, " || "),
  "a position that is looked for often": many("list.indexOf(-1) == 1", 150, " || "),
  "a position in a text that is looked for often": many("text.lastIndexOf('y') == 1", 120, " || "),
  "large maps that are equal": many("map == copy", 50, " && "),
  "large maps that are counted": many("map.size() == 1", 50, " || "),
  "large maps that are empty": many("empty map", 50, " || "),
  "values of a large map": many("map.containsValue(-1)", 50, " || "),
  "a text that is changed often": many("text.toUpperCase() == 'y'", 120, " || "),
  "a text that is searched often": many("text.contains('y')", 120, " || "),
  "texts that are compared": many("text < text", 200, " || "),
  "texts that are equal": many("text != text", 200, " || "),
  "texts that are joined": many("text", 140, " + "),
  "a list of large texts": `[${many("text", 140, ",")}]`,
  "a list of large lists": `[${many("list", 140, ",")}]`,
};

for (const [name, text] of Object.entries(ENDLESS)) {
  Deno.test(`the small language is given up: ${name}`, () => {
    assert.throws(() => run(text), (error) => {
      assert.ok(error instanceof ExpressionError, String(error));
      assert.match(
        error.message,
        /^Cannot evaluate: it takes too many steps, or makes too large a value \(in ".*"\)$/s,
      );
      return true;
    });
    // Nothing is left behind for the next one.
    assert.equal(run("list.contains(49999)"), true);
  });
}

Deno.test("the parts of a template share what they may cost", () => {
  for (const part of ["${text}", "${text.toUpperCase()}", "${list.contains(-1)}"]) {
    assert.throws(() => run(many(part, 200, "a"), "text"), /too many steps/, part);
  }
  assert.equal(run("a${list.contains(1)}b", "text"), "atrueb");
});

Deno.test("looking for a text takes no time that is the product of both lengths", () => {
  // JavaScript's own would need minutes.
  assert.equal(run("letters.contains(word)"), false);
  assert.equal(run("letters.lastIndexOf(word)"), -1);
  for (
    const call of [
      "contains(letters, word)",
      'substring before(letters, word) = "x"',
      'substring after(letters, word) = "x"',
    ]
  ) {
    assert.equal(run(`= ${call}`), false);
  }
  assert.deepEqual(
    run('= [substring before("foobar", "bar"), substring after("foobar", "ob"), substring after("a", "x")]'),
    [
      "foo",
      "ar",
      "",
    ],
  );
  assert.deepEqual(run('= [substring before("a", "x"), contains("abc", "bc"), contains(1, "a")]'), [
    "",
    true,
    null,
  ]);
});

Deno.test("a text is found where JavaScript finds it", () => {
  const long = 30_000;
  for (let seed = 1; seed <= 40; seed++) {
    const pick = random(seed);
    const letters = (length: number): string =>
      Array.from({ length }, () => "ab"[pick(40) === 0 ? 1 : 0]).join("");
    const text = letters(long);
    const at = pick(long), length = 700 + pick(2_000);
    for (
      const part of [text.slice(at, at + length), letters(length), text.slice(-length), text.slice(0, length)]
    ) {
      assert.equal(indexOfText(text, part), text.indexOf(part), `seed ${seed}`);
      assert.equal(lastIndexOfText(text, part), text.lastIndexOf(part), `seed ${seed}`);
    }
  }
  assert.equal(indexOfText("ab", "abc"), -1);
  assert.equal(lastIndexOfText("abab", ""), 4);
});

Deno.test("values have no names but their own, by whichever way they are asked for", () => {
  const variables: Readonly<Record<string, unknown>> = {
    one: { a: 1 },
    none: {},
    odd: JSON.parse('{"__proto__": {}}'),
    text: "1a",
  };
  const value = (text: string): unknown =>
    compileExpression(text, { position: "expression" }).evaluate({ at: 0, get: (name) => variables[name] });
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    assert.equal(value(`none.get('${name}')`), null, name);
    assert.equal(value(`none['${name}']`), null, name);
    assert.equal(value(`none.containsKey('${name}')`), false, name);
  }
  assert.deepEqual(value("odd.get('__proto__')"), {});
  assert.equal(value("odd == one"), false);
  assert.equal(value("one == odd"), false);
  assert.equal(value("odd == odd"), true);
  for (const call of ["startsWith(1)", "endsWith(1)", "contains(1)", "indexOf(1)"]) {
    assert.throws(() => value(`text.${call}`), ExpressionError, call);
  }
});
