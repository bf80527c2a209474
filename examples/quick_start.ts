/**
 * The library in twenty lines: deploy, start, run.
 *
 *     deno run --allow-read --allow-env=LOG examples/quick_start.ts
 */
import { createEngine } from "../mod.ts";
import { MemoryStore } from "../storage/memory.ts";

await using engine = await createEngine({
  store: new MemoryStore(),
  handlers: {
    "validate-order": (ctx) => ({ valid: Number(ctx.get("total")) > 0 }),
    "reserve-inventory": () => ({ reserved: true }),
    "process-payment": (ctx) => ({ payment: `payment-${ctx.jobId}` }),
    "fulfil-order": () => ({ shipped: true }),
  },
});

await engine.deploy(new URL("../tests/models/order_fulfillment.bpmn", import.meta.url));
const order = await engine.start("order-fulfillment", { variables: { total: 12 }, businessKey: "order-1" });
const { status } = await engine.run(order.id);

console.log(`order ${order.businessKey}: ${status}`, await engine.variables(order.id));
for (const step of await engine.history(order.id)) {
  console.log(`${step.sequence}. ${step.elementId}: ${step.status} after ${step.durationMs} ms`);
}
