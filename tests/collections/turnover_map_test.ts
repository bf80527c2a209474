import assert from "node:assert/strict";
import { TurnoverMap } from "../../collections/turnover_map.ts";

Deno.test("a map that turns over behaves as a map does, at random", () => {
  const map = new TurnoverMap<string, { readonly n: number }>();
  const expected = new Map<string, { readonly n: number }>();
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % below;
  for (let n = 0; n < 50_000; n++) {
    // Now few keys that come back, now many that do not.
    const key = `k${n % 10_000 < 5_000 ? random(50) : n - random(300)}`;
    if (random(2) === 0) {
      map.set(key, { n });
      expected.set(key, { n });
    } else assert.equal(map.delete(key), expected.delete(key));
    assert.equal(map.size, expected.size);
    assert.equal(map.has(key), expected.has(key));
    assert.deepEqual(map.get(key), expected.get(key));
  }
  assert.ok(expected.size > 100, "there is something to compare");
  const sorted = (entries: Iterable<[string, unknown]>) => [...entries].sort(([a], [b]) => a < b ? -1 : 1);
  assert.deepEqual(sorted(map), sorted(expected));
  assert.deepEqual(new Set(map.values()), new Set(expected.values()));
  map.clear();
  assert.deepEqual([map.size, [...map], map.get("k1")], [0, [], undefined]);
});

Deno.test("a value that was replaced is the one that is there, and counts once", () => {
  const map = new TurnoverMap<number, { readonly name: string }>();
  map.set(1, { name: "first" });
  map.set(1, { name: "second" });
  assert.deepEqual([...map], [[1, { name: "second" }]]);
  assert.equal(map.size, 1);
  assert.equal(map.delete(1), true);
  assert.equal(map.delete(1), false);
  assert.equal(map.size, 0);
});

Deno.test("what is still there stays when the map is renewed, also while its values are gone through", () => {
  const map = new TurnoverMap<number, { readonly n: number }>();
  for (let n = 0; n < 8_000; n++) map.set(n, { n });
  const seen: number[] = [];
  for (const { n } of map.values()) {
    seen.push(n);
    // Renewed more than once on the way.
    if (n % 8 === 0) { for (let other = n + 1; other < n + 8; other++) map.delete(other); }
  }
  const kept = Array.from({ length: 1_000 }, (_, i) => i * 8);
  assert.deepEqual(seen, kept);
  assert.deepEqual([...map].map(([key, { n }]) => [key, n]), kept.map((n) => [n, n]));
  assert.equal(map.size, kept.length);
  map.set(1, { n: -1 });
  assert.deepEqual(map.get(1), { n: -1 });
});

/** How much of what came and went outlives collections of the young generation, after the map has become old. */
const CHILD = `
const { TurnoverMap } = await import(Deno.args[0]);
const map = Deno.args[1] === "turnover" ? new TurnoverMap() : new Map();
const young = () => gc({ type: "minor" });
for (let i = 0; i < 3; i++) map.set(-i - 10, { i });
map.delete(-10), map.delete(-11);
for (let i = 0; i < 4; i++) young();
const refs = [];
for (let round = 0; round < 20; round++) {
  for (let i = 0; i < 200; i++) {
    const value = { n: i };
    refs.push(new WeakRef(value));
    map.set(round * 200 + i, value);
    map.delete(round * 200 + i - 1);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  young();
}
await new Promise((resolve) => setTimeout(resolve, 0));
young();
console.log(refs.filter((ref) => ref.deref() !== undefined).length);
`;

Deno.test("what came and went in a map that turns over is garbage while it is young", async () => {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(file, CHILD);
    const left = async (kind: string): Promise<number> => {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--allow-read",
          "--no-check",
          "--v8-flags=--expose-gc",
          file,
          new URL("../../collections/turnover_map.ts", import.meta.url).href,
          kind,
        ],
        stderr: "inherit",
      }).output();
      return Number(new TextDecoder().decode(stdout));
    };
    const turnover = await left("turnover");
    const usual = await left("map");
    assert.ok(turnover < 100, `${turnover} of 4,000 values are left`);
    assert.ok(usual > 10 * turnover, `the usual map leaves ${usual}: then this one is not needed any more`);
  } finally {
    await Deno.remove(file);
  }
});
