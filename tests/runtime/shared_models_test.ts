import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const FILE = (type: string) =>
  bpmn(`
    process one
      service Work: type=${type}
      start -> Work -> end
    process two
      start2 -> end2`);

async function deployed(store: MemoryStore, tenant: string, file: string) {
  const engine = await createEngine({ store, tenant, logger: silentLogger });
  const { definitions } = await engine.deploy(file);
  return { engine, models: await Promise.all(definitions.map(({ id }) => engine.getModel(id))) };
}

Deno.test("tenants, stores and engines of one process share what the same file was compiled to", async () => {
  const store = new MemoryStore();
  const first = await deployed(store, "a", FILE("work"));
  const second = await deployed(store, "b", FILE("work"));
  const elsewhere = await deployed(new MemoryStore(), "a", FILE("work"));
  assert.equal(first.models.length, 2);
  for (const [index, model] of first.models.entries()) {
    assert.equal(second.models[index], model);
    assert.equal(elsewhere.models[index], model);
  }

  // An engine that has compiled nothing reads the file, and takes what is there.
  const third = await createEngine({ store, tenant: "a", logger: silentLogger });
  for (const { id, key } of (await third.definitions()).items) {
    assert.equal(await third.getModel(id), first.models.find((model) => model.id === key));
  }
});

Deno.test("another file is compiled to its own models, whatever its processes are called", async () => {
  const store = new MemoryStore();
  const first = await deployed(store, "a", FILE("work"));
  const second = await deployed(store, "a", FILE("other"));
  assert.deepEqual(second.models.map(({ id }) => id), ["one", "two"]);
  for (const [index, model] of first.models.entries()) assert.notEqual(second.models[index], model);
});
