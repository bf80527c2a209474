/** The demos, as `deno task demo` runs them, with fewer orders. */
import assert from "node:assert/strict";
import { baton, batonJson, batonProcess, spawnBaton, tempDir } from "../support/cli.ts";
import { handlers } from "../../cli/demo/handlers.ts";

interface Result {
  readonly orders: number;
  readonly completed: number;
  readonly tasks: number;
  readonly failedAttempts: number;
  readonly history: readonly { readonly elementId: string; readonly failures?: number }[];
  readonly kpis: readonly { readonly elementId: string; readonly count: number }[];
}

/** Runs a demo whose temporary files go where nobody else's do. */
async function alone(args: readonly string[]): Promise<Result> {
  await using dir = tempDir();
  const { code, out, err } = await batonProcess([...args, "--json"], { env: { TMPDIR: dir.path } });
  assert.equal(code, 0, err);
  assert.deepEqual([...Deno.readDirSync(dir.path)], [], "temporary files are left");
  return JSON.parse(out);
}

Deno.test("demo completes every order, with the same failures each time, and cleans up", async () => {
  const args = ["demo", "--orders", "8", "--seed", "3"];
  const first = await alone(args);
  assert.deepEqual([first.orders, first.completed, first.tasks], [8, 8, 32]);
  assert.ok(first.failedAttempts > 0);
  assert.deepEqual(first.kpis.map(({ count }) => count), Array(8).fill(8));
  assert.ok(first.history.some(({ failures }) => (failures ?? 0) > 0));
  assert.equal((await alone(args)).failedAttempts, first.failedAttempts);
});

Deno.test("demo cleans up after Ctrl-C, too", async () => {
  await using dir = tempDir();
  const child = spawnBaton(["demo", "--orders", "500"], { env: { TMPDIR: dir.path } });
  const text = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  await text.read(); // progress: it is at work
  const rest = Promise.all([new Response(child.stdout).text(), drain(text)]);
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  await rest;
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
});

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}

Deno.test("demo tells its story without colours in a pipe", async () => {
  const { code, out, err } = await batonProcess(["demo", "--orders", "4"]);
  assert.equal(code, 0, err);
  for (
    const part of [
      /Deployed Order fulfilment \(order-fulfillment\), version 1/,
      /Started 4 orders in /,
      /4 of 4 orders completed in /,
      /^# +ELEMENT +TYPE +STATUS +START +TOOK/m,
      /^\(whole order\) +4 +0 /m,
    ]
  ) assert.match(out, part);
  assert.ok(!(out + err).includes("\x1b"));
});

Deno.test("demo redraws one line of progress on a terminal", async () => {
  const { code, err } = await baton(["demo", "--orders", "8"], { width: 80, live: true });
  assert.equal(code, 0);
  const drawn = err.split("\r\x1b[K").filter((line) => line.startsWith("orders "));
  assert.ok(drawn.length > 1);
  for (const line of drawn) assert.match(line, /^orders █*░* \d+\/8 {2}\d+ tasks, \d+ failed attempts/);
  assert.ok(err.endsWith("\n"));
});

Deno.test("demo --postgres: a worker is killed, every order completes, no step is committed twice", async () => {
  const { code, out, err } = await batonProcess(["demo", "--postgres", "--orders", "45", "--json"]);
  assert.equal(code, 0, err);
  const { killed, workers, proofs } = JSON.parse(out);
  assert.ok(proofs.length >= 5);
  assert.equal(killed.worker, "worker-2");
  assert.ok(killed.jobsHeld > 0);
  assert.deepEqual(Object.keys(workers), ["worker-1", "worker-3"]);
  assert.deepEqual(
    proofs.map(({ found, expected, passed }: { found: number; expected: number; passed: boolean }) => [
      found - expected,
      passed,
    ]),
    proofs.map(() => [0, true]),
  );
});

Deno.test("the demo's handlers are those of its model", async () => {
  const { path } = await batonJson<{ path: { elementId: string; elementType: string }[] }>(
    ["simulate", new URL("../../examples/order_fulfillment.bpmn", import.meta.url).pathname],
  );
  const tasks = path.filter(({ elementType }) => elementType === "serviceTask").map(({ elementId }) =>
    elementId
  );
  assert.deepEqual(Object.keys(handlers).sort(), tasks.sort());
});
