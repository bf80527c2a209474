import assert from "node:assert/strict";
import type { Deployed } from "./deploy_shapes.ts";
import { SHAPES } from "./shapes.ts";

/** What docs/limits.md says: so many times a file's size, beside what its first elements take, however short they are. */
const TIMES = 20;
const FREE = 4_500_000;

/**
 * Megabytes of V8's old space in which a process deploys one large file; 18 were enough when this was written. It bounds
 * what a check takes in passing; what it keeps is counted more exactly.
 */
const BASE = 32;
/** The same for a process that deploys small files of all shapes, one after the other: earlier ones leave something. */
const BASE_OF_ALL = 96;

/**
 * Two seconds of a quiet processor for each megabyte, and at least two: told by how often a fixed piece of work could
 * have been done meanwhile, which is the same on a busy machine. Twice as much passes, since that is not exact; a time that
 * is the square of the size would be hundreds of times as much.
 */
const MAX_TURNS = 2 * 300;

/** Megabytes, and shapes that took the most for their size, of which a larger file shows what grows with it. */
const LARGE: readonly (readonly [megabytes: number, shape: string])[] = [
  [1, "flows into one gateway"],
  [2.4, "dense: call activities"],
  [5, "elements without ids"],
  [5, "attributes, 900 in each element"],
];

async function deployIn(megabytes: number, base: number, ...args: string[]): Promise<Deployed[]> {
  const script = new URL("deploy_shapes.ts", import.meta.url).pathname;
  const space = `--expose-gc,--max-old-space-size=${base + TIMES * megabytes}`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", `--v8-flags=${space}`, script, `${megabytes * 1e6}`, ...args],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const wrong = new TextDecoder().decode(stderr).slice(0, 2_000);
  assert.ok(success && text.endsWith("done\n"), `${text.slice(-1_000)}${wrong}`);
  return text.split("\n").filter((line) => line[0] === "{").map((line) => JSON.parse(line));
}

function assertBounded(files: readonly Deployed[]): void {
  const tooMuch = files.filter(({ bytes, kept, checkTurns, deployTurns }) =>
    kept > TIMES * bytes + FREE || Math.max(checkTurns, deployTurns) > MAX_TURNS * Math.max(1, bytes / 1e6)
  );
  assert.deepEqual(tooMuch, []);
}

Deno.test("a hostile file of any shape takes no more memory than 20 times its size, and no more than 2 s for a MB", async () => {
  // Two at a time: most of it is the work of a processor.
  const files = (await Promise.all(["0/2", "1/2"].map((part) => deployIn(0.25, BASE_OF_ALL, "--part", part))))
    .flat();
  assert.deepEqual(files.map(({ shape }) => shape).sort(), Object.keys(SHAPES).sort());
  assertBounded(files);
});

for (const [megabytes, shape] of LARGE) {
  Deno.test(`a hostile file of ${megabytes} MB (${shape}) takes no more memory than 20 times its size`, async () => {
    assertBounded(await deployIn(megabytes, BASE, shape));
  });
}
