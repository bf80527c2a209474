import assert from "node:assert/strict";
import { compileExpression, ExpressionError, scriptExpression } from "../../../engine/expression/mod.ts";
import { contextOf } from "./support.ts";

const context = contextOf({ x: 2, name: "Ann", none: null, list: [1] });
const OMG = "https://www.omg.org/spec/DMN/20191111/FEEL/";

const CASES: [
  text: string,
  position: "expression" | "text",
  language: string | undefined,
  kind: string,
  value: unknown,
][] = [
  ["x > 1", "expression", undefined, "small", true],
  [" ${x > 1} ", "expression", undefined, "small", true],
  ["x = 2", "expression", OMG, "feel", true],
  ["x = 2", "expression", "http://www.omg.org/spec/FEEL/20140401", "feel", true],
  ["=x = 2", "expression", "feel", "feel", true],
  ["${x == 2}", "expression", OMG, "small", true],
  ["x === 2", "expression", "javascript", "small", true],
  ["x === 2", "expression", "text/javascript", "small", true],
  ["x == 2", "expression", "", "small", true],
  ["PT5M", "text", undefined, "literal", "PT5M"],
  ["PT5M", "text", OMG, "literal", "PT5M"],
  ["", "text", undefined, "literal", ""],
  ["=x", "text", undefined, "feel", 2],
  ["${x}", "text", undefined, "small", 2],
  ["a${x}b#{name}c", "text", undefined, "template", "a2bAnnc"],
  ["<${none}>", "text", undefined, "template", "<>"],
  ["${'}'}!", "text", undefined, "template", "}!"],
  ["$5 {x}", "text", undefined, "literal", "$5 {x}"],
];
for (const [text, position, language, kind, value] of CASES) {
  Deno.test(`"${text}" as ${position} in ${language ?? "no language"} is ${kind}`, () => {
    const expression = compileExpression(text, { position, ...(language === undefined ? {} : { language }) });
    assert.equal(expression.language, kind);
    assert.equal(expression.text, text);
    assert.equal(expression.constant, kind === "literal");
    assert.deepEqual(expression.evaluate(context), value);
  });
}

Deno.test("a language that cannot be evaluated is refused", () => {
  for (const language of ["http://www.w3.org/1999/XPath", "groovy", "python", "java", "feelings"]) {
    assert.throws(() => compileExpression("x", { position: "expression", language }), RangeError, language);
  }
});

Deno.test("JavaScript beyond the small language is refused", () => {
  for (const text of ["this.environment.x", "() => true", "next(null, true)", "var a = 1"]) {
    assert.throws(
      () => compileExpression(text, { position: "expression", language: "javascript" }),
      SyntaxError,
      text,
    );
  }
});

Deno.test("a template says which part fails, and joins no lists", () => {
  assert.throws(() => compileExpression("a${x", { position: "text" }), SyntaxError);
  assert.throws(() => compileExpression("a${x y}b", { position: "text" }), SyntaxError);
  assert.throws(() => compileExpression("a${list}", { position: "text" }).evaluate(context), ExpressionError);
  assert.throws(() => compileExpression("a${nope}", { position: "text" }).evaluate(context), /"nope"/);
});

Deno.test("scripts in FEEL are expressions, others are not", () => {
  for (const format of ["feel", "FEEL", "text/feel", "application/feel", "application/x-feel", OMG]) {
    assert.equal(scriptExpression(format, "x + 1")?.evaluate(context), 3, format);
    assert.equal(scriptExpression(format, "= x + 1")?.evaluate(context), 3, format);
  }
  for (const format of ["", "javascript", "text/javascript", "groovy"]) {
    assert.equal(scriptExpression(format, "x + 1"), undefined);
  }
  assert.throws(() => scriptExpression("feel", "x +"), SyntaxError);
});
