import assert from "node:assert/strict";

/** Megabytes of V8's old space that a process needs to deploy a small file; 20 were enough when this was written. */
const BASE = 40;

/**
 * Of a processor, for a megabyte that is checked: two seconds, and three times that on a machine with other work, which
 * slows processors down. It is looked at here since these files are the largest; a time that is the square of the size
 * would be hundreds of times as much.
 */
const MAX_MS = 3 * 2_000;

/** Megabytes, and the shapes that took the most for their size. */
const FILES: readonly (readonly [megabytes: number, ...shapes: string[]])[] = [
  [
    0.5,
    "dense: tasks",
    "dense: end events",
    "dense: global tasks",
  ],
  [1, "flows into one gateway", "dense: sub-processes"],
  [
    2.4,
    "a chain of tasks",
    "dense: receive tasks",
    "dense: call activities",
  ],
  [5, "elements without ids", "unknown references", "attributes, 900 in each element"],
];

for (
  const [megabytes, shape] of FILES.flatMap(([size, ...shapes]) => shapes.map((one) => [size, one] as const))
) {
  Deno.test(`linting and deploying a hostile file of ${megabytes} MB (${shape}) takes no more memory than 20 times its size`, async () => {
    const script = new URL("deploy_shapes.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--no-check",
        `--v8-flags=--max-old-space-size=${BASE + 20 * megabytes}`,
        script,
        String(megabytes * 1_000_000),
        shape,
      ],
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.ok(
      success && text.endsWith("done\n"),
      `${text}${new TextDecoder().decode(stderr).slice(0, 2_000)}`,
    );
    const [, ms] = /, (\d+) ms of a processor$/m.exec(text) ?? [];
    assert.ok(Number(ms) <= 2 * MAX_MS * Math.max(1, megabytes), text);
  });
}
