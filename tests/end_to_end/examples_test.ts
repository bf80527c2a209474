import assert from "node:assert/strict";
import { createApp } from "../../examples/deno_deploy.ts";
import { KvStore } from "../../storage/kv.ts";

Deno.test("the Deno Deploy example works by requests and cron alone", async () => {
  let at = Date.UTC(2026, 0, 1);
  const clock = { now: () => at };
  const store = await KvStore.open(":memory:", { clock: clock.now });
  await using app = await createApp({ store, clock });
  const ask = (path: string, init?: RequestInit) => app.fetch(new Request(`http://localhost${path}`, init));

  const created = await ask("/signups", {
    method: "POST",
    body: JSON.stringify({ email: "ann@example.com" }),
  });
  assert.equal(created.status, 201);
  const path = created.headers.get("location") ?? "";
  await created.body?.cancel();
  const waiting = await (await ask(path)).json();
  assert.equal(waiting.status, "running");
  assert.equal(waiting.variables.account, "account of ann@example.com");

  await app.tick();
  assert.equal((await (await ask(path)).json()).status, "running");
  at += 24 * 3_600_000;
  await app.tick();
  const done = await (await ask(path)).json();
  assert.equal(done.status, "completed");
  assert.deepEqual(done.steps.map((step: { element: string }) => step.element), [
    "start",
    "create-account",
    "a-day-later",
    "send-tips",
    "end",
  ]);
  assert.equal((await ask("/signups/999999")).status, 404);
  assert.equal((await ask("/signups", { method: "POST", body: "{" })).status, 400);
});

Deno.test("the quick start runs with few permissions", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-env=LOG", "--no-prompt", "examples/quick_start.ts"],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stdout), /^order order-1: completed/);
});
