import assert from "node:assert/strict";
import { createEngine } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { bpmn } from "../support/bpmn_builder.ts";

Deno.test("incidents that come again at once are resolved once each, however many they are", async () => {
  await using engine = await createEngine({ store: new MemoryStore() });
  // given more incidents than are resolved together, which nothing has mended
  await engine.deploy(bpmn(`
    start -> choice
    xor choice
    choice -[missing > 1]-> A -> end
    choice -/-> B -> end2
  `));
  const count = 201;
  for (let n = 0; n < count; n++) await engine.start("p");
  const before = await engine.incidents.list({ take: 1_000 });
  assert.equal(before.items.length, count);
  // when all are tried again
  assert.equal(await engine.incidents.resolve({ kind: "expression" }), count);
  // then each is an incident anew
  const after = await engine.incidents.list({ take: 1_000 });
  assert.equal(after.items.length, count);
  const old = new Set(before.items.map(({ id }) => id));
  assert.ok(after.items.every(({ id }) => !old.has(id)));
});
