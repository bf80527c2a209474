/** How many instances the cache holds: an estimate that is far off makes workers load what they have just written. */
import assert from "node:assert/strict";
import { InstanceCache, type Live, liveBytes } from "../../runtime/instance_cache.ts";

Deno.test("the cache: one long text takes about what its characters take", () => {
  const cache = new InstanceCache(64 * 1024 * 1024);
  const variables = JSON.stringify({ document: "lorem, ipsum ".repeat(4_000) });
  // The cache looks at nothing but the id and the bytes.
  for (let i = 0; i < 1_000; i++) cache.put({ id: String(i) } as Live, liveBytes("{}", variables));
  assert.equal(cache.size, 1_000, "1,000 instances with 52 KB each fit into 64 MiB");
  assert(liveBytes(`"${"語".repeat(50_000)}"`) > 100_000, "characters that are not Latin take two bytes");
});

Deno.test("the cache: many small values take more than their text", () => {
  const list = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ sku: `x-${i}`, quantity: i })));
  const taken = liveBytes(list) / list.length;
  assert(taken > 3 && taken < 8, `${taken} bytes per character`);
  const empty = JSON.stringify(Array.from({ length: 10_000 }, () => ({})));
  assert(liveBytes(empty) > 600_000, "an empty object takes 64 bytes with its place");
});

Deno.test("the cache drops what was used longest ago, and names what was used last", () => {
  const cache = new InstanceCache(30);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => ({ id, bytes: 0 }) as Live);
  for (const entry of [a, b, c]) cache.put(entry, 10);
  cache.put(a, 10);
  assert.deepEqual(cache.recent(), ["b", "c", "a"]);
  cache.put(d, 10);
  assert.deepEqual([cache.get("b"), cache.recent()], [undefined, ["c", "a", "d"]]);
  cache.put(a, 20); // in the midst, and larger
  assert.deepEqual(cache.recent(), ["d", "a"]);
  const newer = { id: "d", bytes: 0 } as Live;
  cache.put(newer, 5);
  cache.delete("d", d);
  assert.equal(cache.get("d"), newer, "only the one that was meant");
  cache.put(newer, 31); // more than there is room for
  assert.deepEqual([cache.get("d"), cache.recent(), cache.size], [undefined, ["a"], 1]);
  cache.delete("a");
  for (const entry of [b, c, d]) cache.put(entry, 10);
  assert.deepEqual(cache.recent(), ["b", "c", "d"], "all room is free again");
});

Deno.test("the cache names a thousand or so, those used last", () => {
  const cache = new InstanceCache(1_000_000);
  for (let i = 0; i < 3_000; i++) cache.put({ id: String(i) } as Live, 1);
  assert.deepEqual(cache.recent(), Array.from({ length: 1_024 }, (_, i) => String(3_000 - 1_024 + i)));
});
