import assert from "node:assert/strict";

/**
 * Megabytes of V8's old space in which a process deploys small files of all shapes, one after the other. 18 were enough
 * when this was written; the others are for what earlier files leave, and since V8 gives up near the limit when it is
 * slow, as on a busy machine.
 */
const BASE = 28;

/** So many more take the first 20,000 elements of a file, which may be as short as they like: nine hundred bytes each. */
const FREE_ELEMENTS = 18;

/**
 * Of a processor, for a megabyte that is checked: two seconds, and three times that on a machine with other work, which
 * slows processors down. It is looked at here since these files are the largest; a time that is the square of the size
 * would be hundreds of times as much.
 */
const MAX_MS = 3 * 2_000;

/** Shapes whose elements have so few characters that it is their number that counts. */
const SHORT = [
  "global tasks",
  "dense: tasks",
  "dense: service tasks",
  "dense: receive tasks",
  "dense: call activities",
  "dense: sub-processes",
  "dense: global tasks",
  "dense: global user tasks",
];

/** Megabytes, and the shapes that took the most for their size. */
const FILES: readonly (readonly [megabytes: number, ...shapes: string[]])[] = [
  [1, "flows into one gateway"],
  [2.4, "a chain of tasks", "dense: call activities"],
  [5, "elements without ids", "unknown references", "attributes, 900 in each element"],
];

/** The young space is none of the old one, and could hold the half of a small file's model. */
const NO_YOUNG_SPACE = ",--max-semi-space-size=1";

async function deployIn(memory: string, megabytes: number, ...shapes: string[]): Promise<string> {
  const script = new URL("deploy_shapes.ts", import.meta.url).pathname;
  const flags = `--v8-flags=--max-old-space-size=${memory}`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", flags, script, String(megabytes * 1_000_000), ...shapes],
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(
    success && text.endsWith("done\n"),
    `${text.slice(-1_000)}${new TextDecoder().decode(stderr).slice(0, 2_000)}`,
  );
  return text;
}

Deno.test("deploying a hostile file of any shape takes no more memory than 20 times its size", async () => {
  const size = 0.4;
  // Two at a time: most of it is the work of a processor.
  const texts = await Promise.all(
    ["0/2", "1/2"].map((part) =>
      deployIn(`${BASE + 20 * size}${NO_YOUNG_SPACE}`, size, "--part", part, ...SHORT)
    ),
  );
  await deployIn(`${BASE + FREE_ELEMENTS + 20 * size}${NO_YOUNG_SPACE}`, size, ...SHORT);
  const names = new Set(texts.join("\n").split("\n"));
  assert.ok(names.size > 140 && names.has("FEEL contexts") && names.has("dense: way points"));
});

for (
  const [megabytes, shape] of FILES.flatMap(([size, ...shapes]) => shapes.map((one) => [size, one] as const))
) {
  Deno.test(`linting and deploying a hostile file of ${megabytes} MB (${shape}) takes no more memory than 20 times its size`, async () => {
    const text = await deployIn(`${BASE + FREE_ELEMENTS + 20 * megabytes}`, megabytes, shape);
    const [, ms] = /, (\d+) ms of a processor$/m.exec(text) ?? [];
    assert.ok(Number(ms) <= 2 * MAX_MS * Math.max(1, megabytes), text);
  });
}
