/** Operators and methods of the small language on JSON values. */
import { chargeKeys, chargeNode, chargeText } from "./small_cost.ts";
import { indexOfText, lastIndexOfText } from "./text_search.ts";
import { ExpressionError } from "./types.ts";

/** A method that expressions may call; arguments beyond `parameters` are undefined. */
export interface Method {
  /** Least and most number of arguments. */
  readonly parameters: readonly [number, number];
  readonly call: (target: unknown, first: unknown, second: unknown) => unknown;
}

/** What a value is called in messages. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}

/** Equal as JSON: same type, no conversion; lists and maps by content. */
export function sameJson(a: unknown, b: unknown): boolean {
  chargeNode();
  if (typeof a === "string" && typeof b === "string") {
    if (a.length === b.length) chargeText(a);
    return a === b;
  }
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length &&
      a.every((item, i) => sameJson(item, b[i]));
  }
  const left = a as Record<string, unknown>, right = b as Record<string, unknown>;
  const keys = keysOf(left);
  return keys.length === keysOf(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
}

/** `< <= > >=` on two strings, by UTF-16 code units; numbers are the caller's fast path. */
export function order(a: unknown, b: unknown, operator: string): boolean {
  if (typeof a !== "string" || typeof b !== "string") {
    throw new ExpressionError(
      `Cannot apply "${operator}" to ${typeName(a)} and ${
        typeName(b)
      }: two numbers or two strings are needed`,
    );
  }
  chargeText(a);
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

/** `+`: adds numbers; joins texts as soon as one side is a text and the other a text, number or boolean. */
export function concatenate(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return finite(a + b, "+");
  if ((typeof a === "string" && isScalar(b)) || (typeof b === "string" && isScalar(a))) {
    for (const text of [a, b]) if (typeof text === "string") chargeText(text);
    return `${a}${b}`;
  }
  throw new ExpressionError(
    `Cannot apply "+" to ${typeName(a)} and ${typeName(b)}: numbers or texts are needed`,
  );
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** `-` and `*`. */
export function arithmetic(a: unknown, b: unknown, operator: string): number {
  const [left, right] = numbers(a, b, operator);
  return finite(operator === "-" ? left - right : left * right, operator);
}

/** `/`: division by zero has no JSON value, so it is an error. */
export function divide(a: unknown, b: unknown): number {
  const [left, right] = numbers(a, b, "/");
  return finite(left / right, "/");
}

/** `%`: the sign is the dividend's, as in Java and JavaScript. */
export function modulo(a: unknown, b: unknown): number {
  const [left, right] = numbers(a, b, "%");
  return finite(left % right, "%");
}

function numbers(a: unknown, b: unknown, operator: string): [number, number] {
  if (typeof a === "number" && typeof b === "number") return [a, b];
  throw new ExpressionError(
    `Cannot apply "${operator}" to ${typeName(a)} and ${typeName(b)}: numbers are needed`,
  );
}

function finite(value: number, operator: string): number {
  if (Number.isFinite(value)) return value;
  throw new ExpressionError(`Cannot apply "${operator}": the result is not a finite number`);
}

function wrongTarget(name: string, target: unknown): never {
  throw new ExpressionError(`Cannot call "${name}" on ${typeName(target)}: it has no such method`);
}

function text(name: string, argument: unknown): string {
  if (typeof argument === "string") return argument;
  throw new ExpressionError(`Cannot call "${name}" with ${typeName(argument)}: a string is needed`);
}

function integer(name: string, argument: unknown): number {
  if (typeof argument === "number" && Number.isInteger(argument)) return argument;
  throw new ExpressionError(`Cannot call "${name}" with ${typeName(argument)}: a whole number is needed`);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The names of a map. */
export function keysOf(map: object): string[] {
  const keys = Object.keys(map);
  chargeKeys(keys.length);
  return keys;
}

/** A method of strings only. */
function onString(
  name: string,
  parameters: readonly [number, number],
  call: (target: string, first: unknown, second: unknown) => unknown,
): [string, Method] {
  return [name, {
    parameters,
    call(target, first, second) {
      if (typeof target !== "string") return wrongTarget(name, target);
      chargeText(target);
      return call(target, first, second);
    },
  }];
}

/** `contains`, `includes`: part of a string, item of a list. */
function containing(name: string): [string, Method] {
  return [name, {
    parameters: [1, 1],
    call(target, wanted) {
      if (typeof target === "string") {
        chargeText(target);
        return indexOfText(target, text(name, wanted)) >= 0;
      }
      if (Array.isArray(target)) return target.some((item) => sameJson(item, wanted));
      return wrongTarget(name, target);
    },
  }];
}

/** `indexOf`, `lastIndexOf`: from 0; -1 if there is none. */
function position(name: "indexOf" | "lastIndexOf"): [string, Method] {
  return [name, {
    parameters: [1, 1],
    call(target, wanted) {
      if (typeof target === "string") {
        chargeText(target);
        return (name === "indexOf" ? indexOfText : lastIndexOfText)(target, text(name, wanted));
      }
      if (!Array.isArray(target)) return wrongTarget(name, target);
      const matches = (item: unknown) => sameJson(item, wanted);
      return name === "indexOf" ? target.findIndex(matches) : target.findLastIndex(matches);
    },
  }];
}

/** `size`, `length`: UTF-16 code units, items or entries. */
function counting(name: string): [string, Method] {
  return [name, {
    parameters: [0, 0],
    call(target) {
      if (typeof target === "string" || Array.isArray(target)) return target.length;
      return isMap(target) ? keysOf(target).length : wrongTarget(name, target);
    },
  }];
}

/** Everything that an expression can call, by name. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  containing("contains"),
  containing("includes"),
  position("indexOf"),
  position("lastIndexOf"),
  counting("size"),
  counting("length"),
  onString("startsWith", [1, 1], (target, part) => target.startsWith(text("startsWith", part))),
  onString("endsWith", [1, 1], (target, part) => target.endsWith(text("endsWith", part))),
  onString("toLowerCase", [0, 0], (target) => target.toLowerCase()),
  onString("toUpperCase", [0, 0], (target) => target.toUpperCase()),
  onString("trim", [0, 0], (target) => target.trim()),
  onString("charAt", [1, 1], (target, index) => target.charAt(integer("charAt", index))),
  onString(
    "substring",
    [1, 2],
    (target, from, to) =>
      target.substring(integer("substring", from), to === undefined ? undefined : integer("substring", to)),
  ),
  onString(
    "equalsIgnoreCase",
    [1, 1],
    (target, other) => typeof other === "string" && target.toLowerCase() === other.toLowerCase(),
  ),
  ["equals", { parameters: [1, 1], call: (target, other) => sameJson(target, other) }],
  ["isEmpty", {
    parameters: [0, 0],
    call(target) {
      if (typeof target === "string" || Array.isArray(target)) return target.length === 0;
      return isMap(target) ? keysOf(target).length === 0 : wrongTarget("isEmpty", target);
    },
  }],
  ["get", {
    parameters: [1, 1],
    call(target, key) {
      if (Array.isArray(target)) return target[integer("get", key)] ?? null;
      if (!isMap(target)) return wrongTarget("get", target);
      const name = text("get", key);
      return Object.hasOwn(target, name) ? target[name] ?? null : null;
    },
  }],
  ["containsKey", {
    parameters: [1, 1],
    call: (target, key) =>
      isMap(target) ? Object.hasOwn(target, text("containsKey", key)) : wrongTarget("containsKey", target),
  }],
  ["containsValue", {
    parameters: [1, 1],
    call: (target, wanted) =>
      isMap(target)
        ? keysOf(target).some((key) => sameJson(target[key], wanted))
        : wrongTarget("containsValue", target),
  }],
  ["containsAll", {
    parameters: [1, 1],
    call(target, wanted) {
      if (!Array.isArray(target)) return wrongTarget("containsAll", target);
      if (!Array.isArray(wanted)) return wrongTarget("containsAll", wanted);
      return wanted.every((value) => target.some((item) => sameJson(item, value)));
    },
  }],
]);
