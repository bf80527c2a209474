/** What a variable may hold: JSON, checked before anything is stored, so that nothing is lost silently. */

/** Containers may be nested this deep; more is a mistake or an attack. */
export const MAX_JSON_DEPTH = 200;

/**
 * Checks that a value survives being stored and read again.
 *
 * Refused: functions, symbols, `undefined` (also as a property's or item's value, and holes in arrays), BigInt, NaN,
 * Infinity, instances of classes (Date, Map, …), properties with symbols as keys, properties of arrays that are no
 * items, `\u0000` and lone surrogates (in keys too), cycles, and nesting over {@link MAX_JSON_DEPTH}. Of what is let
 * through only `-0` comes back changed, as `0`.
 *
 * @param path What the value is called in the message, by default `variables`.
 * @throws {TypeError} Naming the path of the first value that JSON cannot hold: `variables.order.items[3]`.
 */
export function assertJson(value: unknown, path: string = "variables"): void {
  if (!isJson(value, 0)) explain(value, path, []);
}

/**
 * A deep copy of a JSON value.
 *
 * @param value Must have passed {@link assertJson}.
 */
export function cloneJson<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = copy((value as Record<string, unknown>)[key]);
    // JSON may hold a key of that name; assigning it would set the prototype instead.
    if (key === "__proto__") {
      Object.defineProperty(result, key, {
        value: item,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } else result[key] = item;
  }
  return result;
}

/** The fast path: valid data pays for no paths. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return isText(value);
    case "number":
      return Number.isFinite(value);
    case "boolean":
      return true;
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!isJson(value[index], depth + 1)) return false;
    }
    return Object.keys(value).length === value.length && Object.getOwnPropertySymbols(value).length === 0;
  }
  if (!isPlain(value)) return false;
  for (const key of Object.keys(value)) {
    if (!isText(key) || !isJson((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(value).length === 0;
}

function isText(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** `{}`, of this realm or another one, or without prototype. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** Finds what {@link isJson} refused, in the same order. */
function explain(value: unknown, path: string, parents: readonly object[]): void {
  const refuse = (what: string): never => {
    throw new TypeError(`Cannot store "${path}": ${what}`);
  };
  switch (typeof value) {
    case "string":
      return isText(value) ? undefined : refuse(textProblem(value));
    case "number":
      return Number.isFinite(value) ? undefined : refuse(`${value} is not a JSON value`);
    case "boolean":
      return;
    case "object":
      break;
    case "undefined":
      return refuse("undefined is not a JSON value; use null");
    default:
      return refuse(`a ${typeof value} is not a JSON value`);
  }
  if (value === null) return;
  if (parents.includes(value)) refuse("it contains itself");
  if (parents.length >= MAX_JSON_DEPTH) refuse(`it is nested deeper than ${MAX_JSON_DEPTH} levels`);
  const inner = [...parents, value];
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) explain(value[index], `${path}[${index}]`, inner);
    if (Object.keys(value).length !== value.length) refuse("an array can only have items");
  } else {
    if (!isPlain(value)) {
      const name: unknown = value.constructor?.name;
      refuse(
        `an instance of ${typeof name === "string" && name !== "" ? name : "a class"} is not a JSON value`,
      );
    }
    for (const [key, item] of Object.entries(value)) {
      if (!isText(key)) refuse(`a key ${textProblem(key)}`);
      explain(
        item,
        /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
        inner,
      );
    }
  }
  if (Object.getOwnPropertySymbols(value).length > 0) refuse("a symbol cannot be a key");
}

function textProblem(text: string): string {
  return text.includes("\0") ? "has the character \\u0000" : "has half of a surrogate pair";
}
