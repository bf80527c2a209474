import assert from "node:assert/strict";
import fc from "fast-check";
import { displayWidth, pad, printable, truncate } from "../../cli/text.ts";

Deno.test("displayWidth() counts the columns of a terminal", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["", 0],
    ["order", 5],
    ["日本語", 6],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["❤️", 2],
    ["한국", 4],
    ["ｆｕｌｌ", 8],
  ];
  for (const [text, width] of cases) assert.equal(displayWidth(text), width, text);
});

Deno.test("truncate() keeps to the width and never cuts a character", () => {
  assert.equal(truncate("reserve", 7), "reserve");
  assert.equal(truncate("reserve", 4), "res…");
  assert.equal(truncate("日本語", 4), "日…");
  assert.equal(truncate("日本語", 1), "…");
  assert.equal(truncate("a", 0), "");
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, width) => {
    assert.ok(displayWidth(truncate(printable(text), width)) <= width);
  }));
});

Deno.test("pad() fills up by columns, not by characters", () => {
  assert.equal(pad("日", 4), "日  ");
  assert.equal(pad("日", 4, "right"), "  日");
  assert.equal(pad("toolong", 4), "toolong");
});

Deno.test("printable() lets no text give orders to the terminal", () => {
  assert.equal(printable("a\n  b\r\nc\td"), "a b c d");
  assert.equal(printable("\x1b[31mred\x07"), "\\u001b[31mred\\u0007");
  assert.equal(printable("abc\u202etxt"), "abc\\u202etxt");
  // deno-lint-ignore no-control-regex -- that is the point
  fc.assert(fc.property(fc.string(), (text) => !/[\x00-\x1f\x7f-\x9f]/.test(printable(text))));
});
