/** From the text of an expression to something that can be evaluated (`bpmn.md` 2). */
import { compileFeel } from "./feel.ts";
import { shorten } from "./small_parser.ts";
import { compileSmall, type SmallProgram } from "./small.ts";
import { chargeText, withBudget } from "./small_cost.ts";
import {
  type CompileOptions,
  type EvaluationContext,
  type Expression,
  ExpressionError,
  NO_NAMES,
} from "./types.ts";

/** `…/FEEL/`, `…/FEEL/20140401`, `feel`, `text/feel`, `application/feel`. */
const FEEL = /(?:^|\/)(?:x-)?feel(?:$|[/;#])/i;
const JAVASCRIPT = /^(?:(?:text|application)\/)?(?:x-)?(?:java|ecma)script(?:;|$)/i;
/** Camunda's name for `${…}`. */
const SMALL = /^(?:juel|uel)$/i;

/**
 * Compiles the text of an expression.
 *
 * `=…` is FEEL; `${…}` and `#{…}` are the small language. Bare text is, by its position, an expression (FEEL if
 * `language` says so, else the small language), or literal, where `a${x}b` concatenates. White space around the
 * text has no meaning.
 *
 * @throws {SyntaxError} If it is no expression of its language; says what and where.
 * @throws {RangeError} If `language` names one that Baton cannot evaluate.
 */
export function compileExpression(text: string, options: CompileOptions): Expression {
  const source = text.trim();
  const language = options.language?.trim() ?? "";
  const feel = FEEL.test(language);
  const script = JAVASCRIPT.test(language);
  if (language !== "" && !feel && !script && !SMALL.test(language)) {
    throw new RangeError(`Cannot evaluate "${shorten(source)}": language "${language}" is not supported`);
  }
  if (source.startsWith("=") && !script) return feelExpression(text, source.slice(1));
  const inner = onlyPlaceholder(source);
  if (inner !== undefined) return smallExpression(text, compileSmall(inner));
  if (options.position === "expression" || script) {
    if (feel) return feelExpression(text, source);
    if (hasPlaceholder(source)) {
      throw new SyntaxError(`Cannot compile "${shorten(source)}": text around \${…} has no meaning here`);
    }
    return smallExpression(text, compileSmall(source));
  }
  return hasPlaceholder(source) ? templateExpression(text, source) : literalExpression(source, text);
}

/**
 * The expression of a script whose format is one of ours: FEEL (`feel`, `text/feel`, `application/feel`, …) or
 * the small language (`juel`). Undefined for every other format.
 *
 * @throws {SyntaxError} If the body is no expression of that language.
 */
export function scriptExpression(format: string, body: string): Expression | undefined {
  const name = format.trim();
  if (!FEEL.test(name) && !SMALL.test(name)) return undefined;
  return compileExpression(body, { position: "expression", language: name });
}

/** An expression that always gives the same value, for texts that need no look at their content. */
export function literalExpression(value: unknown, text: string = String(value)): Expression {
  return { text, language: "literal", names: NO_NAMES, constant: true, evaluate: () => value };
}

function feelExpression(text: string, source: string): Expression {
  const { run, names } = compileFeel(source);
  return { text, language: "feel", names, constant: false, evaluate: run };
}

function smallExpression(text: string, { run, names }: SmallProgram): Expression {
  const evaluate = (context: EvaluationContext): unknown => {
    try {
      return run(context);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new ExpressionError(`${error.message} (in "${shorten(text.trim())}")`);
    }
  };
  return { text, language: "small", names, constant: false, evaluate };
}

/** `a${x}b`: null gives no text; lists and maps have none. */
function templateExpression(text: string, source: string): Expression {
  const names = new Set<string>();
  eachPart(source, (part) => {
    if (typeof part !== "string") { for (const name of part.names) names.add(name); }
  });
  // Kept from the first evaluation on: the programs of a long text take a hundred times its size.
  let kept: (string | SmallProgram["run"])[] | undefined;
  const evaluate = (context: EvaluationContext): string =>
    withBudget(() => {
      const parts = kept ??= partsOf(source);
      return parts.map((part) => {
        const value = typeof part === "string" ? part : toText(part(context), source);
        chargeText(value);
        return value;
      }).join("");
    });
  return { text, language: "template", names, constant: false, evaluate };
}

function partsOf(source: string): (string | SmallProgram["run"])[] {
  const parts: (string | SmallProgram["run"])[] = [];
  eachPart(source, (part) => parts.push(typeof part === "string" ? part : part.run));
  return parts;
}

/** Goes through the texts and the placeholders of a template. @throws {SyntaxError} If one of them is bad. */
function eachPart(source: string, take: (part: string | SmallProgram) => void): void {
  let from = 0;
  for (let at = nextPlaceholder(source, 0); at >= 0; at = nextPlaceholder(source, from)) {
    if (at > from) take(source.slice(from, at));
    const end = placeholderEnd(source, at);
    if (end < 0) {
      throw new SyntaxError(
        `Cannot compile "${shorten(source)}": "\${" at character ${at + 1} is not closed`,
      );
    }
    take(compileSmall(source.slice(at + 2, end)));
    from = end + 1;
  }
  if (from < source.length) take(source.slice(from));
}

function toText(value: unknown, source: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  throw new ExpressionError(`Cannot join "${shorten(source)}": a list or map has no text`);
}

function hasPlaceholder(source: string): boolean {
  return nextPlaceholder(source, 0) >= 0;
}

/** Where the next `${` or `#{` begins; -1 if there is none. In one walk: a text may have many of one and none of the other. */
function nextPlaceholder(source: string, from: number): number {
  for (let at = source.indexOf("{", from + 1); at >= 0; at = source.indexOf("{", at + 1)) {
    if (source[at - 1] === "$" || source[at - 1] === "#") return at - 1;
  }
  return -1;
}

/** Where the placeholder that begins at `at` has its closing brace; a brace within quotes closes nothing. */
function placeholderEnd(source: string, at: number): number {
  let quote = "";
  for (let index = at + 2; index < source.length; index++) {
    const sign = source[index];
    if (quote !== "") {
      if (sign === "\\") index++;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "}") return index;
  }
  return -1;
}

/** The expression within, if the text is nothing but one placeholder. */
function onlyPlaceholder(source: string): string | undefined {
  if (nextPlaceholder(source, 0) !== 0) return undefined;
  return placeholderEnd(source, 0) === source.length - 1 ? source.slice(2, -1) : undefined;
}
