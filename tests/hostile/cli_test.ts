import assert from "node:assert/strict";
import { baton, batonJson, type CliResult, tempDir } from "../support/cli.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const MODEL = bpmn("start -> Wait -> end");

const VALUES: readonly string[] = [
  "",
  " ",
  "-",
  "--",
  "__proto__",
  "constructor",
  "toString",
  "'; drop table baton.instances; --",
  '" or 1=1 --',
  "$(touch pwned)",
  "`touch pwned`",
  "../../../../etc/passwd",
  "/dev/null/x",
  "file:///etc/passwd",
  "%00",
  "a\0b",
  "\ud800",
  "\u202Egnp.exe",
  "e\u0301",
  "😀",
  "\u001b[31mred\u001b[0m",
  "\r\nX: y",
  "NaN",
  "-1",
  "1e999",
  "9".repeat(40),
  "x".repeat(100_000),
  "9223372036854775808",
  "[1,",
  "{}",
  "[]",
];

/** `?` is where the hostile value goes. */
const COMMANDS: readonly (readonly string[])[] = [
  ["show", "?"],
  ["history", "?"],
  ["definitions", "--key", "?"],
  ["start", "?"],
  ["start", "p", "--business-key", "?"],
  ["start", "p", "--var", "?=1"],
  ["start", "p", "--var", "x=?"],
  ["start", "p", "--vars", "?"],
  ["start", "p", "--version", "?"],
  ["start", "p", "--tenant", "?"],
  ["instances", "--business-key", "?"],
  ["instances", "--key", "?"],
  ["instances", "--from", "?"],
  ["instances", "--take", "?"],
  ["instances", "--cursor", "?"],
  ["instances", "--status", "?"],
  ["instances", "--var", "x=?"],
  ["instances", "--sort", "?"],
  ["cancel", "?", "--reason", "?"],
  ["retry", "?"],
  ["note", "1", "?"],
  ["message", "?", "--key", "?"],
  ["signal", "?"],
  ["kpi", "--key", "?"],
  ["lint", "?"],
  ["deploy", "?"],
  ["simulate", "?"],
  ["?"],
];

/** An exit code with a message, or an answer: no stack trace, nothing that moves the terminal's cursor. */
function assertCalm({ code, out, err }: CliResult, what: string): void {
  assert.ok(code >= 0 && code <= 5, `${what}: exit code ${code}`);
  assert.ok(code === 0 || (out + err).length > 0, `${what}: no message`);
  assert.doesNotMatch(out + err, /^\s+at .*:\d+:\d+/m, `${what}: a stack trace\n${err}`);
  assert.doesNotMatch(out + err, /TypeError|RangeError|SyntaxError|undefined is not/, `${what}\n${err}`);
  // deno-lint-ignore no-control-regex -- That is what must not be there.
  assert.doesNotMatch(out + err, /[\u0000\u001b\u202e]/, `${what}: raw control characters`);
  assert.ok(err.length < 5_000, `${what}: the message has ${err.length} characters`);
}

// What a refused command leaves open ends with its process.
const hostileValues = { sanitizeResources: false };

Deno.test(
  "every option takes hostile values as values, or refuses them in a sentence",
  hostileValues,
  async () => {
    await using dir = tempDir();
    const db = `kv:${dir.path}/hostile.kv`;
    const file = `${dir.path}/model.bpmn`;
    await Deno.writeTextFile(file, MODEL);
    assert.equal((await baton(["deploy", file, "--db", db])).code, 0);
    for (const command of COMMANDS) {
      for (const value of VALUES) {
        const args = [...command.map((arg) => arg.replace("?", () => value)), "--db", db];
        assertCalm(await baton(args), `${command.join(" ")} with ${JSON.stringify(value.slice(0, 50))}`);
      }
    }
    assert.deepEqual(
      [...Deno.readDirSync(dir.path)].map(({ name }) => name).filter((name) => name === "pwned"),
      [],
    );
    // Everything is still there.
    assert.equal((await baton(["definitions", "--db", db])).code, 0);
  },
);

Deno.test("hostile JSON is data, or refused", async () => {
  await using dir = tempDir();
  const db = `kv:${dir.path}/json.kv`;
  const file = `${dir.path}/model.bpmn`;
  await Deno.writeTextFile(file, MODEL);
  await baton(["deploy", file, "--db", db]);
  const variables = async (json: string): Promise<unknown> => {
    const { id } = await batonJson<{ id: string }>(["start", "p", "--vars", json, "--db", db]);
    return (await batonJson<{ variables: unknown }>(["show", id, "--db", db])).variables;
  };
  assert.equal(JSON.stringify(await variables('{"__proto__":{"a":1}}')), '{"__proto__":{"a":1}}');
  assert.equal(({} as { a?: unknown }).a, undefined);
  assert.deepEqual(await variables('{"a":1,"a":2}'), { a: 2 });
  assert.deepEqual(await variables('{"constructor":{"prototype":{"a":1}}}'), {
    constructor: { prototype: { a: 1 } },
  });
  const refused = {
    "an endless number": '{"a":1e999}',
    "a lone surrogate": '{"a":"\\ud800"}',
    "a NUL": '{"a":"\\u0000"}',
    "deep": `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    "deep objects": `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
    "too large": `{"a":"${"x".repeat(5_000_000)}"}`,
    "a list": "[1]",
    "a text": '"x"',
    "null": "null",
    "two values": "{} {}",
  };
  for (const [name, json] of Object.entries(refused)) {
    const result = await baton(["start", "p", "--vars", json, "--db", db]);
    assert.notEqual(result.code, 0, name);
    assertCalm(result, name);
    const input = await baton(["start", "p", "--vars", "-", "--db", db], { input: json });
    assert.notEqual(input.code, 0, `${name}, from the input`);
    assertCalm(input, `${name}, from the input`);
  }
  assert.equal((await batonJson<{ items: unknown[] }>(["instances", "--db", db])).items.length, 3);
});
