import assert from "node:assert/strict";

/** Megabytes of V8's old space that a process needs to deploy a small file; 20 were enough when this was written. */
const BASE = 40;
/** Megabytes of each file. */
const FILE = 5;

Deno.test("linting and deploying a hostile file takes no more memory than 20 times its size", async () => {
  const script = new URL("deploy_shapes.ts", import.meta.url).pathname;
  const shapes = ["elements without ids", "unknown references", "attributes, 900 in each element"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      `--v8-flags=--max-old-space-size=${BASE + 20 * FILE}`,
      script,
      String(FILE * 1_000_000),
      ...shapes,
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success && text.endsWith("done\n"), `${text}${new TextDecoder().decode(stderr).slice(0, 2_000)}`);
});
