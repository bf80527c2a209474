/**
 * FEEL (DMN 1.5, chapter 10), by `feelin`. The only file that knows `feelin`.
 *
 * `feelin` parses at every call. A FEEL *function* that it returns is compiled already, though: so the text is
 * made the body of a function of its free variables, once, and only that function is called later. Its
 * parameters are all that an evaluation sees.
 */
import {
  evaluate,
  FeelDate,
  FeelDateTime,
  FeelDuration,
  FeelFunction,
  FeelRange,
  FeelTime,
  parseDate,
  parseDateTime,
  parseExpression,
} from "feelin";
import {
  counterFunctions,
  counterNames,
  type Counters,
  dropWarnings,
  Instrument,
  limitFunctions,
  limitRanges,
  withLimits,
} from "./feel_limits.ts";
import { plainFeelNames } from "./plain_feel.ts";
import { shorten } from "./small_parser.ts";
import { ExpressionError, NO_NAMES } from "./types.ts";
import type { EvaluationContext } from "./types.ts";

limitFunctions(FeelFunction, (name) => evaluate(name).value);
limitRanges(FeelRange.prototype);

/** The result of {@link compileFeel}. */
export interface FeelProgram {
  /** @throws {ExpressionError} If the result is no JSON value, or a function of FEEL's fails. */
  readonly run: (context: EvaluationContext) => unknown;
  /** Names that it may read: free variables, and those of the items of a filter (`items[price > 10]`). */
  readonly names: ReadonlySet<string>;
}

/** Camunda's dialect adds names in backticks, which reach variables such as `order-id`. */
const DIALECT = "camunda";

/** Longer texts are refused unread: the parser takes a time that may grow with the square of the length. */
export const MAX_FEEL_LENGTH = 10_000;
/** Entries of contexts, by their colons: the parser takes a time that grows with their square. */
const MAX_COLONS = 1_000;
/** Levels of the syntax tree. Each is a few calls on the stack when it runs: far below what overflows it. */
const MAX_DEPTH = 300;

/** Built-ins that read the system's clock: replaced by functions that read the command's time. */
const CLOCK: Readonly<Record<string, (at: number) => unknown>> = {
  now: (at) => parseDateTime(new Date(at).toISOString()),
  today: (at) => parseDate(new Date(at).toISOString().slice(0, 10)),
};

const CLOCKS = Object.keys(CLOCK);

/**
 * Compiles a FEEL expression. Unknown variables and type errors give null, as FEEL wants it.
 *
 * @param source Without the leading `=`.
 * @throws {SyntaxError} If it is not FEEL, or asks for chance (`random number()`).
 */
export function compileFeel(source: string): FeelProgram {
  // What is kept of a text is counted: a file may have thousands.
  const { names, called, counting, counters } = readText(source);
  if (names.has("random number") || called.has("random number")) {
    refuse(source, "random number() would give another value at each replay");
  }
  // A JSON value cannot be called: what is called is a built-in, even where a variable has the same name.
  const clocks = CLOCKS.filter((name) => names.has(name) || called.has(name));
  const variables = called.size === 0 ? names : new Set([...names].filter((name) => !called.has(name)));
  const parameters = clocks.length === 0 ? [...variables] : [...new Set([...variables, ...clocks])];
  // Built when it first runs: the text is known to be good, and most texts of a large model run much later.
  let call: ((values: unknown[]) => unknown) | undefined;

  const read = clocks.length === 0 ? readVariable : readWithClocks(called);

  return {
    names: variables,
    run(context) {
      const values: unknown[] = new Array(parameters.length);
      for (let index = 0; index < parameters.length; index++) {
        values[index] = read(parameters[index], context);
      }
      try {
        return withLimits((charge) =>
          toJson((call ??= build(counting, parameters, counters))(values), charge)
        );
      } catch (error) {
        if (error instanceof NoValue) {
          throw new ExpressionError(`Cannot use the result of "${shorten(source)}": ${error.message}`);
        }
        throw new ExpressionError(`Cannot evaluate "${shorten(source)}": ${(error as Error).message}`, {
          cause: error,
        });
      }
    },
  };
}

function readVariable(name: string, context: EvaluationContext): unknown {
  return context.get(name);
}

function readWithClocks(called: ReadonlySet<string>): typeof readVariable {
  return (name, context) => {
    if (!Object.hasOwn(CLOCK, name)) return context.get(name);
    const variable = called.has(name) ? undefined : context.get(name);
    return variable ?? new FeelFunction(() => CLOCK[name](context.at), []);
  };
}

/** A result that is no JSON value. */
class NoValue extends Error {}

/** What a FEEL text is made of. */
interface FeelText {
  /** Variables by value. */
  readonly names: ReadonlySet<string>;
  /** What is only called. */
  readonly called: ReadonlySet<string>;
  /** The text, with calls of its counters where it may take long. */
  readonly counting: string;
  readonly counters: Counters | undefined;
}

/** Whether a text, with or without its leading `=`, is of those that are read without the parser. */
export function isPlainFeel(text: string): boolean {
  return plainFeelNames(text.trim().replace(/^=/, "")) !== undefined;
}

function refuse(source: string, what: string): never {
  throw new SyntaxError(`Cannot compile "${shorten(source)}" as FEEL: ${what}`);
}

function readText(source: string): FeelText {
  const plain = plainFeelNames(source);
  if (plain) return { names: plain, called: NO_NAMES, counting: source, counters: undefined };
  if (source.trim() === "") refuse(source, "nothing to evaluate");
  if (source.length > MAX_FEEL_LENGTH) refuse(source, `longer than ${MAX_FEEL_LENGTH} characters`);
  if (source.split(":").length > MAX_COLONS) refuse(source, `more than ${MAX_COLONS} entries of contexts`);
  const names = new Set<string>(), called = new Set<string>();
  const counters = counterNames(source);
  const instrument = new Instrument(source, counters);
  let depth = 0;
  parseExpression(source, {}, DIALECT).iterate({
    enter(node) {
      if (node.type.isError) {
        const found = source.slice(node.from).trimStart();
        const what = found === "" ? "it ends too early" : `unexpected "${found.slice(0, 20)}"`;
        refuse(source, `${what} at character ${node.from + 1}`);
      }
      if (++depth > MAX_DEPTH) refuse(source, `nested deeper than ${MAX_DEPTH} levels`);
      instrument.enter(node.node);
      if (node.name === "SpecialFunctionName") called.add(compact(source.slice(node.from, node.to)));
      // Types (`x instance of number`) are no variables.
      if (node.name === "QualifiedName") {
        depth--;
        return false;
      }
      if (node.name !== "VariableName") return;
      const parent = node.node.parent;
      const isCallee = parent?.name === "FunctionInvocation" && parent.firstChild?.from === node.from;
      (isCallee ? called : names).add(compact(source.slice(node.from, node.to)));
    },
    leave(node) {
      depth--;
      instrument.leave(node.node);
    },
  });
  const counting = instrument.text();
  if (counting === undefined) return { names, called, counting: source, counters: undefined };
  return { names, called, counting, counters };
}

function functionsOf(counters: Counters): Readonly<Record<string, FeelFunction>> {
  const functions = Object.entries(counterFunctions(counters))
    .map(([name, count]) => [name, new FeelFunction(count, ["value"])] as const);
  return Object.fromEntries(functions);
}

/** A name as FEEL looks it up: without backticks, one space between its words. */
function compact(name: string): string {
  return name.replace(/`/g, "").replace(/\s+/g, " ").trim();
}

/** The text as a compiled function of values in the order of the parameters. */
function build(
  source: string,
  parameters: readonly string[],
  names: FeelText["counters"],
): (values: unknown[]) => unknown {
  const counters = names ? functionsOf(names) : {};
  const given = Object.values(counters);
  // Letters, digits and single spaces; anything else can be written in backticks, but not as a parameter.
  if (parameters.every((name) => /^[\p{L}_][\p{L}\p{N}_]*(?: [\p{L}\p{N}_]+)*$/u.test(name))) {
    try {
      // On lines of its own, since the text may end in a comment.
      const names = [...parameters, ...Object.keys(counters)].join(", ");
      const { value, warnings } = evaluate(`function(${names}) (\n${source}\n)`, {}, DIALECT);
      if (value instanceof FeelFunction) {
        dropWarnings(warnings);
        return (values) => value.invoke([...values, ...given]);
      }
    } catch {
      // A name such as `a in b` is none for a parameter: the slow way below has no such limit.
    }
  }
  return (values) => {
    const context = Object.fromEntries(parameters.map((name, index) => [name, values[index]]));
    return evaluate(source, { ...context, ...counters }, DIALECT).value;
  };
}

/** FEEL's dates, times and durations become their ISO 8601 texts; ranges and functions are no values. */
function toJson(value: unknown, charge: (cost: number) => void): unknown {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      charge(value.length / 8);
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new NoValue("it is not a finite number");
    case "undefined":
      return null;
  }
  if (value === null) return null;
  charge(1);
  if (Array.isArray(value)) {
    charge(value.length);
    return value.map((item) => toJson(item, charge));
  }
  if (
    value instanceof FeelDate || value instanceof FeelTime || value instanceof FeelDateTime ||
    value instanceof FeelDuration
  ) {
    return value.toString();
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, charge)]));
  }
  throw new NoValue("a range or function is no JSON value");
}
