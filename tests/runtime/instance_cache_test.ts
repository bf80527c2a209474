/** How many instances the cache holds: an estimate that is far off makes workers load what they have just written. */
import assert from "node:assert/strict";
import { InstanceCache, type Live, live, liveBytes } from "../../runtime/instance_cache.ts";

function entry(id: string, variables: Record<string, unknown>): Live {
  return live({
    id,
    tenant: "default",
    definitionId: "1",
    key: "order",
    version: 1,
    rootId: id,
    revision: 1,
    status: "running",
    startedAt: 0,
    state: "{}",
    variables: JSON.stringify(variables),
  });
}

Deno.test("the cache: one long text takes about what its characters take", () => {
  const cache = new InstanceCache(64 * 1024 * 1024);
  for (let i = 0; i < 1_000; i++) cache.put(entry(String(i), { document: "lorem, ipsum ".repeat(4_000) }));
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
