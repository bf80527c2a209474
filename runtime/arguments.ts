/**
 * What users may hand to the engine: checked before anything is read or stored, the same on every store.
 *
 * A wrong type is a `TypeError`, a value out of range a `RangeError`; both name the argument.
 */
import { fitsName, MAX_NAME_BYTES } from "../engine/mod.ts";

/** Remarks, reasons and messages for people. */
const MAX_PROSE_CHARACTERS = 100_000;
/** Names, ids or types in one list. */
const MAX_LIST = 10_000;
/** The furthest a `Date` goes, either way. */
const MAX_TIME = 8.64e15;

/** What a 32-bit column holds. */
const MAX_SMALL = 2 ** 31 - 1;
/** Thirty years: a longer pause is a mistake. */
const MAX_DELAY_MS = 1e12;

type Check = (value: unknown, what: string) => void;

/** The kinds of arguments. */
const CHECKS = {
  /** Stands in an index: a key, a name, a type, a tenant. May be empty. */
  name: (value, what) => {
    text(value, what);
    if (!fitsName(value)) {
      throw new RangeError(`Cannot use "${what}": it takes more than ${MAX_NAME_BYTES} bytes`);
    }
  },
  /** Words for people. */
  prose: (value, what) => {
    text(value, what);
    if (value.length > MAX_PROSE_CHARACTERS) {
      throw new RangeError(`Cannot use "${what}": it has more than ${MAX_PROSE_CHARACTERS} characters`);
    }
  },
  /** Text of which nothing else is asked. */
  text,
  flag: (value, what) => {
    if (typeof value !== "boolean") refuse(value, what, "true or false");
  },
  /** 1, 2, 3, … */
  count: (value, what) => whole(value, what, 1, MAX_SMALL),
  /** 0, 1, 2, … */
  whole: (value, what) => whole(value, what, 0, MAX_SMALL),
  /** A revision, a sequence, a priority. */
  small: (value, what) => whole(value, what, -MAX_SMALL, MAX_SMALL),
  /** Milliseconds since 1970 UTC. */
  time: (value, what) => whole(value, what, -MAX_TIME, MAX_TIME),
  /** Milliseconds, zero or more; fractions and Infinity are allowed. */
  duration: (value, what) => within(value, what, 0, Infinity),
  /** A pause or a lease in milliseconds; fractions are allowed: see {@link wholeMs}. */
  delay: (value, what) => within(value, what, 0, MAX_DELAY_MS),
  names: (value, what) => list(value, what, CHECKS.name),
  object: (value, what) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(value, what, "an object");
  },
  list: (value, what) => list(value, what, () => {}),
  /** A user's open transaction. */
  transaction: (value, what) => {
    if (typeof (value as { query?: unknown } | null)?.query !== "function") {
      refuse(value, what, "an object with the method query");
    }
  },
} satisfies Record<string, Check>;

/** A kind of argument. */
export type Kind = keyof typeof CHECKS;

/** Which properties an options object may have; a `?` behind the kind: null is allowed; a list: one of these. */
export type Shape = Readonly<Record<string, Kind | `${Kind}?` | readonly string[]>>;

/** @throws {TypeError | RangeError} Naming `what`. */
export function checkArgument(value: unknown, kind: Kind, what: string): void {
  (CHECKS[kind] as Check)(value, what);
}

/** Checks an options object; `undefined` and absent are the same, what the shape does not name is left alone. */
export function checkOptions(options: unknown, shape: Shape, what: string = "options"): void {
  CHECKS.object(options, what);
  const given = options as Record<string, unknown>;
  for (const name in shape) {
    const value = given[name];
    if (value === undefined) continue;
    const kind = shape[name];
    if (typeof kind !== "string") {
      oneOf(value, kind, name);
      continue;
    }
    const nullable = kind.endsWith("?");
    if (nullable && value === null) continue;
    (CHECKS[(nullable ? kind.slice(0, -1) : kind) as Kind] as Check)(value, name);
  }
}

/**
 * Whether text can be the id of anything stored. Nothing else may reach a store as an id.
 *
 * @param what Names it in the message.
 * @throws {TypeError} If it is no text at all.
 */
export function isId(id: unknown, what: string = "id"): id is string {
  if (typeof id !== "string") refuse(id, what, "a string");
  return /^[0-9]{1,16}$/.test(id) && Number.isSafeInteger(Number(id));
}

/** @throws {TypeError | RangeError} If this cannot be a tenant's id. */
export function checkTenant(tenant: unknown): void {
  checkArgument(tenant, "name", "tenant");
  if (tenant === "") throw new RangeError('Cannot use "tenant": it is empty');
}

/** @returns Whether a query names an id that nothing can have: nothing is found. @throws {TypeError} */
export function findsNothing(query: object, ...ids: readonly string[]): boolean {
  return ids.some((name) => {
    const id = (query as Record<string, unknown>)[name];
    return id !== undefined && !isId(id, name);
  });
}

/** @throws {TypeError | RangeError} If the value is none of these. */
export function oneOf(value: unknown, values: readonly string[], what: string): void {
  text(value, what);
  if (values.includes(value)) return;
  throw new RangeError(`Cannot use "${what}": "${value.slice(0, 100)}" is none of ${values.join(", ")}`);
}

/** @returns A delay that a handler asked for as stores keep it: whole milliseconds, from 0 to thirty years. */
export function wholeMs(delay: number): number {
  return Math.ceil(Math.min(Math.max(0, Number.isNaN(delay) ? 0 : delay), MAX_DELAY_MS));
}

/** Text for people as a store can keep it, at most 10,000 characters. What others threw may hold anything. */
export function cleanProse(value: string): string {
  const text = value.length > 10_000 ? `${value.slice(0, 10_000)}…` : value;
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

function text(value: unknown, what: string): asserts value is string {
  if (typeof value !== "string") refuse(value, what, "a string");
  if (value.includes("\0")) throw new TypeError(`Cannot use "${what}": it has the character \\u0000`);
  if (!value.isWellFormed()) throw new TypeError(`Cannot use "${what}": it has half of a surrogate pair`);
}

function within(value: unknown, what: string, least: number, most: number): void {
  if (typeof value !== "number") refuse(value, what, "a number of milliseconds");
  if (value >= least && value <= most) return;
  throw new RangeError(`Cannot use "${what}": ${value} is no time from ${least} to ${most} ms`);
}

function whole(value: unknown, what: string, least: number, most: number): void {
  if (typeof value !== "number") refuse(value, what, "a number");
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`Cannot use "${what}": ${value} is no whole number from ${least} to ${most}`);
}

function list(value: unknown, what: string, check: Check): void {
  if (!Array.isArray(value)) refuse(value, what, "a list");
  if (value.length > MAX_LIST) {
    throw new RangeError(`Cannot use "${what}": it has more than ${MAX_LIST} entries`);
  }
  value.forEach((item, index) => check(item, `${what}[${index}]`));
}

function refuse(value: unknown, what: string, wanted: string): never {
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : `of type ${typeof value}`;
  throw new TypeError(`Cannot use "${what}": it is ${found}, and must be ${wanted}`);
}
