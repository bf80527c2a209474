import assert from "node:assert/strict";
import { EXIT } from "../../cli.ts";
import { baton, batonJson, tempDir } from "../support/cli.ts";

const ORDERS = new URL("../models/order_fulfillment.bpmn", import.meta.url).pathname;
const BAD = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="p" isExecutable="true">
    <startEvent id="s"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>
    <task id="s"/>
  </process>
</definitions>
`;

Deno.test("lint says nothing bad about a good file", async () => {
  const { code, out, err } = await baton(["lint", ORDERS]);
  assert.deepEqual([code, out, err], [EXIT.ok, "ok 1 file without problems\n", ""]);
});

Deno.test("lint prints like a compiler and answers 1", async () => {
  const { code, out } = await baton(["lint", "-"], { input: BAD });
  assert.equal(code, EXIT.failed);
  const lines = out.split("\n");
  const at = lines.findIndex((line) => /^<input>:5:5 error: .*"nowhere".*\[.+\]$/.test(line));
  assert.notEqual(at, -1, out);
  assert.equal(lines[at + 1], `        <sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>`);
  assert.equal(lines[at + 2], "        ^");
  assert.match(out, /^<input>:6:5 error: .*\[duplicate-id\]$/m);
  assert.match(out, /\n\n\d+ errors/);
});

Deno.test("lint --json gives the problems of each file", async () => {
  await using dir = tempDir();
  const path = `${dir.path}/bad.bpmn`;
  await Deno.writeTextFile(path, BAD);
  const { code, out } = await baton(["lint", "--json", ORDERS, path]);
  assert.equal(code, EXIT.failed);
  const { items } = JSON.parse(out);
  assert.deepEqual(items.map((item: { file: string }) => item.file), [ORDERS, path]);
  assert.deepEqual(items[0].problems, []);
  const { rule, line, column, elementId, severity } = items[1].problems.find((p: { rule: string }) =>
    p.rule === "duplicate-id"
  );
  assert.deepEqual([rule, line, column, elementId, severity], ["duplicate-id", 6, 5, "s", "error"]);
});

Deno.test("lint --strict answers 1 for what deploy lets pass", async () => {
  const input = BAD.replace(/ *<sequenceFlow.*\n/, "").replace(/ *<task.*\n/, "")
    .replace(`<startEvent id="s"/>`, `<startEvent id="s"/><endEvent id="e" xmlns:x="urn:x" x:colour="red"/>`);
  const relaxed = await baton(["lint", "-"], { input });
  assert.equal(relaxed.code, EXIT.ok, relaxed.out);
  assert.match(relaxed.out, / (standard|warning): /);
  assert.equal((await baton(["lint", "-", "--strict"], { input })).code, EXIT.failed);
  assert.doesNotMatch((await baton(["lint", "-", "--quiet"], { input })).out, /standard|warning/);
});

Deno.test("lint colours severities on a terminal that shows colours", async () => {
  const { out } = await baton(["lint", "-"], { input: BAD, color: true });
  assert.ok(out.includes("\x1b[31merror:\x1b[39m"), out);
  assert.ok(!(await baton(["lint", "-"], { input: BAD })).out.includes("\x1b"));
});

Deno.test("simulate shows the path, with answers and errors of the user", async () => {
  const path = async (...args: string[]) => {
    const result = await batonJson<{ status: string; path: { elementId: string }[]; variables: unknown }>(
      ["simulate", ORDERS, ...args],
    );
    return result;
  };
  const whole = await path("--var", "total=1", "--answer", `validate-order={"valid":true}`);
  assert.equal(whole.status, "completed");
  assert.equal(whole.path.length, 8);
  assert.deepEqual(whole.variables, { total: 1, valid: true });
  const waiting = await path("--wait", "process-payment");
  assert.equal(waiting.status, "running");
  assert.ok(!waiting.path.some(({ elementId }) => elementId === "fulfil-order"));
  const refused = await baton(["simulate", ORDERS, "--error", "process-payment=DECLINED"]);
  assert.equal(refused.code, EXIT.failed);
  assert.match(refused.out, /incident process-payment: .*DECLINED/);
});

Deno.test("deploy tells warnings in full, and of breaches of form only how many there are", async () => {
  await using dir = tempDir();
  const file = `${dir.path}/form.bpmn`;
  // Flows that their ends do not list run all the same.
  await Deno.writeTextFile(
    file,
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
      <process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/><endEvent id="e"/></process>
    </definitions>`,
  );
  const linted = (await baton(["lint", file])).out.match(/ standard: /g)?.length ?? 0;
  const { code, err } = await baton(["deploy", file, "--db", `kv:${dir.path}/form.kv`]);
  assert.equal(code, EXIT.ok);
  assert.ok(linted > 1);
  assert.match(err, new RegExp(`form.bpmn: ${linted} breaches of form; lint tells which`));
  assert.doesNotMatch(err, / standard: /);
});
