/**
 * What a script finds when it starts: this text runs inside the sandbox, before the script and around it.
 *
 * It is a function of `(input: string)`, JSON of {@link PreludeInput}, that gives the JSON of a
 * {@link PreludeOutput}. It keeps the built-ins that it needs to itself, though a script could at most lie about
 * its own result by changing them.
 */
export interface PreludeInput {
  readonly body: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970 UTC: the only time that the script sees. */
  readonly at: number;
  /** Of `Math.random`. */
  readonly seed: number;
}

export type PreludeOutput =
  | { readonly result: unknown; readonly set: Record<string, unknown> }
  | { readonly bpmnErrorCode: string; readonly message: string }
  | { readonly error: string; readonly message: string; readonly stack: string };

export const PRELUDE = String.raw`(function (input) {
  "use strict";
  const { parse, stringify } = JSON, evaluate = eval, global = globalThis, text = String;
  const { body, variables: values, at, seed } = parse(input);
  const define = Object.defineProperty, has = Object.prototype.hasOwnProperty;

  // Time stands still, in UTC; chance is the same at each run; nothing depends on when garbage is collected.
  // The interpreter itself is kept in UTC by its host, so that texts and parts without a zone are UTC.
  const RealDate = Date, construct = Reflect.construct;
  const FixedDate = function Date(...parts) {
    if (!new.target) return new RealDate(at).toString();
    return construct(RealDate, parts.length === 0 ? [at] : parts, new.target);
  };
  FixedDate.prototype = RealDate.prototype;
  RealDate.prototype.constructor = FixedDate;
  FixedDate.now = () => at;
  FixedDate.UTC = RealDate.UTC;
  FixedDate.parse = RealDate.parse;
  RealDate.prototype.toString = RealDate.prototype.toUTCString;
  global.Date = FixedDate;
  let state = seed | 0;
  Math.random = () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
  delete global.WeakRef;
  delete global.FinalizationRegistry;
  delete global.performance;

  class BpmnError extends Error {
    constructor(code, message) {
      super(message === undefined ? "" : text(message));
      this.name = "BpmnError";
      this.code = text(code);
    }
  }
  const fail = (name, what) => {
    throw new TypeError("Cannot store \"" + name + "\": " + what + " is not a JSON value");
  };
  const encode = (name, value) => stringify(value, (_key, item) => {
    const type = typeof item;
    if (type === "function" || type === "symbol" || type === "bigint" || type === "undefined") fail(name, type);
    if (type === "number" && !(item - item === 0)) fail(name, text(item));
    if (item instanceof Map || item instanceof Set || item instanceof Promise) fail(name, item.constructor.name);
    return item;
  });

  const written = new Set(), before = new Map();
  for (const name of Object.keys(values)) {
    if (typeof values[name] === "object" && values[name] !== null) before.set(name, stringify(values[name]));
  }
  const write = (name, value) => {
    define(values, name, { value, writable: true, enumerable: true, configurable: true });
    written.add(name);
  };
  const variables = new Proxy(values, {
    get: (target, name) => has.call(target, name) ? target[name] : undefined,
    set(_target, name, value) {
      if (typeof name !== "string") return false;
      write(name, value);
      return true;
    },
    defineProperty: () => false,
    deleteProperty: () => false,
    setPrototypeOf: () => false,
  });
  const constants = {
    variables,
    set(name, value) { write(text(name), value); },
    get: (name) => variables[name],
    BpmnError,
  };
  for (const name of Object.keys(constants)) define(global, name, { value: constants[name], configurable: true });
  for (const name of Object.keys(values)) {
    if (name in global) continue;
    define(global, name, {
      get: () => values[name],
      set: (value) => write(name, value),
      configurable: true,
    });
  }

  try {
    let result;
    try {
      result = evaluate('"use strict";void 0;' + body);
    } catch (error) {
      if (!(error instanceof SyntaxError) || error.message !== "return not in a function") throw error;
      result = evaluate('(function () {"use strict";' + body + "\n})")();
    }
    for (const [name, text] of before) {
      if (!written.has(name) && encode(name, values[name]) !== text) written.add(name);
    }
    let set = "";
    for (const name of written) set += (set === "" ? "" : ",") + stringify(name) + ":" + encode(name, values[name]);
    const value = result === undefined ? "null" : encode("result", result);
    return '{"result":' + value + ',"set":{' + set + "}}";
  } catch (error) {
    if (error instanceof BpmnError) return stringify({ bpmnErrorCode: text(error.code), message: text(error.message) });
    const isError = error instanceof Error;
    return stringify({
      error: isError ? text(error.name) : "",
      message: isError ? text(error.message) : text(error),
      stack: isError ? text(error.stack) : "",
    });
  }
})`;
