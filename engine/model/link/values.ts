/** Expressions that are made by the linker rather than written in a file. */
import { type EvaluationContext, type Expression, ExpressionError } from "../../expression/types.ts";

/** An expression that always gives the same value. */
export function literal(value: unknown, text?: string): Expression {
  return Object.freeze(
    {
      text: text ?? (typeof value === "string" ? value : JSON.stringify(value)),
      language: "literal",
      names: new Set<string>(),
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

/** The value of the first of these variables that has one, else `null`. */
export function firstVariable(names: readonly string[]): Expression {
  if (names.length === 1) return variable(names[0], "null");
  return Object.freeze(
    {
      text: names[0],
      language: "small",
      names: new Set(names),
      constant: false,
      evaluate(context: EvaluationContext): unknown {
        for (const name of names) {
          const value = context.get(name);
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
