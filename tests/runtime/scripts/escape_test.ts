import assert from "node:assert/strict";
import { createScriptSandbox, ScriptError } from "../../../runtime/scripts/mod.ts";

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
  await using sandbox = createScriptSandbox();
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
  await using sandbox = createScriptSandbox();
  const place = { at: 0, instanceId: "1", elementId: "Script" };
  for (const body of ["import fs from 'node:fs'", "import('node:fs')", "import.meta.url", "require('fs')"]) {
    await assert.rejects(sandbox.run({ format: "", body }, {}, place), ScriptError, body);
  }
});

Deno.test("a script that changes the built-ins around it only harms itself", async () => {
  await using sandbox = createScriptSandbox();
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
];

Deno.test("tricks change nothing for the next script, and bring out nothing but JSON", async () => {
  await using sandbox = createScriptSandbox();
  const place = { at: 0, instanceId: "1", elementId: "Script" };
  const clean = await sandbox.run({ format: "", body: LOOK_AROUND }, { order: { a: 1 } }, place);
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
      assert.equal(typeof error.message, "string");
    }
    assert.deepEqual(
      await sandbox.run({ format: "", body: LOOK_AROUND }, { order: { a: 1 } }, place),
      clean,
      body,
    );
  }
});

/** Everything a script could find that another one left: own names of the built-ins, and the variables. */
const LOOK_AROUND = `[
  typeof polluted, {}.polluted === undefined, [].polluted === undefined, (() => 1).polluted === undefined,
  Object.getOwnPropertyNames(Object.prototype).length, Object.getOwnPropertyNames(Array.prototype).length,
  Object.getOwnPropertyNames(globalThis).sort().join(" "), JSON.stringify(variables), typeof set, typeof BpmnError,
  Object.isFrozen(Object.prototype), String(JSON.parse("1")), typeof Error.prepareStackTrace,
]`;
