import assert from "node:assert/strict";
import { generateRulesDocs } from "../../tools/generate_rules_docs.ts";

Deno.test("generateRulesDocs() gives what docs/validation.md holds", async () => {
  const path = new URL("../../docs/validation.md", import.meta.url);
  assert.equal(await Deno.readTextFile(path), generateRulesDocs());
});

Deno.test("generateRulesDocs() has one row for each form rule, with what it covers", () => {
  const docs = generateRulesDocs();
  assert.match(docs, /\| `sequence-flow-no-border` +\| error +\|[^|]+\| EXT152 +\|/);
  assert.equal(docs.match(/EXT118/g)?.length, 1);
});
