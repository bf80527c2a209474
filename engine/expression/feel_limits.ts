/**
 * Bounds the work of one evaluation of FEEL. Nothing can interrupt a compiled expression, so it counts for itself:
 * `feelin` calls every function through one method and walks every range through another, which count here, and
 * the text is given calls that count where it loops over lists, builds values or compares them.
 *
 * Counted, not timed: the same expression and variables fail everywhere or nowhere.
 */
import { indexOfText } from "./text_search.ts";
import { type Budget, matchesPattern, replacePattern, splitPattern } from "./feel_regexp.ts";

/** What one evaluation may cost: one or two seconds at the very most. Half a million turns of a loop, or calls. */
const MAX_COST = 10_000_000;
/** One turn of a loop, or one call. */
const STEP = 20;
/** One node of a value that is compared, or one property that is copied. */
const NODE = 3;

class Cost implements Budget {
  #left = MAX_COST;
  /** Nodes of the values that were looked at, so that what is shared is walked once. */
  #weights: Map<object, number> | undefined;
  /** What the turns over a list cost. */
  #lists: Map<readonly unknown[], number> | undefined;

  charge(cost: number): void {
    this.#left -= cost;
    // Not a number (an endless range) is never right, either.
    if (!(this.#left >= 0)) throw new RangeError("it takes too many steps, or makes too large a value");
  }

  /** Charges the nodes of a value, as often as each is reached: as a copy or a comparison would. */
  chargeAll(value: unknown): void {
    this.charge(this.#weigh(value));
  }

  #weigh(value: unknown): number {
    if (typeof value === "string") return NODE + value.length / 8;
    if (typeof value !== "object" || value === null) return NODE;
    const weights = this.#weights ??= new Map();
    const known = weights.get(value);
    if (known !== undefined) return known;
    let weight = NODE;
    for (const item of Array.isArray(value) ? value : Object.values(value)) weight += this.#weigh(item);
    // Looking at it costs as well, once.
    this.charge(1);
    weights.set(value, weight);
    return weight;
  }

  /** Charges the turns of a loop over a list. A filter copies the properties of its items, also those of texts. */
  chargeEach(list: unknown): void {
    if (!Array.isArray(list)) return this.charge(STEP);
    const lists = this.#lists ??= new Map();
    let cost = lists.get(list);
    if (cost === undefined) {
      cost = STEP * (list.length + 1);
      for (const item of list) {
        if (typeof item === "string") cost += 2 * item.length;
        else if (typeof item === "object" && item !== null) cost += NODE * Object.keys(item).length;
      }
      lists.set(list, cost);
    }
    this.charge(cost);
  }

  /** Charges what a function goes through in any case. */
  chargeShallow(value: unknown): void {
    if (typeof value === "string" || Array.isArray(value)) this.charge(value.length / 8);
  }
}

/** That of the evaluation that runs now. */
let now: Cost | undefined;

/** Runs with a budget of its own; `charge` is for what is made of the result. */
export function withLimits<T>(run: (charge: (cost: number) => void) => T): T {
  const before = now;
  const cost = now = new Cost();
  try {
    return run((units) => cost.charge(units));
  } finally {
    now = before;
  }
}

/** Warnings are of no use here, but their messages copy values: they count, and are not kept. */
export function dropWarnings(warnings: unknown[]): void {
  warnings.push = (...added: unknown[]) => {
    for (const { message } of added as { message: string }[]) now?.charge(STEP + message.length / 8);
    return 0;
  };
}

type Anything = (...values: unknown[]) => unknown;

const isText = (value: unknown): value is string => typeof value === "string";

type Replacement = (cost: Cost, original: Anything, values: unknown[]) => unknown;

/**
 * JavaScript's regular expressions may need time that doubles with each character, and its search for a text the
 * product of both lengths: these take their place.
 */
const PATTERNS: Readonly<Record<string, Replacement>> = {
  contains(_cost, original, values) {
    const [text, part] = values;
    return isText(text) && isText(part) ? indexOfText(text, part) >= 0 : original(...values);
  },
  "substring before"(_cost, original, values) {
    const [text, part] = values;
    if (!isText(text) || !isText(part)) return original(...values);
    return text.slice(0, Math.max(0, indexOfText(text, part)));
  },
  "substring after"(_cost, original, values) {
    const [text, part] = values;
    if (!isText(text) || !isText(part)) return original(...values);
    const at = indexOfText(text, part);
    return at < 0 ? "" : text.slice(at + part.length);
  },
  matches(cost, original, values) {
    const [input, pattern, flags] = values;
    const plain = isText(input) && isText(pattern);
    return (plain ? matchesPattern(cost, input, pattern, flags) : undefined) ?? original(...values);
  },
  replace(cost, original, values) {
    const [input, pattern, by, flags] = values;
    const plain = isText(input) && isText(pattern) && isText(by);
    return (plain ? replacePattern(cost, input, pattern, by, flags) : undefined) ?? original(...values);
  },
  split(cost, original, values) {
    const [input, pattern] = values;
    return (isText(input) && isText(pattern) ? splitPattern(cost, input, pattern) : undefined) ??
      original(...values);
  },
};

/** What some built-ins cost beyond a call. */
type Surcharge = (cost: Cost, values: readonly unknown[]) => void;

const compared: Surcharge = (cost, values) => {
  for (const value of values) cost.chargeAll(value);
};
/** Plain values are looked up; a list or context is compared with all others. */
const paired: Surcharge = (cost, values) => {
  let items = 0, complex = 0;
  for (const item of values.flat()) {
    cost.chargeAll(item);
    items += 1;
    if (typeof item === "object" && item !== null) complex += 1;
  }
  cost.charge(items * complex);
};

const SURCHARGES: Readonly<Record<string, Surcharge>> = {
  "list contains": compared,
  "index of": compared,
  "remove": compared,
  "flatten": compared,
  "string": compared,
  "string join": compared,
  "distinct values": paired,
  "union": paired,
  sort(cost, [list]) {
    if (Array.isArray(list)) cost.charge(STEP * list.length * Math.ceil(Math.log2(list.length + 1)));
  },
};

/** A function of FEEL. */
interface Callable {
  invoke(given: unknown[] | Readonly<Record<string, unknown>>): unknown;
}
/** How `feelin` makes one. */
type CallableClass = new (fn: Anything, parameterNames: string[]) => Callable;

/** Makes all functions count. @param builtin Finds a built-in by its name. */
export function limitFunctions(FeelFunction: CallableClass, builtin: (name: string) => unknown): void {
  const byFunction = <T>(table: Readonly<Record<string, T>>): ReadonlyMap<unknown, T> =>
    new Map(
      Object.entries(table).map(([name, value]) => {
        const fn = builtin(name);
        if (typeof fn !== "function") {
          throw new TypeError(`Cannot limit "${name}": it is no function of FEEL`);
        }
        return [fn, value];
      }),
    );
  const surcharges = byFunction(SURCHARGES), patterns = byFunction(PATTERNS);
  const { invoke } = FeelFunction.prototype as Callable;
  FeelFunction.prototype.invoke = function (
    this: Callable,
    given: Parameters<Callable["invoke"]>[0],
  ): unknown {
    const cost = now;
    if (!cost) return invoke.call(this, given);
    const { fn, parameterNames } = this as unknown as { fn: Anything; parameterNames: string[] };
    const values = Array.isArray(given) ? given : Object.values(given);
    cost.charge(STEP);
    for (const value of values) cost.chargeShallow(value);
    surcharges.get(fn)?.(cost, values);
    const pattern = patterns.get(fn);
    const target = pattern
      ? new FeelFunction((...each: unknown[]) => pattern(cost, fn, each), parameterNames)
      : this;
    const result = invoke.call(target, given);
    cost.chargeShallow(result);
    return result;
  };
}

/** A range of FEEL. */
interface Range {
  readonly start: unknown;
  readonly end: unknown;
  readonly "start included": boolean;
  readonly "end included": boolean;
  map<T>(turn: (value: unknown) => T): T[];
}

/** Makes the walk over ranges count, and end. */
export function limitRanges(prototype: Pick<Range, "map">): void {
  const { map } = prototype;
  prototype.map = function <T>(this: Range, turn: (value: unknown) => T): T[] {
    const { start, end } = this;
    if (typeof start !== "number" || typeof end !== "number") return map.call(this, turn) as T[];
    const count = Math.floor(Math.abs(end - start)) + 1;
    now?.charge(STEP * count);
    // Not `feelin`'s own walk: it never ends where the end is not a whole number of steps away.
    const numbers = Array.from({ length: count }, (_, i) => end < start ? start - i : start + i);
    return numbers
      .filter((each) => (each !== start || this["start included"]) && (each !== end || this["end included"]))
      .map((each) => turn(each));
  };
}

/** What is written into a text: calls of these, by names that the text does not have. */
export interface Counters {
  readonly each: string;
  readonly all: string;
}

/** @returns The functions behind the names. */
export function counterFunctions({ each, all }: Counters): Readonly<Record<string, Anything>> {
  const pass = (count: (cost: Cost, value: unknown) => void): Anything => (value) => {
    if (now) count(now, value);
    return value;
  };
  return {
    [each]: pass((cost, value) => cost.chargeEach(value)),
    [all]: pass((cost, value) => cost.chargeAll(value)),
  };
}

const USUAL: Counters = { each: "batonEach", all: "batonAll" };

/** Names for the counters of a text. */
export function counterNames(source: string): Counters {
  let name = "baton";
  if (!source.includes(name)) return USUAL;
  while (source.includes(name)) name += "_";
  return { each: `${name}Each`, all: `${name}All` };
}

/** The part of a syntax tree's node that is used here. */
export interface Node {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly parent: Node | null;
  readonly firstChild: Node | null;
  readonly lastChild: Node | null;
  readonly nextSibling: Node | null;
}

const LITERAL = /Literal$|^null$/;
const LOOPS = /^(?:ForExpression|QuantifiedExpression|FilterExpression|FunctionDefinition)$/;
/** A text of this length can repeat costly things without a loop. */
const LONG = 1_000;

/** Gathers where a text must count, while its tree is walked; gives the text that does. */
export class Instrument {
  readonly #source: string;
  readonly #counters: Counters;
  readonly #inserts: { readonly at: number; readonly text: string }[] = [];
  #loops = 0;

  constructor(source: string, counters: Counters) {
    this.#source = source;
    this.#counters = counters;
  }

  enter(node: Node): void {
    const { each, all } = this.#counters;
    const first = node.firstChild;
    if (LOOPS.test(node.name)) this.#loops += 1;
    if (!first) return;
    switch (node.name) {
      case "FilterExpression":
        return this.#wrap(first, each);
      case "IterationContext":
        // The other kind is a range, `1..3`, which counts by itself.
        if (first.nextSibling === null) this.#wrap(first, each);
        return;
      case "ForExpression":
      case "ContextEntry":
        if (node.lastChild && !LITERAL.test(node.lastChild.name)) this.#wrap(node.lastChild, all);
        return;
    }
    if (this.#loops === 0 && this.#source.length < LONG) return;
    switch (node.name) {
      case "Comparison":
      case "InstanceOfExpression":
        if (!LITERAL.test(first.name)) this.#wrap(first, all);
        return;
      case "PositiveUnaryTest":
        if (/^(?:VariableName|PathExpression|FilterExpression|FunctionInvocation)$/.test(first.name)) {
          this.#wrap(first, all);
        }
        return;
      case "PathExpression":
        return this.#wrap(first, each);
      case "ArithmeticExpression":
        if (!/^(?:ArithmeticExpression|FilterExpression)$/.test(node.parent?.name ?? "")) {
          this.#wrap(node, all);
        }
    }
  }

  leave(node: Node): void {
    if (LOOPS.test(node.name)) this.#loops -= 1;
  }

  /** The text with its calls; undefined if it needs none. */
  text(): string | undefined {
    if (this.#inserts.length === 0) return undefined;
    let text = "", at = 0;
    // Stable: what was entered first opens first. Closing brackets are all the same.
    for (const insert of this.#inserts.sort((a, b) => a.at - b.at)) {
      text += this.#source.slice(at, insert.at) + insert.text;
      at = insert.at;
    }
    return text + this.#source.slice(at);
  }

  #wrap(node: Node, counter: string): void {
    this.#inserts.push({ at: node.from, text: `${counter}(` }, { at: node.to, text: ")" });
  }
}
