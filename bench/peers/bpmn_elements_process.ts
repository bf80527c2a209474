/**
 * bpmn-elements in a process of its own: `bpmn_elements_process.ts MS`. Prints `{ instancesPerSecond }`.
 *
 * @module
 */
import { rate } from "../rate.ts";
import { prepareBpmnElements } from "./bpmn_elements.ts";

const run = await prepareBpmnElements(
  await Deno.readTextFile(new URL("../models/order_fulfilment.bpmn", import.meta.url)),
);
const instancesPerSecond = await rate(async (count) => {
  for (let i = 0; i < count; i++) await run();
}, { ms: Number(Deno.args[0]) });
console.log(JSON.stringify({ instancesPerSecond }));
