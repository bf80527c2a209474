/** What the rest of the engine knows of expressions. */

/** What an expression can see. */
export interface EvaluationContext {
  /** The value of a variable by the scope rules; `undefined` if there is no such variable. */
  get(name: string): unknown;
  /** The command's time, in milliseconds since 1970 UTC: FEEL's `now()` and `today()`. */
  readonly at: number;
}

/** A compiled expression. Pure: the same context gives the same value. */
export interface Expression {
  /** As written in the file. */
  readonly text: string;
  /** How it was understood: `template` joins texts and `${…}`, `literal` is the text itself. */
  readonly language: "feel" | "small" | "template" | "literal";
  /** Variables that it reads (first segments of paths); `undefined` if that cannot be known. */
  readonly names?: ReadonlySet<string>;
  /** True for literals: `evaluate` ignores its context. */
  readonly constant: boolean;
  /**
   * Evaluates it.
   *
   * @returns A JSON value; `undefined` never, FEEL null and missing paths give `null`.
   * @throws {ExpressionError} If it cannot be evaluated (unknown variable, wrong type, ...).
   */
  evaluate(context: EvaluationContext): unknown;
}

/** {@link Expression.names} of what reads nothing: a file may have a hundred thousand literals. */
export const NO_NAMES: ReadonlySet<string> = new Set();

/** An expression that failed while running. The core turns it into an incident. */
export class ExpressionError extends Error {
  /** Stable code. */
  readonly code = "expression";
  /** For `toString()`. */
  override name = "ExpressionError";
}

/** Where an expression stands decides what bare text means (`bpmn.md` 2). */
export type ExpressionPosition =
  /** Bare text is the small language: conditions, cardinalities, collections. */
  | "expression"
  /** Bare text is literal, `a${x}b` concatenates: names, keys, timers, assignees. */
  | "text";

/** How {@link compileExpression} reads a text. */
export interface CompileOptions {
  /** Decides what bare text means. */
  readonly position: ExpressionPosition;
  /** The `language` attribute, or `definitions/@expressionLanguage` if that is a FEEL address. */
  readonly language?: string;
}
