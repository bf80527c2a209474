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

/** `?` is where the hostile value goes; `ID`, `TASK` and `FILE` are real ones. */
const COMMANDS: readonly (readonly string[])[] = [
  ["start", "p", "--var", "?=1"],
  ["start", "p", "--var", "x=?"],
  ["start", "p", "--vars", "?"],
  ["start", "p", "--business-key", "?"],
  ["start", "p", "--version", "?"],
  ["start", "p", "--tenant", "?"],
  ["start", "p", "--count", "?"],
  ["instances", "--var", "x=?"],
  ["instances", "--cursor", "?"],
  ["instances", "--business-key", "?"],
  ["simulate", "FILE", "--plan", "?"],
  ["simulate", "FILE", "--answer", "?"],
  ["simulate", "FILE", "--answer", "Wait=?"],
  ["simulate", "FILE", "--error", "Wait=?"],
  ["simulate", "FILE", "--wait", "?"],
  ["simulate", "FILE", "--choose", "?"],
  ["simulate", "FILE", "--choose", "Wait=?"],
  ["simulate", "FILE", "--process", "?"],
  ["simulate", "FILE", "--start-event", "?"],
  ["simulate", "FILE", "--at", "?"],
  ["simulate", "--instance", "?"],
  ["show", "ID", "--handlers", "?"],
  ["history", "ID", "--after", "?"],
  ["history", "ID", "--take", "?"],
  ["step", "ID", "--handlers", "?"],
  ["run", "ID", "--handlers", "?"],
  ["run", "ID", "--max-jobs", "?"],
  ["set", "ID", "--var", "?"],
  ["set", "ID", "--vars", "?"],
  ["set", "ID", "--var", "x=1", "--scope", "?"],
  ["note", "ID", "?"],
  ["note", "ID", "text", "--kind", "?"],
  ["note", "ID", "text", "--author", "?"],
  ["retry", "ID", "--var", "?"],
  ["claim", "TASK", "--user", "?"],
  ["complete", "TASK", "--error", "?"],
  ["complete", "TASK", "--escalation", "?"],
  ["complete", "TASK", "--vars", "?"],
  ["worker", "--drain", "--concurrency", "?"],
  ["worker", "--drain", "--lease", "?"],
  ["worker", "--drain", "--poll", "?"],
  ["worker", "--drain", "--grace", "?"],
  ["worker", "--drain", "--max", "?"],
  ["worker", "--drain", "--every", "?"],
  ["worker", "--drain", "--health", "?"],
  ["worker", "--drain", "--type", "?"],
  ["worker", "--drain", "--only-tenant", "?"],
  ["worker", "--drain", "--chain", "?"],
  ["worker", "--drain", "--name", "?"],
  ["worker", "--drain", "--handlers", "?"],
  ["worker", "--drain", "--history-ttl", "?"],
];

/** The same where an empty database says as much. */
const WITHOUT_DATA: readonly (readonly string[])[] = [
  ["?"],
  ["show", "?"],
  ["show", "ID", "--schema", "?"],
  ["history", "?"],
  ["definitions", "--key", "?"],
  ["definitions", "--xml", "?"],
  ["definitions", "--cursor", "?"],
  ["start", "?"],
  ["instances", "--key", "?"],
  ["instances", "--from", "?"],
  ["instances", "--take", "?"],
  ["instances", "--status", "?"],
  ["instances", "--sort", "?"],
  ["step", "?"],
  ["run", "?"],
  ["set", "?", "--var", "x=1"],
  ["suspend", "?"],
  ["resume", "?"],
  ["cancel", "?", "--reason", "?"],
  ["retry", "?"],
  ["retry", "--incident", "?"],
  ["retry", "--all", "--instance", "?"],
  ["retry", "--all", "--key", "?"],
  ["retry", "--all", "--kind", "?"],
  ["retry", "--all", "--element", "?"],
  ["note", "?", "?"],
  ["publish", "?", "--key", "?"],
  ["publish", "m", "--ttl", "?"],
  ["publish", "m", "--message-id", "?"],
  ["publish", "m", "--vars", "?"],
  ["publish", "m", "--exactly", "--instance", "?"],
  ["signal", "?"],
  ["signal", "s", "--var", "?=?"],
  ["tasks", "--assignee", "?"],
  ["tasks", "--user", "?"],
  ["tasks", "--group", "?"],
  ["tasks", "--instance", "?"],
  ["tasks", "--key", "?"],
  ["tasks", "--element", "?"],
  ["tasks", "--due-before", "?"],
  ["tasks", "--follow-up-before", "?"],
  ["tasks", "--status", "?"],
  ["tasks", "--take", "?"],
  ["tasks", "--cursor", "?"],
  ["claim", "?", "--user", "ann"],
  ["unclaim", "?"],
  ["complete", "?"],
  ["incidents", "--instance", "?"],
  ["incidents", "--key", "?"],
  ["incidents", "--kind", "?"],
  ["incidents", "--element", "?"],
  ["incidents", "--take", "?"],
  ["incidents", "--cursor", "?"],
  ["jobs", "--instance", "?"],
  ["jobs", "--type", "?"],
  ["jobs", "--take", "?"],
  ["jobs", "--cursor", "?"],
  ["kpi", "--key", "?"],
  ["kpi", "--by", "?"],
  ["kpi", "--definition", "?"],
  ["kpi", "--element", "?"],
  ["kpi", "--from", "?"],
  ["kpi", "--to", "?"],
  ["cleanup", "--older-than", "?"],
  ["cleanup", "--older-than", "1d", "--process", "?"],
  ["cleanup", "--older-than", "1d", "--batch", "?"],
  // Never a place where a file can be made.
  ["cleanup", "--older-than", "1d", "--export", "/dev/null/?"],
  ["migrate", "?"],
  ["migrate", "--finish", "--tenant", "?"],
  ["doctor", "--limit", "?"],
  ["doctor", "--handlers", "?"],
  ["doctor", "--tenant", "?"],
  ["lint", "?"],
  ["deploy", "?"],
  ["simulate", "?"],
  ["simulate", "--key", "?"],
];

/** An exit code with a message, or an answer: no stack trace, nothing that moves the terminal's cursor. */
function assertCalm({ code, out, err }: CliResult, what: string): void {
  assert.ok(code >= 0 && code <= 5, `${what}: exit code ${code}`);
  assert.ok(code === 0 || (out + err).length > 0, `${what}: no message`);
  assert.doesNotMatch(out + err, /^\s+at .*:\d+:\d+/m, `${what}: a stack trace\n${err}`);
  // A module of handlers may be anything, and what is wrong with it is told.
  const foreign = /^error: Cannot load the handlers /.test(err);
  assert.ok(
    foreign || !/TypeError|RangeError|SyntaxError|undefined is not/.test(out + err),
    `${what}\n${err}`,
  );
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
    const { id } = await batonJson<{ id: string }>(["start", "p", "--db", db]);
    const { items: [task] } = await batonJson<{ items: { id: string }[] }>(["tasks", "--db", db]);
    const real: Readonly<Record<string, string>> = { ID: id, TASK: task.id, FILE: file };
    const commands = [
      ...COMMANDS.map((command) => [command, db] as const),
      ...WITHOUT_DATA.map((command) => [command, "memory:"] as const),
    ];
    const failures: string[] = [];
    for (const [command, address] of commands) {
      for (const value of VALUES) {
        const args = command.map((arg) => real[arg] ?? arg.replace("?", () => value));
        const what = `${command.join(" ")} with ${JSON.stringify(value.slice(0, 50))}`;
        try {
          assertCalm(await baton([...args, "--db", address]), what);
        } catch (error) {
          failures.push((error as Error).message.slice(0, 500));
        }
      }
    }
    assert.deepEqual(failures, []);
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
