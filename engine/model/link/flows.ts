/** Links sequence flows, their conditions and the default flows (BPMN 2.0.2, 8.4.13). */
import type { XmlElement } from "../document.ts";
import { appended } from "../lists.ts";
import type { FlowNode, SequenceFlow } from "../types.ts";
import { child, describe, draft } from "./context.ts";
import { isActivity, type ProcessDraft, xmlOf } from "./nodes.ts";

/** Links all flows of a process, in the order of their elements. */
export function linkFlows(process: ProcessDraft): void {
  const byId = new Map<string, SequenceFlow>();
  for (const xml of process.flows) {
    const flow = makeFlow(process, xml);
    if (!flow || byId.has(flow.id)) continue;
    byId.set(flow.id, flow);
    process.flowXml.set(flow, xml);
    const source = draft(flow.source), target = draft(flow.target);
    source.outgoing = appended(source.outgoing, flow);
    target.incoming = appended(target.incoming, flow);
    if (flow.condition) draft(flow.source).hasConditions = true;
  }
  for (const node of process.order) linkDefault(process, node, byId);
}

function makeFlow(process: ProcessDraft, xml: XmlElement): SequenceFlow | undefined {
  const { context } = process;
  const source = endOf(process, xml, "sourceRef");
  const target = endOf(process, xml, "targetRef");
  const condition = context.content(child(xml, "conditionExpression"), "expression");
  if (!xml.id) {
    context.problem("missing-id", xml, "Cannot follow a sequence flow without id");
    return undefined;
  }
  if (!source || !target) return undefined;
  if (source.parent !== target.parent || source === process.root || target === process.root) {
    context.problem(
      "sequence-flow-scope",
      xml,
      `Cannot follow sequence flow "${xml.id}": ${describe(source)} and ${
        describe(target)
      } are not in the same scope`,
    );
    return undefined;
  }
  const mayLeave = whyNoOutgoing(source);
  if (mayLeave) {
    context.problem(
      "sequence-flow-source",
      xml,
      `Cannot follow sequence flow "${xml.id}" out of ${mayLeave}`,
    );
  }
  const mayEnter = whyNoIncoming(source, target);
  if (mayEnter) {
    context.problem("sequence-flow-target", xml, `Cannot follow sequence flow "${xml.id}" into ${mayEnter}`);
  }
  if (mayLeave || mayEnter) return undefined;
  const name = xml.attributes.get("name");
  return {
    id: xml.id,
    ...(name ? { name } : {}),
    source,
    target,
    ...(condition ? { condition } : {}),
    isDefault: false,
  };
}

function endOf(
  process: ProcessDraft,
  xml: XmlElement,
  attribute: "sourceRef" | "targetRef",
): FlowNode | undefined {
  const { context } = process;
  const rule = attribute === "sourceRef" ? "sequence-flow-source" : "sequence-flow-target";
  const reference = xml.attributes.get(attribute)?.trim();
  const flow = `sequence flow "${xml.id ?? ""}"`;
  if (!reference) {
    context.problem(rule, xml, `Cannot follow ${flow}: it has no ${attribute}`);
    return undefined;
  }
  const element = context.document.resolve(reference);
  const node = element?.id === undefined ? undefined : process.nodes.get(element.id);
  if (node) return node;
  const state = element
    ? `"${reference}" is a ${element.name}, not a flow node of this process`
    : `there is no "${reference}"`;
  context.problem(rule, xml, `Cannot follow ${flow}: ${state}`);
  return undefined;
}

function whyNoOutgoing(node: FlowNode): string | undefined {
  if (node.type === "endEvent") return `${describe(node)}: nothing goes on after an end event`;
  if (node.type === "eventSubProcess") return `${describe(node)}: it stands outside the flow`;
  return undefined;
}

function whyNoIncoming(source: FlowNode, node: FlowNode): string | undefined {
  if (node.type === "boundaryEvent") return `${describe(node)}: only its activity triggers it`;
  if (node.type === "eventSubProcess") return `${describe(node)}: only its start event triggers it`;
  if (node.type === "startEvent") return `${describe(node)}: start events have no incoming flow`;
  // A loop to itself is drawn in models of all kinds and has one meaning, so only the process is excluded above.
  return source.type === "process" ? describe(source) : undefined;
}

const MAY_HAVE_DEFAULT: ReadonlySet<string> = new Set([
  "exclusiveGateway",
  "inclusiveGateway",
  "complexGateway",
]);

function linkDefault(process: ProcessDraft, node: FlowNode, byId: ReadonlyMap<string, SequenceFlow>): void {
  const xml = xmlOf(process, node);
  const reference = xml.attributes.get("default")?.trim();
  if (!reference || !(MAY_HAVE_DEFAULT.has(node.type) || isActivity(node))) return;
  const { context } = process;
  const id = context.document.resolve(reference)?.id ?? reference;
  const flow = byId.get(id);
  if (!flow || flow.source !== node) {
    const state = flow ? "that flow leaves another node" : "there is no such sequence flow";
    context.problem(
      "default-flow",
      xml,
      `Cannot use default flow "${reference}" of ${describe(node)}: ${state}`,
    );
    return;
  }
  draft(flow).isDefault = true;
  draft(node).defaultFlow = flow;
}
