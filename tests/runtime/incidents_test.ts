import assert from "node:assert/strict";
import { createEngine } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const MODEL = bpmn(`
  start -> choice
  xor choice
  choice -[missing > 1]-> A -> end
  choice -/-> B -> end2
`);

Deno.test("incidents that come again at once are resolved once each, however many they are", async () => {
  await using engine = await createEngine({ store: new MemoryStore() });
  // given more incidents than are resolved together, which nothing has mended
  await engine.deploy(MODEL);
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

Deno.test("a suspended instance among many keeps no other incident from being resolved", async () => {
  await using engine = await createEngine({ store: new MemoryStore() });
  await engine.deploy(MODEL);
  const ids: string[] = [];
  for (let n = 0; n < 201; n++) ids.push((await engine.start("p")).id);
  await engine.suspend(ids[0]);
  assert.equal(await engine.incidents.resolve({}, { missing: 2 }), 200);
  const left = (await engine.incidents.list()).items;
  assert.deepEqual(left.map(({ instanceId }) => instanceId), [ids[0]]);
  await assert.rejects(engine.incidents.resolve(left[0].id), { code: "suspended" });
  await engine.resume(ids[0]);
  assert.equal(await engine.incidents.resolve(left[0].id, { missing: 2 }), 1);
});
