/** Evaluating the model's expressions for a token, with errors that become incidents. */
import type { Expression } from "../expression/types.ts";
import type { Mapping } from "../model/types.ts";
import { ModelError } from "./model_error.ts";
import type { Place } from "./variables.ts";
import type { Work } from "./work.ts";

type Extra = Readonly<Record<string, unknown>>;

/** @returns The value of an expression as seen from `place`. */
export function evaluate(w: Work, expression: Expression, place: Place, extra?: Extra): unknown {
  return expression.evaluate(w.vars.context(place, extra));
}

/** @throws {ModelError} Unless the value is a boolean: a condition never guesses. */
export function test(w: Work, expression: Expression, place: Place, extra?: Extra): boolean {
  const value = evaluate(w, expression, place, extra);
  if (typeof value === "boolean") return value;
  throw new ModelError(
    "expression",
    `Cannot decide "${expression.text}": it gives ${describe(value)} instead of true or false`,
  );
}

/** @returns Text, with numbers and booleans written out; `undefined` for an absent expression or null. */
export function text(
  w: Work,
  expression: Expression | undefined,
  place: Place,
  extra?: Extra,
): string | undefined {
  if (!expression) return undefined;
  const value = evaluate(w, expression, place, extra);
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ModelError(
    "expression",
    `Cannot use "${expression.text}": it gives ${describe(value)} instead of a text`,
  );
}

/** @returns A list of texts: an array of them, or one text with commas. */
export function texts(w: Work, expression: Expression | undefined, place: Place): string[] {
  if (!expression) return [];
  const value = evaluate(w, expression, place);
  if (value === null || value === undefined) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const odd = items.find((item) => typeof item === "object" && item !== null);
  if (odd !== undefined) {
    throw new ModelError(
      "expression",
      `Cannot use "${expression.text}": it gives ${describe(odd)} as a text`,
    );
  }
  if (items === value) return items.map((item) => String(item));
  return String(value).split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** What every store can keep and sort by. */
const MAX_PRIORITY = 2 ** 31 - 1;

/** @returns A whole number; `undefined` for an absent expression and for what is no number. */
export function priority(w: Work, expression: Expression | undefined, place: Place): number | undefined {
  const value = expression && evaluate(w, expression, place);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return undefined;
  return Math.trunc(Math.max(-MAX_PRIORITY, Math.min(MAX_PRIORITY, number)));
}

/** @throws {ModelError} Unless the value is a whole number of at least `least`. */
export function wholeNumber(
  w: Work,
  expression: Expression,
  place: Place,
  least: number,
  what: string,
): number {
  const value = evaluate(w, expression, place);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least) return number;
  throw new ModelError(
    "loop",
    `Cannot use "${expression.text}" as ${what}: it gives ${
      describe(value)
    }, a whole number of at least ${least} is needed`,
  );
}

/**
 * Copies values as the mappings say.
 *
 * @param from What the sources see.
 * @param to The place whose scope rules decide where a value goes; with `local`, exactly that scope.
 */
export function applyMappings(
  w: Work,
  mappings: readonly Mapping[],
  from: Place,
  to: Place,
  local?: number,
  extra?: Extra,
): void {
  // All sources are read before anything is written: mappings do not see each other's results half done.
  const values = mappings.map((mapping) => mappedValue(w, mapping, from, extra));
  w.vars.atomically(() =>
    mappings.forEach((mapping, i) => {
      if (values[i] !== SKIP) w.vars.writePath(to, mapping.target, values[i], local);
    })
  );
}

const SKIP = Symbol("skip");

function mappedValue(w: Work, mapping: Mapping, from: Place, extra?: Extra): unknown {
  const names = mapping.source.names;
  // A source that has no value: nothing to copy, or an incident if the input is required.
  const unset = (mapping.optional || mapping.required) && names?.size === 1 &&
    [...names].every((name) =>
      (extra && Object.hasOwn(extra, name) ? extra[name] : w.vars.read(from, name)) == null
    );
  if (unset && mapping.required) {
    throw new ModelError(
      "variables",
      `Cannot start: the required input "${
        mapping.target.join(".")
      }" has no value ("${mapping.source.text}")`,
    );
  }
  if (unset) return SKIP;
  const value = evaluate(w, mapping.source, from, extra);
  return mapping.optional && value === null ? SKIP : value;
}

/** @returns A short description of a value for messages, without its data. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `the text "${value.length > 40 ? value.slice(0, 40) + "…" : value}"`;
  return `${value}`;
}
