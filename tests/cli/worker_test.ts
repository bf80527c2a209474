/** The worker's command, in a process of its own. */
import assert from "node:assert/strict";
import { baton, batonJson, spawnBaton, tempDir } from "../support/cli.ts";

const ORDERS = new URL("../models/order_fulfillment.bpmn", import.meta.url).pathname;
const HANDLERS = new URL("./handlers/orders.ts", import.meta.url).pathname;
const KEY = "order-fulfillment";

/** Reads standard error until it has `text`. @returns Waits for the end and gives all of it. */
async function says(child: Deno.ChildProcess, text: string): Promise<() => Promise<string>> {
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot find "${text}": the process has ended and said\n${said}`);
    said += value;
  }
  return async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return said;
      said += value;
    }
  };
}

async function completed(env: Record<string, string>, wanted: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const [row] =
      (await batonJson<{ items: { count: number }[] }>(["kpi", "--by", "process"], { env })).items;
    if (row?.count === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Cannot see ${wanted} completed instances: time is up`);
}

Deno.test("worker does the work of others, answers /health, and ends well on SIGTERM", async () => {
  await using dir = tempDir();
  const env = { BATON_DB: `kv:${dir.path}/test.kv` };
  await batonJson(["deploy", ORDERS], { env });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const args = ["worker", "--json", "--handlers", HANDLERS, "--health", String(port), "--name", "w1"];
  const child = spawnBaton(args, { env });
  const output = new Response(child.stdout).text();
  const errors = await says(child, "handles Validate-Order");
  await batonJson(["start", KEY, "--count", "3", "--var", "total=1"], { env });
  await completed(env, 3);
  const answer = await fetch(`http://127.0.0.1:${port}/health`);
  assert.equal(answer.status, 200);
  const health = await answer.json();
  assert.deepEqual([health.status, health.connected, health.counters.completed], ["running", true, 12]);
  const wrong = await fetch(`http://127.0.0.1:${port}/else`);
  assert.equal(wrong.status, 404);
  await wrong.body?.cancel();
  child.kill("SIGTERM");
  child.kill("SIGTERM");
  const { code } = await child.status;
  assert.equal(code, 0, await errors());
  assert.equal(JSON.parse(await output).counters.completed, 12);
});

Deno.test("worker finishes the handler that runs when it is told to stop", async () => {
  await using dir = tempDir();
  const env = { BATON_DB: `kv:${dir.path}/test.kv` };
  const handlers = `${dir.path}/slow.ts`;
  await Deno.writeTextFile(
    handlers,
    `export const handlers = { "validate-order": async () => {
      console.error("at work");
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { valid: "slowly" };
    } };`,
  );
  await batonJson(["deploy", ORDERS], { env });
  const { id } = await batonJson<{ id: string }>(["start", KEY], { env });
  const child = spawnBaton(["worker", "--handlers", handlers], { env });
  const output = new Response(child.stdout).text();
  const errors = await says(child, "at work");
  child.kill("SIGINT");
  assert.equal((await child.status).code, 0);
  assert.match(await output, /^Stopped after .*: 1 task done, 0 failed attempts\n$/);
  await errors();
  const { variables } = await batonJson<{ variables: { valid: string } }>(["show", id], { env });
  assert.equal(variables.valid, "slowly");
  assert.equal((await baton(["show", id], { env })).code, 0);
});

Deno.test("worker --stop-with-input ends with its parent", async () => {
  await using dir = tempDir();
  const child = spawnBaton(["worker", "--stop-with-input"], { env: { BATON_DB: `kv:${dir.path}/test.kv` } });
  // Its input is empty from the start: as if the parent were gone.
  const { code, stdout } = await child.output();
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /^Stopped after /);
});
