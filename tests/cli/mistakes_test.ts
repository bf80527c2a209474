/** A user's mistake: one message that says what to do, an exit code, no stack trace, no secret. */
import assert from "node:assert/strict";
import { EXIT } from "../../cli.ts";
import { baton, batonProcess, type CliResult, tempDir } from "../support/cli.ts";

const ORDERS = new URL("../models/order_fulfillment.bpmn", import.meta.url).pathname;

function plain({ out, err }: CliResult): void {
  assert.doesNotMatch(out + err, /^\s+at /m, "a stack trace");
  assert.doesNotMatch(err, /s3cr3t/);
}

const USAGE: readonly (readonly [args: string[], message: RegExp])[] = [
  [["staart"], /error: unknown command 'staart'\n\(Did you mean start\?\)/],
  [["start", "--db", "memory:"], /error: missing required argument 'KEY'/],
  [
    ["start", "k", "--vers", "1", "--db", "memory:"],
    /error: unknown option '--vers'\n\(Did you mean --vars\?\)/,
  ],
  [["start", "k", "--version", "x", "--db", "memory:"], /"x": a whole number from 1 is needed/],
  [["start", "k", "--vars", "{", "--db", "memory:"], /Cannot read --vars: no valid JSON/],
  [
    ["start", "k", "--vars", "@missing.json", "--db", "memory:"],
    /Cannot read "missing.json": there is no such file/,
  ],
  [["start", "k", "--var", "novalue", "--db", "memory:"], /Cannot read "novalue": write it as name=value/],
  [["start", "k", "--unique", "--db", "memory:"], /Cannot use --unique: it needs --business-key/],
  [
    ["start", "k", "--run", "--handlers", "nowhere.ts", "--db", "memory:"],
    /Cannot load the handlers "nowhere.ts"/,
  ],
  [["instances"], /Cannot open a database: none is named; give --db kv:FILE or set BATON_DB/],
  [["instances", "--db", "mysql://x"], /Cannot open the database "mysql:\/\/x": write postgres:/],
  [
    ["instances", "--db", "memory:", "--schema", "x"],
    /Cannot use --schema with "memory:": only PostgreSQL has/,
  ],
  [["instances", "--db", "memory:", "--status", "done"], /Use one of running, suspended, completed/],
  [["instances", "--db", "memory:", "--from", "yesterday"], /Cannot read the time "yesterday"/],
  [["instances", "--db", "memory:", "--take", "5000"], /Cannot take 5000 rows: at most 1000/],
  [["instances", "--db", "memory:", "--cursor", "?"], /Cannot /],
  [["instances", "--db", "memory:", "--var", "x={}"], /Cannot search by variable "x"/],
  [["retry", "--db", "memory:"], /Cannot retry: nothing is named/],
  [["simulate"], /Cannot simulate: give a FILE, --key or --instance/],
  [["lint", "missing.bpmn"], /Cannot read "missing.bpmn": there is no such file/],
  [["worker", "--max", "1s", "--db", "memory:"], /Cannot use --max: it needs --drain/],
];

Deno.test("wrong usage is exit code 2, with what to do", async (t) => {
  for (const [args, message] of USAGE) {
    await t.step(args.join(" "), async () => {
      const result = await baton(args);
      assert.equal(result.code, EXIT.usage, result.err);
      assert.match(result.err, message);
      assert.equal(result.out, "");
      plain(result);
    });
  }
});

Deno.test("what is not there is exit code 3", async () => {
  for (
    const args of [
      ["show", "99"],
      ["show", "no-number"],
      ["history", "99"],
      ["step", "99"],
      ["run", "99"],
      ["note", "99", "text"],
      ["cancel", "99"],
      ["retry", "99"],
      ["start", "nothing"],
      ["definitions", "--xml", "99"],
      ["complete", "99"],
      ["set", "99", "--var", "a=1"],
      ["simulate", "--key", "nothing"],
    ]
  ) {
    const result = await baton([...args, "--db", "memory:"]);
    assert.equal(result.code, EXIT.notFound, `${args.join(" ")}: ${result.err}`);
    assert.match(result.err, /^error: Cannot .*: /);
    plain(result);
  }
});

Deno.test("--json tells an error as JSON on standard error, and nothing on standard output", async () => {
  const { code, out, err } = await baton(["show", "99", "--db", "memory:", "--json"]);
  assert.equal(code, EXIT.notFound);
  assert.equal(out, "");
  assert.equal(JSON.parse(err).error.code, "not-found");
});

Deno.test("a database that cannot be reached is exit code 5, and its password stays hidden", async () => {
  const db = "postgres://me:s3cr3t@127.0.0.1:1/shop";
  for (const args of [["instances"], ["worker", "--drain"], ["migrate"]]) {
    const result = await batonProcess([...args, "--db", db]);
    assert.equal(result.code, EXIT.database, result.err);
    assert.match(result.err, /ECONNREFUSED/);
    plain(result);
    const loud = await batonProcess([...args, "--db", db, "--verbose"]);
    assert.match(loud.err, /^\s+at /m);
    assert.doesNotMatch(loud.out + loud.err, /s3cr3t/);
  }
});

Deno.test("a file that is no Deno KV is exit code 5, without a stack trace", async () => {
  await using dir = tempDir();
  await Deno.writeTextFile(`${dir.path}/no.kv`, "this is text".repeat(1_000));
  const result = await batonProcess(["instances", "--db", `kv:${dir.path}/no.kv`]);
  assert.equal(result.code, EXIT.database, result.err);
  assert.match(result.err, /^error: Cannot open "kv:/);
  plain(result);
});

Deno.test("a handler module with a mistake is told in one line", async () => {
  await using dir = tempDir();
  for (
    const [text, message] of [
      ["export const handler = 1;", /it must export const handlers = \{/],
      ["export const handlers = { a: 1 };", /it must export const handlers = \{/],
      ["export const handlers = {}; export const scripts = [1];", /its export "scripts"/],
      ["export const handlers = {", /Cannot load the handlers/],
      ["throw new Error('no way');", /Cannot load the handlers ".*": no way/],
    ] as const
  ) {
    const path = `${dir.path}/${crypto.randomUUID()}.ts`;
    await Deno.writeTextFile(path, text);
    const result = await baton(["worker", "--drain", "--db", "memory:", "--handlers", path]);
    assert.equal(result.code, EXIT.usage, result.err);
    assert.match(result.err, message);
    plain(result);
  }
});

Deno.test("deploy shows every problem of a bad file with its line, and keeps the good ones", async () => {
  await using dir = tempDir();
  const bad = `${dir.path}/bad.bpmn`;
  await Deno.writeTextFile(
    bad,
    (await Deno.readTextFile(ORDERS)).replaceAll(`targetRef="join"`, `targetRef="gone"`),
  );
  const db = `kv:${dir.path}/test.kv`;
  const result = await baton(["deploy", ORDERS, bad, "--db", db]);
  assert.equal(result.code, EXIT.failed);
  assert.equal(result.err.match(/bad\.bpmn:\d+:\d+ error: /g)?.length, 2, result.err);
  assert.match(result.err, /<bpmn:sequenceFlow id="process-payment-to-join".*\n\s+\^/);
  plain(result);
  const { items } = JSON.parse((await baton(["definitions", "--db", db, "--json"])).out);
  assert.equal(items.length, 1);
});

Deno.test("a file with nothing wrong but its extensions is refused with the option that leaves them out", async () => {
  await using dir = tempDir();
  const file = (extra: string) =>
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
    <process id="p" isExecutable="true">
      <startEvent id="s"/>
      <userTask id="u"><extensionElements><zeebe:taskListeners/></extensionElements></userTask>
      <sequenceFlow id="f" sourceRef="s" targetRef="u"/>${extra}
    </process>
  </definitions>`;
  const path = `${dir.path}/extensions.bpmn`;
  await Deno.writeTextFile(path, file(""));
  const refused = await baton(["deploy", path, "--db", "memory:"]);
  assert.equal(refused.code, EXIT.failed);
  assert.match(refused.err, /it has errors, all of them extensions: --ignore-extensions leaves these out/);
  assert.equal((await baton(["deploy", path, "--ignore-extensions", "--db", "memory:"])).code, EXIT.ok);
  await Deno.writeTextFile(path, file(`<sequenceFlow id="g" sourceRef="u" targetRef="nowhere"/>`));
  const broken = await baton(["deploy", path, "--db", "memory:"]);
  assert.match(broken.err, /it has errors\n/);
});
