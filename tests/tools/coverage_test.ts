import assert from "node:assert/strict";
import { Executed, percent } from "../../tools/coverage.ts";

Deno.test("coverage is summed by folder and by file; what is elsewhere does not count", () => {
  const executed = new Executed("/r/");
  executed.add(
    "SF:/r/engine/a.ts\nDA:1,1\nDA:2,7\nDA:3,0\nLH:2\nLF:3\nend_of_record\n" +
      "SF:/r/engine/b/c.ts\nDA:1,0\nDA:2,1\nLH:1\nLF:2\nend_of_record\n" +
      "SF:/r/storage/kv.ts\nDA:9,5\nLH:1\nLF:1\nend_of_record\n" +
      "SF:/other/engine/a.ts\nDA:1,0\nLH:0\nLF:1\nend_of_record\n",
  );
  assert.deepEqual(executed.of("engine"), { hit: 3, found: 5 });
  assert.deepEqual(executed.of("engine/b/c.ts"), { hit: 1, found: 2 });
  assert.deepEqual(executed.files, ["engine/a.ts", "engine/b/c.ts", "storage/kv.ts"]);
  assert.equal(percent(executed.of("storage")), 100);
  assert.equal(percent(executed.of("runtime")), 0);
});

Deno.test("coverage: a line is executed if one of several runs has executed it", () => {
  const executed = new Executed("/r/");
  executed.add("SF:/r/engine/a.ts\nDA:1,1\nDA:2,0\nDA:3,0\nend_of_record\n");
  executed.add("SF:/r/engine/a.ts\nDA:1,0\nDA:2,2\nDA:3,0\nend_of_record\n");
  assert.deepEqual(executed.of("engine/a.ts"), { hit: 2, found: 3 });
  const again = new Executed("/r/");
  again.add(executed.lcov());
  assert.equal(again.lcov(), executed.lcov());
  assert.deepEqual(again.of("engine"), { hit: 2, found: 3 });
});

Deno.test("coverage names the lines of a file that were not executed", () => {
  const executed = new Executed("/r/");
  executed.add("SF:/r/a.ts\nDA:1,0\nDA:2,1\nDA:3,0\nDA:5,0\nDA:6,0\nDA:8,3\nDA:9,0\nend_of_record\n");
  assert.equal(executed.missing("a.ts"), "1, 3-6, 9");
  assert.equal(executed.missing("b.ts"), "");
});
