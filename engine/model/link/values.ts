/** Expressions that are made by the linker rather than written in a file. */
import {
  type EvaluationContext,
  type Expression,
  ExpressionError,
  NO_NAMES,
} from "../../expression/types.ts";

/** An expression that always gives the same value. */
export function literal(value: unknown, text?: string): Expression {
  return Object.freeze(
    {
      text: text ?? (typeof value === "string" ? value : JSON.stringify(value)),
      language: "literal",
      names: NO_NAMES,
      constant: true,
      evaluate: () => value,
    } satisfies Expression,
  );
}

/**
 * Reads one variable by its exact name, which need not be an identifier (`Purchase Order`).
 *
 * @param name The variable.
 * @param missing What an unknown variable gives: `null`, or an {@link ExpressionError} by default.
 */
export function variable(name: string, missing: "null" | "error" = "error"): Expression {
  return Object.freeze(
    {
      text: name,
      language: "small",
      names: new Set([name]),
      constant: false,
      evaluate(context: EvaluationContext): unknown {
        const value = context.get(name);
        if (value !== undefined) return value;
        if (missing === "null") return null;
        throw new ExpressionError(`Cannot evaluate "${name}": there is no such variable`);
      },
    } satisfies Expression,
  );
}

/** The value of a variable, else of the first of the others that has one, else `null`. */
export function firstVariable(name: string, others: readonly string[]): Expression {
  if (others.length === 0) return variable(name, "null");
  return Object.freeze(
    {
      text: name,
      language: "small",
      // Not kept: the others are shared by many expressions, and each set would be as long.
      get names() {
        return new Set([name, ...others]);
      },
      constant: false,
      evaluate(context: EvaluationContext): unknown {
        const own = context.get(name);
        if (own !== undefined && own !== null) return own;
        for (const other of others) {
          const value = context.get(other);
          if (value !== undefined && value !== null) return value;
        }
        return null;
      },
    } satisfies Expression,
  );
}

/** Combines the values of several expressions. */
export function combine(
  text: string,
  parts: readonly Expression[],
  join: (values: readonly unknown[]) => unknown,
): Expression {
  const names = parts.some((part) => part.names === undefined)
    ? undefined
    : new Set(parts.flatMap((part) => [...(part.names ?? [])]));
  return Object.freeze(
    {
      text,
      language: "template",
      ...(names ? { names } : {}),
      constant: parts.every((part) => part.constant),
      evaluate: (context: EvaluationContext) => join(parts.map((part) => part.evaluate(context))),
    } satisfies Expression,
  );
}
