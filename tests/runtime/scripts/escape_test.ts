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
