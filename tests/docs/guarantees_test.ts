import assert from "node:assert/strict";
import { SCENARIOS } from "../chaos/scenarios.ts";
import { SHORT } from "../chaos/short.ts";

const LINK = /\[([^\]]+)\]\((\.\.\/tests\/[^)]+)\)/g;
const PAGE = new URL("../../docs/guarantees.md", import.meta.url);

Deno.test("docs: each guarantee names a test that is there", async () => {
  const [promises] = (await Deno.readTextFile(PAGE)).split("\n## Not promised");
  const items = promises.split("\n- ").slice(1).map((item) => item.split("\n\n")[0].replaceAll(/\s+/g, " "));
  assert.ok(items.length > 30);
  for (const item of items) {
    assert.match(item.trim(), /\]\(\.\.\/tests\/[^)]+\)$/, "it ends with its test");
    for (const [, name, path] of item.matchAll(LINK)) {
      const test = await Deno.readTextFile(new URL(path, PAGE));
      assert.ok(test.includes(name), `${path} has no test "${name}"`);
      if (!path.includes("/chaos/")) continue;
      const scenario = SCENARIOS.find(({ what }) => what === name);
      assert.ok(scenario && SHORT[scenario.name] > 0, `"${name}" does not run in deno task test`);
    }
  }
});
