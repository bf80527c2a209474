import assert from "node:assert/strict";

const PAGE = new URL("../../docs/guarantees.md", import.meta.url);

Deno.test("docs: each guarantee names a test that is there", async () => {
  const [promises] = (await Deno.readTextFile(PAGE)).split("\n## Not promised");
  const items = promises.split("\n- ").slice(1).map((item) => item.split("\n\n")[0].replaceAll(/\s+/g, " "));
  assert.ok(items.length > 30);
  for (const item of items) {
    const link = /\[([^\]]+)\]\((\.\.\/tests\/[^)]+)\)$/.exec(item.trim());
    assert.ok(link, `"${item}" ends with its test`);
    const [, name, path] = link;
    const test = await Deno.readTextFile(new URL(path, PAGE));
    assert.ok(test.includes(name), `${path} has no test "${name}"`);
  }
});
