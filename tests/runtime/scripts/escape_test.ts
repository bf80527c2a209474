import assert from "node:assert/strict";
import {
  createScriptSandbox,
  ScriptError,
  ScriptLimitError,
  type ScriptResult,
} from "../../../runtime/scripts/mod.ts";
import { surroundings } from "../../hostile/grammar.ts";

const NAMES = [
  "Deno",
  "process",
  "fetch",
  "setTimeout",
  "Worker",
  "WebSocket",
  "require",
  "performance",
  "WeakRef",
  "FinalizationRegistry",
  "crypto",
];

/** For scripts that take a moment, on a busy machine. */
const PLENTY_MS = 60_000;

/** Ways to a global object that may have more than the script's own. */
const GLOBALS = [
  "globalThis",
  "this ?? globalThis",
  "(function () { return this })() ?? globalThis",
  "(0, eval)('this')",
  "eval('globalThis')",
  "new Function('return this')()",
  "(1).constructor.constructor('return this')()",
  "(() => {}).constructor('return this')()",
  "(async () => {}).constructor('return globalThis').constructor('return this')()",
  "BpmnError.constructor('return this')()",
  "set.constructor('return this')()",
  "variables.constructor?.constructor?.('return this')() ?? globalThis",
  "order.constructor.constructor('return this')()",
  "Reflect.getPrototypeOf(set).constructor('return this')()",
  "(() => { try { null.f } catch (e) { return e.constructor.constructor('return this')() } })()",
  "(() => { try { (function f() { f() })() } catch (e) { return e.constructor.constructor('return this')() } })()",
];

Deno.test("no way to a global object finds anything of the host", async () => {
  await using sandbox = createScriptSandbox({ timeoutMs: PLENTY_MS });
  const place = { at: 0, instanceId: "1", elementId: "Script" };
  for (const way of GLOBALS) {
    const body = `const g = ${way}; ${
      JSON.stringify(NAMES)
    }.filter((name) => typeof g[name] !== "undefined")`;
    const { result } = await sandbox.run({ format: "", body }, { order: {} }, place);
    assert.deepEqual(result, [], way);
  }
});

Deno.test("modules cannot be loaded", async () => {
  await using sandbox = createScriptSandbox({ timeoutMs: PLENTY_MS });
  const place = { at: 0, instanceId: "1", elementId: "Script" };
  for (const body of ["import fs from 'node:fs'", "import('node:fs')", "import.meta.url", "require('fs')"]) {
    await assert.rejects(sandbox.run({ format: "", body }, {}, place), ScriptError, body);
  }
});

Deno.test("a script that changes the built-ins around it only harms itself", async () => {
  await using sandbox = createScriptSandbox({ timeoutMs: PLENTY_MS });
  const place = { at: 0, instanceId: "1", elementId: "Script" };
  const body =
    "JSON.stringify = () => 'x'; Object.keys = null; Array.prototype.push = null; set('a', [1]); 2";
  assert.deepEqual(await sandbox.run({ format: "", body }, {}, place), { result: 2, set: { a: [1] } });
  await assert.rejects(
    sandbox.run(
      { format: "", body: "Error.prototype.toString = 1; throw { get name() { while (1); } }" },
      {},
      place,
    ),
  );
  assert.equal((await sandbox.run({ format: "", body: "JSON.stringify([1])" }, {}, place)).result, "[1]");
});

/** Each ends in an error or in data of the script's own; none changes what the next script finds. */
const TRICKS: readonly string[] = [
  "Object.prototype.polluted = 1; Array.prototype.polluted = 1; Function.prototype.polluted = 1",
  "variables.__proto__.polluted = 1",
  "variables.constructor?.prototype && (variables.constructor.prototype.polluted = 1)",
  "Object.getPrototypeOf(variables).polluted = 1",
  "order.__proto__.polluted = 1; order.constructor.prototype.polluted = 1",
  "Object.setPrototypeOf(variables, { polluted: 1 })",
  "Object.defineProperty(variables, 'x', { get() { return globalThis } })",
  "set('__proto__', { polluted: 1 })",
  "set('constructor', { prototype: { polluted: 1 } })",
  "Reflect.set(variables, '__proto__', { polluted: 1 })",
  "globalThis.polluted = 1; globalThis.set = null; globalThis.BpmnError = null",
  "Error.prepareStackTrace = (e, frames) => { globalThis.polluted = frames; return frames }; new Error().stack",
  "({ toString() { throw { polluted: 1 } } }) + ''",
  "throw { get message() { throw 1 }, get name() { throw 2 }, get stack() { throw 3 } }",
  "throw Object.create(BpmnError.prototype, { code: { get() { throw 1 } } })",
  "const e = new BpmnError('A'); e.code = { toString() { return 'B' } }; throw e",
  "const e = new BpmnError('A'); e.code = Symbol('x'); throw e",
  "({ toJSON() { return { toJSON() { return globalThis } } } })",
  "({ get a() { Object.prototype.polluted = 1; return 1 } })",
  "({ [Symbol.toPrimitive]() { return globalThis } })",
  "new Proxy({}, { ownKeys() { return ['a'] }, getOwnPropertyDescriptor() { return { enumerable: true, configurable: true, get: () => globalThis } } })",
  "set({ toString() { return '__proto__' } }, { polluted: 1 })",
  "variables.order = new Proxy({}, { get(t, name) { return name === 'toJSON' ? () => 1 : globalThis } })",
  "(function* () { yield globalThis })().next().value",
  "(async function () { await null; globalThis.polluted = 1 })(); 1",
  "Promise.resolve().then(() => { Object.prototype.polluted = 1 }); 1",
  "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))",
  "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "new SharedArrayBuffer(2 ** 40)",
  "new Function('return process.env')()",
  "eval('Deno.env.toObject()')",
  "(0, eval)('var polluted = 1')",
  "this.polluted = 1",
  "JSON.parse = JSON.stringify = Object.keys = Reflect.ownKeys = () => { throw 1 }; 1",
  "Object.freeze(Object.prototype); Object.freeze(globalThis); 1",
  "String.prototype.toString = () => { throw 1 }; 1",
  "Map.prototype.set = Set.prototype.add = Set.prototype.has = () => { throw 1 }; set('a', 1)",
  "import.meta.resolve('x')",
  "std.open('/etc/passwd', 'r')",
  "os.getenv('PATH')",
  "arguments.callee.caller.toString()",
  "(async () => {}).constructor('globalThis.polluted = 1')(); (function* () {}).constructor('yield globalThis')().next()",
  "(async function* () {}).constructor('yield globalThis')().next().then((v) => { globalThis.polluted = v }); 1",
  "Array.prototype.__defineGetter__('0', () => globalThis); [][0].polluted = 1",
  "order.__defineGetter__('a', () => globalThis); order.__lookupGetter__('a')().polluted = 1",
  "Object.defineProperty(order, 'a', { enumerable: true, get() { globalThis.polluted = 1; return 2 } })",
  "class Own extends Array { static get [Symbol.species]() { return globalThis.constructor } }; Own.of(1).map((x) => x)",
  "class Own extends Promise { static get [Symbol.species]() { globalThis.polluted = 1; return Promise } }; Own.resolve(1).then()",
  "class Own extends RegExp { exec() { return { index: 0, 0: { toString() { globalThis.polluted = 1 } } } } }; 'x'.replace(new Own('x'), '$&')",
  "({ [Symbol.toPrimitive]: () => { throw globalThis } }) + 1",
  "throw { [Symbol.toPrimitive]: () => { throw globalThis } }",
  "throw new Proxy(new Error('x'), { get() { throw globalThis }, getPrototypeOf() { return Error.prototype } })",
  "throw new Proxy(new BpmnError('A'), { get(t, name) { return name === 'code' ? globalThis : t[name] } })",
  "Object.defineProperty(Error.prototype, 'stack', { get() { return { toString() { globalThis.polluted = 1 } } } }); throw new Error('x')",
  "Function.prototype.call = Function.prototype.apply = function () { return globalThis }; variables.order; 1",
  "Object.prototype.hasOwnProperty = () => true; variables.__proto__.polluted = 1",
  "Reflect.construct = Reflect.apply = (target) => { globalThis.polluted = target }; new Date(); 1",
  "RegExp.prototype.exec = RegExp.prototype.test = () => { throw globalThis }; new Date('2020-01-01'); 1",
  "Object.defineProperty(globalThis, 'undefined', { value: 1 })",
  "Object.defineProperty(globalThis, 'set', { get() { return () => globalThis } }); set('a', 1); 1",
  "new (class { #a = globalThis; a() { return this.#a } })().a()",
  "Reflect.ownKeys(variables).map((key) => Reflect.getOwnPropertyDescriptor(variables, key))",
  "Object.preventExtensions(variables); variables.x = 1",
  "with (variables) { polluted = 1 }",
  "label: { break label }; debugger; 1",
  "'x'.repeat(1e6).split('')",
  "Array(2 ** 32 - 1).fill(0)",
  "'\\u0000'.padEnd(1e6, 'ab').replaceAll('a', 'bb')",
  "10n ** 10n ** 6n",
  "JSON.parse('[' + '[],'.repeat(1e5) + '0]')",
  "const all = []; for (let i = 0; i < 2e4; i++) all.push(all.slice(-1)); all",
  "const wide = Array(1000).fill({ a: Array(1000).fill('x') }); wide",
  "String = () => Symbol('x'); Number = Array = Boolean = Set = Proxy = null; set('a', 1); 1",
  "Set.prototype[Symbol.iterator] = function* () { yield { toJSON() {} } }; 1",
  "Set.prototype[Symbol.iterator] = function* () { yield 5; yield Symbol('x') }; 1",
  "Object.prototype.toJSON = () => undefined; throw new Error('x')",
  "Object.prototype.toJSON = () => 5; throw new Error('x')",
  "Object.prototype.toJSON = () => ({ bpmnErrorCode: globalThis }); throw new Error('x')",
  "Object.prototype.toJSON = () => ({ result: 1, set: [1] }); throw new Error('x')",
  "Object.prototype.toJSON = () => ({ set: {} }); throw new Error('x')",
  "throw new Error('\\0\\ud800')",
  "throw new BpmnError('\\0\\ud800'.repeat(1e6), 'x'.repeat(1e6))",
  "throw new Error('x'.repeat(1e7))",
  "throw new BpmnError('\\0\\ud800'.repeat(1e4), 'x'.repeat(2e4))",
  "Object.prototype.toJSON = () => ({ bpmnErrorCode: 5, message: 'x' }); throw new Error('x')",
  "Object.prototype.toJSON = () => ({ error: 1, message: 2 }); throw new Error('x')",
  "const e = new Error('x'); e.name = { toString: () => 'y'.repeat(1e6) }; throw e",
  "const e = new Error(); Object.defineProperty(e, 'message', { get() { throw { message: { toString: 1 }, toString: 1 } } }); throw e",
  "const e = new Error(); Object.defineProperty(e, 'message', { get() { throw '\\0' } }); throw e",
];

for (const isolation of ["worker", "inline"] as const) {
  Deno.test(`${isolation}: tricks change nothing for the next script, and bring out nothing but JSON`, async () => {
    await using sandbox = createScriptSandbox({ isolation, memoryBytes: 8 * 1024 * 1024 });
    const place = { at: 0, instanceId: "1", elementId: "Script" };
    const look = async (): Promise<ScriptResult> => {
      for (;;) {
        try {
          return await sandbox.run({ format: "", body: LOOK_AROUND }, { order: { a: 1 } }, place);
        } catch (error) {
          // A busy machine may need more than one attempt: the limit is by the clock.
          if (!(error instanceof ScriptLimitError)) throw error;
        }
      }
    };
    const clean = await look();
    const before = surroundings();
    assert.deepEqual(clean.set, {});
    for (const body of TRICKS) {
      try {
        const { result, set } = await sandbox.run({ format: "", body }, { order: { a: 1 } }, place);
        assert.equal(({} as { polluted?: unknown }).polluted, undefined, body);
        // What came out is data, without anything behind it.
        assert.deepEqual(JSON.parse(JSON.stringify([result, set])), [result, set], body);
        assert.equal(Object.getPrototypeOf(set), Object.prototype, body);
      } catch (error) {
        const known = ["ScriptError", "ScriptLimitError", "ScriptBpmnError"];
        assert.ok(error instanceof Error && known.includes(error.name), `${body}: ${error}`);
        const { message, bpmnErrorCode = "" } = error as Error & { bpmnErrorCode?: string };
        for (const text of [message, bpmnErrorCode]) {
          assert.equal(typeof text, "string", body);
          assert.ok(text.length < 11_000 && text.isWellFormed() && !text.includes("\0"), body);
        }
      }
      assert.deepEqual(await look(), clean, body);
      assert.equal(surroundings(), before, body);
    }
  });
}

Deno.test("a script learns nothing of the clock and the zone of its host", async () => {
  const zone = Date.prototype.getTimezoneOffset;
  // A host in another zone, as far as the interpreter can tell.
  Date.prototype.getTimezoneOffset = () => 300;
  try {
    await using sandbox = createScriptSandbox({ isolation: "inline", timeoutMs: PLENTY_MS });
    const place = { at: 86_400_000, instanceId: "1", elementId: "Script" };
    const body = `const d = new Date(0), ways = [];
      Reflect.construct = (target) => { ways.push(target); return {} };
      new Date(); new (class extends Date {})();
      [d.toTimeString(), d.toDateString(), d.toLocaleString(), d.toLocaleTimeString(), d.toLocaleDateString(), d + "",
        d.getYear(), d.getHours(), d.getTimezoneOffset(), Date.parse("Jan 1 1970 10:00"), Date.parse("1970/01/01"),
        Date.parse("Jan 1 1970 (+0000)"), new Date(1970, 0, 1, 0, 30).getTime(), new Date().getTime(), Date(), Date.now(),
        ...ways.map((Way) => new Way().getTime())]`;
    assert.deepEqual((await sandbox.run({ format: "", body }, {}, place)).result, [
      "00:00:00 GMT+0000",
      "Thu Jan 01 1970",
      "01/01/1970, 12:00:00 AM",
      "12:00:00 AM",
      "01/01/1970",
      "Thu, 01 Jan 1970 00:00:00 GMT",
      70,
      0,
      0,
      36_000_000,
      0,
      0,
      1_800_000,
      86_400_000,
      "Fri, 02 Jan 1970 00:00:00 GMT",
      86_400_000,
    ]);
    assert.equal(new Date(0).getTimezoneOffset(), 300, "the host's own is as before");
  } finally {
    Date.prototype.getTimezoneOffset = zone;
  }
});

Deno.test("a stack that a script has made up holds nobody up", async () => {
  await using sandbox = createScriptSandbox({ timeoutMs: PLENTY_MS });
  const place = { at: 0, instanceId: "1", elementId: "Script" };
  // Looking for the line in all of it took minutes.
  const body =
    "const e = new Error('made up'); e.stack = '<eval'.repeat(2e5) + '<input>:'.repeat(1e5); throw e";
  await assert.rejects(sandbox.run({ format: "", body }, {}, place), /Error: made up$/);
});

/** Everything a script could find that another one left: own names of the built-ins, and the variables. */
const LOOK_AROUND = `[
  typeof polluted, {}.polluted === undefined, [].polluted === undefined, (() => 1).polluted === undefined,
  Object.getOwnPropertyNames(Object.prototype).length, Object.getOwnPropertyNames(Array.prototype).length,
  Object.getOwnPropertyNames(globalThis).sort().join(" "), JSON.stringify(variables), typeof set, typeof BpmnError,
  Object.isFrozen(Object.prototype), String(JSON.parse("1")), typeof Error.prepareStackTrace,
]`;
