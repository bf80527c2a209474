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
