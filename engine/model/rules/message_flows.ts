/** Rules about message flows (BPMN 2.0.2, 7.6.2 and 9.4). */
import { isBpmn, type XmlElement } from "../document.ts";
import { ARTIFACTS, CONVERSATION_NODES, INTERACTION_NODES } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { eachRule, label, type Rule } from "./rule.ts";

function noArtifact(id: string, covers: string, end: "sourceRef" | "targetRef"): Rule {
  return eachRule(id, [covers], ["messageFlow"], (flow, model) => {
    const node = model.refer(flow, end);
    if (!node || !isBpmn(node, ...ARTIFACTS)) return;
    const verb = end === "sourceRef" ? "starts" : "ends";
    return `The message flow ${verb} at the ${label(node)}: connect a pool, activity or event instead`;
  });
}

/** The process behind one end of a message flow: a pool's own, or the one that a node is in. */
function processBehind(end: XmlElement, model: ModelIndex): XmlElement | undefined {
  return isBpmn(end, "participant") ? model.refer(end, "processRef") : model.processOf(end);
}

/** Rules about message flows, at both ends. */
export const messageFlowRules: readonly Rule[] = [
  noArtifact("message-flow-no-artifact-target", "EXT008", "targetRef"),
  noArtifact("message-flow-no-artifact-source", "EXT009", "sourceRef"),
  eachRule("message-flow-between-pools", ["EXT031"], ["messageFlow"], (flow, model) => {
    const source = model.refer(flow, "sourceRef");
    const target = model.refer(flow, "targetRef");
    for (const end of [source, target]) {
      if (end && !isBpmn(end, ...INTERACTION_NODES, ...ARTIFACTS)) {
        return `The message flow is connected to the ${
          label(end)
        }: connect a pool, activity or event instead`;
      }
    }
    if (
      !source || !target || isBpmn(source, ...CONVERSATION_NODES) || isBpmn(target, ...CONVERSATION_NODES)
    ) {
      return;
    }
    const process = processBehind(source, model);
    if (source === target || (process !== undefined && process === processBehind(target, model))) {
      return `The message flow stays in one pool, from the ${label(source)} to the ${label(target)}: ` +
        "use a sequence flow, or connect another pool";
    }
  }),
  eachRule("message-flow-from-start-event", ["EXT102"], ["startEvent"], (event, model) => {
    if (model.messageFlows(event, "outgoing").length > 0) {
      return `A message flow comes from the ${label(event)}, which cannot send: remove the message flow`;
    }
  }),
  eachRule("message-flow-to-start-event", ["EXT103"], ["startEvent"], (event, model) => {
    if (
      model.messageFlows(event, "incoming").length > 0 &&
      !model.hasTrigger(event, "messageEventDefinition") && !model.hasUnknownTrigger(event)
    ) {
      return `A message flow leads to the ${
        label(event)
      }, which waits for no message: make it a message start event`;
    }
  }),
  eachRule("message-flow-to-end-event", ["EXT108"], ["endEvent"], (event, model) => {
    if (model.messageFlows(event, "incoming").length > 0) {
      return `A message flow leads to the ${label(event)}, which cannot receive: remove the message flow`;
    }
  }),
  eachRule("message-flow-from-end-event", ["EXT109"], ["endEvent"], (event, model) => {
    if (
      model.messageFlows(event, "outgoing").length > 0 &&
      !model.hasTrigger(event, "messageEventDefinition") && !model.hasUnknownTrigger(event)
    ) {
      return `A message flow comes from the ${
        label(event)
      }, which sends no message: make it a message end event`;
    }
  }),
  eachRule("message-flow-to-throw-event", ["EXT119"], ["intermediateThrowEvent"], (event, model) => {
    if (model.messageFlows(event, "incoming").length > 0) {
      return `A message flow leads to the ${label(event)}, which cannot receive: use a catch event`;
    }
  }),
  eachRule("message-flow-from-catch-event", ["EXT119"], ["intermediateCatchEvent"], (event, model) => {
    if (model.messageFlows(event, "outgoing").length > 0) {
      return `A message flow comes from the ${label(event)}, which cannot send: use a throw event`;
    }
  }),
];
