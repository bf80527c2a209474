import assert from "node:assert/strict";
import { listGenerators } from "../../tools/ok/checks.ts";
import { run } from "../../tools/ok/run.ts";
import { countFailedChecks, summarizeTests } from "../../tools/test_summary.ts";

Deno.test("summarizeTests() reads the closing line, with steps and ignored tests", () => {
  const line = "ok | 12 passed (3 steps) | 0 failed | 1 ignored (1 step) (66ms)\n";
  assert.deepEqual(summarizeTests(`a ... ok (1ms)\n\n${line}`, true), { passed: 12, failed: 0 });
});

Deno.test("summarizeTests() counts failed tests and takes the last closing line", () => {
  const output =
    "ok | 99 passed | 0 failed (1ms)\n\nFAILED | 3 passed (1 step) | 2 failed (1 step) (9ms)\n\nerror: Test failed\n";
  assert.deepEqual(summarizeTests(output, false), { passed: 3, failed: 2 });
});

Deno.test("summarizeTests() fails a run without a closing line, without tests, or with a bad exit", () => {
  assert.deepEqual(summarizeTests("error: Type checking failed.\n", false), { passed: 0, failed: 1 });
  assert.deepEqual(summarizeTests("", true), { passed: 0, failed: 1 });
  assert.deepEqual(summarizeTests("ok | 0 passed | 0 failed (0ms)\n", true), { passed: 0, failed: 1 });
  assert.deepEqual(summarizeTests("ok | 5 passed | 0 failed (9ms)\n", false), { passed: 5, failed: 1 });
});

Deno.test("summarizeTests() reads what deno test prints", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/real_test.ts`;
    await Deno.writeTextFile(
      file,
      `Deno.test("a", () => {}); Deno.test("b", () => { throw new Error("b"); }); Deno.test.ignore("c", () => {});`,
    );
    const { output, passed } = await run(["test", "--no-config", file]);
    assert.deepEqual(summarizeTests(output, passed), { passed: 1, failed: 1 }, output);
    await Deno.writeTextFile(file, `const x: number = "no"; Deno.test("a", () => {});`);
    const broken = await run(["test", "--no-config", file]);
    assert.deepEqual(summarizeTests(broken.output, broken.passed), { passed: 0, failed: 1 }, broken.output);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("countFailedChecks() reads the last line of deno task ok", () => {
  assert.equal(countFailedChecks("ok     lint (1.0 s)\n7 checks passed, 0 failed\n", true), 0);
  assert.equal(countFailedChecks("FAILED lint (1.0 s)\n5 checks passed, 2 failed\n", false), 2);
  assert.equal(countFailedChecks("error: Uncaught\n", false), 1);
  assert.equal(countFailedChecks("", true), 1);
});

Deno.test("run() gives exit status and output of both streams, without colours", async () => {
  const well = await run(["eval", `console.log("%cout", "color: red"); console.error("err");`]);
  assert.equal(well.passed, true);
  assert.deepEqual(well.output.trim().split("\n").sort(), ["err", "out"]);
  assert.equal((await run(["eval", "Deno.exit(3)"])).passed, false);
});

Deno.test("run() takes colours out, and keeps a last line without an end", async () => {
  const script =
    `Deno.stdout.writeSync(new TextEncoder().encode("\\x1b[3")); setTimeout(() => Deno.stdout.writeSync(new TextEncoder().encode("3minfo\\x1b[39m\\nlast")), 50);`;
  assert.equal((await run(["eval", script])).output, "info\nlast");
});

Deno.test("run() stops a command that takes too long, and says so", async () => {
  const { passed, output } = await run(["eval", "setTimeout(() => {}, 600_000)"], { limitMs: 50 });
  assert.equal(passed, false);
  assert.match(output, /Cannot wait for "deno eval .*: not done after 50 ms/);
});

Deno.test("listGenerators() finds tools/generate_*.ts", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/tools`);
    for (const name of ["generate_sql.ts", "generate_docs.ts", "ok.ts", "generate_notes.md"]) {
      await Deno.writeTextFile(`${folder}/tools/${name}`, "");
    }
    assert.deepEqual(await listGenerators(new URL(`file://${folder}/`)), [
      "tools/generate_docs.ts",
      "tools/generate_sql.ts",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
