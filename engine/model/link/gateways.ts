/** Links gateways (BPMN 2.0.2, 10.6 and 13.4). */
import type { XmlElement } from "../document.ts";
import type { FlowNode, Gateway } from "../types.ts";
import { child, describe, draft, type LinkContext } from "./context.ts";
import { isEvent, type ProcessDraft, xmlOf } from "./nodes.ts";

/** Links all gateways of a process. */
export function linkGateways(process: ProcessDraft): void {
  for (const node of process.order) {
    if (node.type === "complexGateway") linkComplex(process.context, node, xmlOf(process, node));
    if (node.type === "eventBasedGateway") linkEventBased(process, node, xmlOf(process, node));
  }
}

function linkComplex(context: LinkContext, gateway: Gateway, xml: XmlElement): void {
  const activationCondition = context.content(child(xml, "activationCondition"), "expression");
  if (activationCondition) draft(gateway).activationCondition = activationCondition;
}

function linkEventBased(process: ProcessDraft, gateway: Gateway, xml: XmlElement): void {
  const { context } = process;
  const writable = draft(gateway);
  writable.instantiate = context.boolean(xml, "instantiate", false);
  const type = xml.attributes.get("eventGatewayType")?.trim() || "Exclusive";
  if (type !== "Exclusive" && type !== "Parallel") {
    context.problem(
      "bad-attribute",
      xml,
      `Cannot read eventGatewayType "${type}": it must be Exclusive or Parallel`,
    );
  }
  writable.eventGatewayType = type === "Parallel" ? "Parallel" : "Exclusive";
  const fail = (rule: string, state: string): void =>
    context.problem(rule, xml, `Cannot execute ${describe(gateway)}: ${state}`);
  if (type === "Parallel" && !gateway.instantiate) {
    fail("event-gateway-type", "a parallel one must instantiate the process");
  }
  if (gateway.outgoing.length === 0) {
    fail("event-gateway-flows", "it has no outgoing flows, so nothing could happen");
  }
  if (gateway.instantiate && gateway.incoming.length > 0) {
    fail("event-gateway-incoming", "it starts the process, and has incoming flows");
  }
  if (gateway.instantiate && gateway.parent !== process.root) {
    fail("event-gateway-type", "only a gateway of the process itself can start it");
  }
  for (const flow of gateway.outgoing) {
    const at = process.flowXml.get(flow) ?? xml;
    if (flow.condition) {
      context.problem(
        "event-gateway-flows",
        at,
        `Cannot use a condition on "${flow.id}": ${describe(gateway)} waits for events`,
      );
    }
    if (isTarget(flow.target)) continue;
    const state = `${
      describe(flow.target)
    } is not a receive task or a message, signal, timer or conditional catch event`;
    context.problem("event-gateway-target", at, `Cannot wait behind ${describe(gateway)}: ${state}`);
  }
}

function isTarget(node: FlowNode): boolean {
  if (node.type === "receiveTask") return true;
  return node.type === "intermediateCatchEvent" && isEvent(node) &&
    !node.definitions.some((d) => d.kind === "link");
}
