import assert from "node:assert/strict";
import { linesOf, percent } from "../../tools/coverage.ts";

Deno.test("coverage is summed by folder and by file; what is elsewhere does not count", () => {
  const sums = linesOf(
    "SF:/r/engine/a.ts\nDA:1,1\nLH:3\nLF:4\nend_of_record\nSF:/r/engine/b/c.ts\nLH:1\nLF:4\nend_of_record\n" +
      "SF:/r/storage/kv.ts\nLH:5\nLF:5\nend_of_record\nSF:/other/engine/a.ts\nLH:0\nLF:100\nend_of_record\n",
    "/r/",
  );
  assert.deepEqual(sums.get("engine"), { hit: 4, found: 8 });
  assert.deepEqual(sums.get("engine/b/c.ts"), { hit: 1, found: 4 });
  assert.deepEqual([...sums.keys()].filter((name) => !name.includes("/")), ["engine", "storage"]);
  assert.equal(percent(sums.get("storage")!), 100);
  assert.equal(percent({ hit: 0, found: 0 }), 0);
});
