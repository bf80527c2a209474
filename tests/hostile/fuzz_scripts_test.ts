/** Scripts from seeds: a value or a documented error, whatever they are; the host stays as it was. */
import assert from "node:assert/strict";
import { createScriptSandbox, type ScriptSandbox } from "../../runtime/scripts/mod.ts";
import { damage, type Grammar, grow, type Pick, surroundings } from "./grammar.ts";
import { random } from "./seeded.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 500);
const FIRST_SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

const SCRIPT: Grammar = {
  value: [
    "1",
    "null",
    "order",
    "text",
    "variables",
    "globalThis",
    "<builtin>",
    "<builtin>.prototype",
    "<value>.<name>",
    "<value>?.[<value>]",
    "<value>(<value>)",
    "new <builtin>(<value>, <value>)",
    "{<name>: <value>, get a() { <statement> }}",
    "[<value>, , ...<value>]",
    "{toJSON() { return <value> }, toString: <value>, [Symbol.<symbol>]: <value>}",
    "new Proxy(<value>, {get: <function>, ownKeys: <function>, getPrototypeOf: <function>})",
    "<function>",
    "(<function>)()",
    "<value> + <value>",
    "`${<value>}`",
    "'\\u0000\\ud800'",
    "'x'.repeat(<number>)",
    "Array(<number>)",
    "<number>",
    "10n ** <number>n",
    "/(a+)+$/<flags>.exec(<value>)",
    "new <builtin>",
    "new BpmnError(<value>, <value>)",
    "Object.defineProperty(<value>, '<name>', {get: <function>, configurable: true})",
    "Object.setPrototypeOf(<value>, <value>)",
    "Object.assign(<value>, <value>)",
    "JSON.parse(JSON.stringify(<value>))",
    "new Uint8Array(<number>)",
    "eval('<value>')",
    "new Function('<statement>')()",
    "import('<name>')",
  ],
  builtin: [
    "Object",
    ..."Array Function String Number Boolean Symbol Date RegExp Map Set WeakMap Promise Error Proxy Reflect"
      .split(
        " ",
      ),
    ..."JSON Math Uint8Array ArrayBuffer SharedArrayBuffer Float64Array DataView BigInt BpmnError Iterator"
      .split(" "),
  ],
  name: [
    "a",
    ..."__proto__ constructor prototype toString valueOf toJSON call apply name message stack code length"
      .split(" "),
    ..."then get set size next caller callee arguments exec lastIndex flags source keys parse stringify"
      .split(" "),
  ],
  symbol: [
    "iterator",
    "toPrimitive",
    "species",
    "hasInstance",
    "toStringTag",
    "asyncIterator",
    "unscopables",
  ],
  // Large ones are rare: most of them take all the time there is.
  number: [
    "3",
    "0",
    "1",
    "2",
    "7",
    "100",
    "-1",
    "-0",
    "0.1",
    "NaN",
    "1e5",
    "9",
    "12",
    "Infinity",
    "2**53",
    "1e9",
  ],
  flags: ["", "g", "u", "y", "gs"],
  function: [
    "() => 1",
    "function f() { return f }",
    "function () { <statement> }",
    "() => <value>",
    "async () => <value>",
    "function* () { yield <value>; yield* <value> }",
    "class extends <value> { static a = <value>; constructor() { super(<value>) } }",
  ],
  statement: [
    "1",
    "return <value>",
    "<value>",
    "var v = <value>",
    "set('<name>', <value>)",
    "set(<value>, <value>)",
    "variables.<name> = <value>",
    "order.<name> = <value>",
    "text = <value>",
    "<builtin>.<name> = <value>",
    "<builtin>.prototype.<name> = <function>",
    "<builtin>.prototype[Symbol.<symbol>] = <function>",
    "globalThis.<name> = <value>",
    "<builtin> = <function>",
    "delete <value>.<name>",
    "throw <value>",
    "try { <statement> } catch (e) { <statement> } finally { <statement> }",
    "for (const e of <value>) { <statement> }",
    "for (const e in <value>) { <statement> }",
    "while (<value>) { <statement>; break }",
    "(function f(n) { if (n) f(n - 1); <statement> })(<number>)",
    "const e = new Error(<value>); e.<name> = <value>; throw e",
    "Promise.resolve(<value>).then(<function>)",
    "<statement>; <statement>",
    "<statement>; <statement>; <statement>",
  ],
};

function script(pick: Pick): string {
  let text = grow(SCRIPT, pick, "statement", 2 + pick(6)).slice(0, 5_000);
  for (let n = pick(6) - 3; n > 0; n--) text = damage(text, pick);
  return text;
}

const VARIABLES = JSON.parse(
  '{"order": {"items": [1, 2], "__proto__": 1}, "text": "abc", "constructor": 1, "a b": 1}',
);
const place = { at: 1, instanceId: "1", elementId: "S" };

async function outcome(sandbox: ScriptSandbox, body: string): Promise<string> {
  try {
    const { result, set, ...rest } = await sandbox.run(
      { format: "", body },
      structuredClone(VARIABLES),
      place,
    );
    assert.deepEqual(rest, {});
    assert.deepEqual(JSON.parse(JSON.stringify([result, set])), [result, set], "it is no JSON");
    return "value";
  } catch (error) {
    assert.ok(error instanceof Error, String(error));
    const { name, message } = error;
    assert.ok(["ScriptError", "ScriptLimitError", "ScriptBpmnError"].includes(name), `${name}: ${message}`);
    const { bpmnErrorCode = "" } = error as { bpmnErrorCode?: string };
    for (const text of [message, bpmnErrorCode]) {
      assert.equal(typeof text, "string");
      assert.ok(
        text.length < 11_000 && text.isWellFormed() && !text.includes("\0"),
        "a text no store could keep",
      );
    }
    return name;
  }
}

Deno.test("a script from a seed gives a value or a documented error, and the host stays as it was", async () => {
  // Most are over in a millisecond. One that is cut off here by a busy machine is a documented error, too.
  await using sandbox = createScriptSandbox({ timeoutMs: 200, memoryBytes: 16 * 1024 * 1024 });
  const before = surroundings();
  const counts: Record<string, number> = {};
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const body = script(random(seed));
    try {
      const what = await outcome(sandbox, body);
      counts[what] = (counts[what] ?? 0) + 1;
      assert.equal(({} as { a?: unknown }).a, undefined);
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed}: ${(error as Error).message}\n${body}`, { cause: error });
    }
  }
  assert.equal(surroundings(), before);
  assert.ok(counts.value > RUNS / 10 && counts.ScriptError > RUNS / 10, JSON.stringify(counts));
});
