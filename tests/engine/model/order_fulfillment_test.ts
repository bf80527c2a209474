import assert from "node:assert/strict";
import { compileBpmn } from "../../../engine/model/parse.ts";
import type { TaskElement } from "../../../engine/model/types.ts";

const FILE = new URL("../../models/order_fulfillment.bpmn", import.meta.url);

Deno.test("compileBpmn() links order fulfilment", () => {
  const { models, problems } = compileBpmn(Deno.readFileSync(FILE));
  assert.deepEqual(problems, []);
  assert.equal(models.length, 1);
  const [model] = models;
  assert.equal(model.id, "order-fulfillment");
  assert.equal(model.name, "Order fulfilment");
  assert.deepEqual(model.root.startNodes.map((n) => n.id), ["start"]);
  assert.deepEqual([...model.elements.keys()], [
    "order-fulfillment",
    "start",
    "validate-order",
    "split",
    "reserve-inventory",
    "process-payment",
    "join",
    "fulfil-order",
    "end",
  ]);
  assert.deepEqual(model.elements.get("split")?.outgoing.map((f) => f.target.id), [
    "reserve-inventory",
    "process-payment",
  ]);
  assert.deepEqual(model.elements.get("join")?.incoming.map((f) => f.source.id), [
    "reserve-inventory",
    "process-payment",
  ]);
  const task = model.elements.get("validate-order") as TaskElement;
  assert.equal(task.job?.type.evaluate({ get: () => undefined, at: 0 }), "validate-order");
  assert.equal(task.line, 7);
  assert.equal(task.column, 5);
});

Deno.test("compileBpmn() freezes what it links", () => {
  const [model] = compileBpmn(Deno.readFileSync(FILE)).models;
  for (const value of [model, model.root, ...model.elements.values(), ...model.root.nodes[0].outgoing]) {
    assert.ok(Object.isFrozen(value));
  }
  assert.ok(Object.isFrozen(model.root.nodes));
});
