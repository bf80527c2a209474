/** Rules about sequence flows (BPMN 2.0.2, 7.6.1 and 8.4.13). */
import { isBpmn, type XmlElement } from "../document.ts";
import { ACTIVITIES, ARTIFACTS, EVENTS, GATEWAYS, SUB_PROCESSES } from "./kinds.ts";
import type { Direction, ModelIndex } from "./model_index.ts";
import { eachRule, isFalse, isTrue, label, localPart, type Rule } from "./rule.ts";

const CONNECTABLE = [...ACTIVITIES, ...GATEWAYS, ...EVENTS];
const WITH_DEFAULT_FLOW = [...ACTIVITIES, "exclusiveGateway", "inclusiveGateway", "complexGateway"];

/** True for a sub-process that an event triggers. */
export function isEventSubProcess(element: XmlElement): boolean {
  return isBpmn(element, ...SUB_PROCESSES) && isTrue(element, "triggeredByEvent");
}

function noArtifact(id: string, covers: string, end: "sourceRef" | "targetRef"): Rule {
  return eachRule(id, [covers], ["sequenceFlow"], (flow, model) => {
    const node = model.refer(flow, end);
    if (!node || !isBpmn(node, ...ARTIFACTS)) return;
    const verb = end === "sourceRef" ? "starts" : "ends";
    return `The sequence flow ${verb} at the ${label(node)}: connect an activity, gateway or event instead`;
  });
}

function flowNodeOnly(id: string, covers: string, end: "sourceRef" | "targetRef"): Rule {
  return eachRule(id, [covers], ["sequenceFlow"], (flow, model) => {
    const node = model.refer(flow, end);
    // Artifacts have rules of their own. In a choreography, flows connect its tasks.
    if (!node || isBpmn(node, ...ARTIFACTS) || !model.processOf(flow)) return;
    const verb = end === "sourceRef" ? "starts" : "ends";
    if (isEventSubProcess(node)) {
      return `The sequence flow ${verb} at the event ${label(node)}, which only its start event triggers: ` +
        "remove the flow";
    }
    if (!isBpmn(node, ...CONNECTABLE)) {
      return `The sequence flow ${verb} at the ${label(node)}: connect an activity, gateway or event instead`;
    }
  });
}

/** The end of a flow that does not list it, in words; undefined if it does. */
function unlisted(flow: XmlElement, model: ModelIndex, direction: Direction): string | undefined {
  const node = model.refer(flow, direction === "incoming" ? "targetRef" : "sourceRef");
  if (!node || flow.id === undefined || !isBpmn(node, ...CONNECTABLE)) return undefined;
  if (model.listedFlows(node, direction).has(localPart(flow.id))) return undefined;
  return `the ${label(node)} does not list it as <${direction}>`;
}

/** Rules about sequence flows. */
export const sequenceFlowRules: readonly Rule[] = [
  noArtifact("sequence-flow-no-artifact-target", "EXT006", "targetRef"),
  noArtifact("sequence-flow-no-artifact-source", "EXT007", "sourceRef"),
  flowNodeOnly("sequence-flow-node-source", "EXT021", "sourceRef"),
  flowNodeOnly("sequence-flow-node-target", "EXT022", "targetRef"),
  eachRule("sequence-flow-listed", ["EXT023"], ["sequenceFlow"], (flow, model) => {
    const missing = [unlisted(flow, model, "incoming"), unlisted(flow, model, "outgoing")]
      .filter((text) => text !== undefined);
    if (missing.length > 0) return `The sequence flow is only known at one end: ${missing.join(" and ")}`;
  }),
  eachRule("sequence-flow-immediate", ["EXT024"], ["sequenceFlow"], (flow, model) => {
    if (isFalse(flow, "isImmediate") && model.inExecutable(flow)) {
      return 'The sequence flow of an executable process has isImmediate="false": remove the attribute';
    }
  }),
  eachRule("activity-single-conditional-flow", ["EXT025"], ACTIVITIES, (activity, model) => {
    const [flow] = model.flows(activity, "outgoing");
    if (!flow || model.mostFlows(activity, "outgoing") !== 1) return;
    if (model.children(flow, "conditionExpression").length > 0) {
      return `The only way out of the ${label(activity)} is the conditional ${label(flow)}: ` +
        "add another flow for when the condition is false, or remove the condition";
    }
  }),
  eachRule("default-flow-source", ["EXT026"], WITH_DEFAULT_FLOW, (node, model) => {
    const flow = model.refer(node, "default");
    if (!flow || !isBpmn(flow, "sequenceFlow") || model.refer(flow, "sourceRef") === node) return;
    return `The default ${label(flow)} does not start at the ${label(node)}: ` +
      "name one of its own outgoing flows as default";
  }),
  eachRule("sequence-flow-no-border", ["EXT152"], ["sequenceFlow"], (flow, model) => {
    const source = model.refer(flow, "sourceRef");
    const target = model.refer(flow, "targetRef");
    if (!source || !target || !isBpmn(source, ...CONNECTABLE) || !isBpmn(target, ...CONNECTABLE)) return;
    if (source.parent === target.parent) return;
    const border = model.processOf(source) === model.processOf(target) ? "a sub-process" : "a pool";
    return `The sequence flow crosses the border of ${border}, from the ${label(source)} to the ${
      label(target)
    }: ` +
      (border === "a pool" ? "use a message flow" : "connect the sub-process itself");
  }),
];
