import assert from "node:assert/strict";
import {
  createScriptSandbox,
  ScriptBpmnError,
  ScriptError,
  ScriptLimitError,
  type ScriptSandbox,
} from "../../../runtime/scripts/mod.ts";

const place = { at: 1_700_000_000_123, instanceId: "7", elementId: "Task_1" };
const variables = (): Record<string, unknown> => ({
  amount: 40,
  order: { items: [1, 2] },
  JSON: "mine",
  "a b": 1,
});

function run(sandbox: ScriptSandbox, body: string) {
  return sandbox.run({ format: "javascript", body }, variables(), place);
}

/** What a short script gives. The limits are short, too, and by the clock: a busy machine may need several attempts. */
async function resultInTime(sandbox: ScriptSandbox, body: string): Promise<unknown> {
  for (let tries = 1;; tries++) {
    try {
      return (await run(sandbox, body)).result;
    } catch (error) {
      if (!(error instanceof ScriptLimitError) || tries === 100) throw error;
    }
  }
}

const RESULTS: [body: string, result: unknown, set?: Record<string, unknown>][] = [
  ["amount + 2", 42],
  ["return amount + 2", 42],
  ["if (amount > 10) { return 'big' } return 'small' // end", "big"],
  ["variables.amount + order.items.length", 42],
  ["variables['a b'] + get('amount')", 41],
  ["const twice = amount * 2; set('twice', twice)", null, { twice: 80 }],
  ["variables.total = amount; variables.total = 3; null", null, { total: 3 }],
  ["amount = 5; null", null, { amount: 5 }],
  ["var amount = 6; amount", 6],
  ["order.items.push(3); null", null, { order: { items: [1, 2, 3] } }],
  ["typeof JSON.parse", "function"],
  ["set('__proto__', 1); Object.keys(variables).length", 5, JSON.parse('{"__proto__": 1}')],
  ["[typeof variables.toString, typeof get('constructor'), typeof variables.__proto__]", [
    "undefined",
    "undefined",
    "undefined",
  ]],
  [
    "[Reflect.setPrototypeOf(variables, {}), Reflect.defineProperty(variables, 'x', { value: 1 }), Reflect.set(variables, Symbol('x'), 1)]",
    [false, false, false],
  ],
  ["'ä😀' + '\\n'", "ä😀\n"],
  ["", null],
  ["const unused = 1;", null],
  ["[Date.now(), new Date().getTime(), new (new Date(0).constructor)().getTime()]", [
    place.at,
    place.at,
    place.at,
  ]],
  ["new Date(2020, 0, 1).toISOString()", "2020-01-01T00:00:00.000Z"],
  ["new Date('2020-01-01T10:00').getHours()", 10],
  ["new Date(0)", "1970-01-01T00:00:00.000Z"],
  ["Math.random() === Math.random()", false],
];

for (const isolation of ["worker", "inline"] as const) {
  Deno.test(`${isolation}: scripts read variables, write variables and give a value`, async () => {
    await using sandbox = createScriptSandbox({ isolation });
    for (const [body, result, set = {}] of RESULTS) {
      assert.deepEqual(await run(sandbox, body), { result, set }, body);
    }
  });

  Deno.test(`${isolation}: chance and variables are the same at each run`, async () => {
    await using sandbox = createScriptSandbox({ isolation });
    const first = await run(sandbox, "globalThis.leak = 1; Object.prototype.leak = 2; Math.random()");
    assert.deepEqual(await run(sandbox, "Math.random()"), first);
    assert.equal((await run(sandbox, "typeof leak")).result, "undefined");
  });

  Deno.test(`${isolation}: what the script throws is told with its line`, async () => {
    await using sandbox = createScriptSandbox({ isolation });
    const fails: [body: string, message: RegExp][] = [
      ["\nthrow new Error('no stock')", /^Cannot run the script of "Task_1": Error: no stock \(line 2\)$/],
      ["throw 'text'", /: text$/],
      ["1 +", /SyntaxError/],
      ["unknown = 1", /ReferenceError/],
      ["delete variables.amount", /TypeError/],
      ["set('f', () => 1)", /Cannot store "f": function/],
      ["variables.n = 0 / 0", /Cannot store "n": NaN/],
      ["set('m', new Map())", /Cannot store "m": Map/],
      ["(async () => 1)()", /Cannot store "result": Promise/],
      ["set('text', '\\u0000')", /Cannot store "variables\.text"/],
      ["const a = {}; a.a = a; a", /circular/],
      ["JSON.parse('['.repeat(1e5))", /./],
    ];
    for (const [body, message] of fails) {
      await assert.rejects(
        run(sandbox, body),
        (error) =>
          error instanceof ScriptError && error.code === "script-error" && message.test(error.message),
        body,
      );
    }
  });

  Deno.test(`${isolation}: a BpmnError keeps its code`, async () => {
    await using sandbox = createScriptSandbox({ isolation });
    await assert.rejects(
      run(sandbox, "throw new BpmnError('OUT_OF_STOCK', 'none left')"),
      (error) =>
        error instanceof ScriptBpmnError && error.bpmnErrorCode === "OUT_OF_STOCK" &&
        error.message === "none left",
    );
  });

  Deno.test(`${isolation}: time, memory and stack are limited, and the next script runs`, async () => {
    await using sandbox = createScriptSandbox({ isolation, timeoutMs: 150 });
    const greedy = [
      "while (true) {}",
      "try { while (true) {} } finally { while (true) {} }",
      "for (;;) { try { f() } catch {} } function f() { f() }",
      "(function f() { f() })()",
      "new Uint8Array(1e9)",
      "const all = []; while (true) all.push(new Array(1e5).fill(0))",
      "'x'.repeat(2 ** 29)",
      "/^(a+)+$/.test('a'.repeat(40) + 'b')",
      "new Proxy({}, { get() { while (true); } }).x",
      "({ toJSON() { while (true); } })",
      "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; o",
    ];
    for (const body of greedy) {
      await assert.rejects(
        run(sandbox, body),
        (error) => error instanceof ScriptLimitError && error.code === "script-limit",
        body,
      );
      assert.equal(await resultInTime(sandbox, "amount"), 40, `after ${body}`);
    }
  });
}

Deno.test("worker: a built-in function that never looks at the clock is ended, too", async () => {
  await using sandbox = createScriptSandbox({ timeoutMs: 100 });
  for (
    const body of ["new Array(4e9).indexOf(1)", "Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)"]
  ) {
    await assert.rejects(run(sandbox, body), ScriptLimitError, body);
    assert.equal(await resultInTime(sandbox, "amount"), 40);
  }
});
