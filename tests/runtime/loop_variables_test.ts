/** What a handler sees of the loop it works for. */
import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

onEachStore("a handler sees its item, the counter and how far the others are", async ({ worker: open }) => {
  const seen: unknown[] = [];
  const worker = await open({
    handlers: {
      pack: ({ variables }) => {
        const { item, loopCounter, nrOfInstances } = variables;
        seen.push([item, loopCounter, nrOfInstances]);
      },
    },
  });
  await worker.engine.deploy(bpmn("service a: type=pack eachSequential=items:item\nstart -> a -> end"));
  const { id } = await worker.engine.start("p", { variables: { items: ["x", "y"] } });
  await worker.drain();
  assert.deepEqual(seen, [["x", 0, 2], ["y", 1, 2]]);
  assert.equal((await worker.engine.getInstance(id)).status, "completed");
});
