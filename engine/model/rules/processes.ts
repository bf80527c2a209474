/** Rules about processes and sub-processes as a whole: what starts and ends them, and what hangs loose. */
import { isBpmn, type XmlElement } from "../document.ts";
import { ACTIVITIES, GATEWAYS, SUB_PROCESSES } from "./kinds.ts";
import { attribute, eachRule, isTrue, label, type Rule } from "./rule.ts";
import { isEventSubProcess } from "./sequence_flows.ts";

const SCOPES = ["process", ...SUB_PROCESSES];

/** True for receive tasks and event-based gateways that start a process without a start event. */
function isInstantiating(node: XmlElement): boolean {
  return isBpmn(node, "receiveTask", "eventBasedGateway") && isTrue(node, "instantiate");
}

/** True for activities that no sequence flow is meant to reach. */
function outsideFlow(node: XmlElement): boolean {
  return isEventSubProcess(node) || isTrue(node, "isForCompensation");
}

/** Rules about processes and sub-processes as a whole. */
export const processRules: readonly Rule[] = [
  eachRule("process-public-executable", ["EXT035"], ["process"], (process) => {
    if (attribute(process, "processType") === "Public" && isTrue(process, "isExecutable")) {
      return `The ${label(process)} is public and cannot be executable: make it private`;
    }
  }),
  eachRule("end-event-needs-start", ["EXT097"], SCOPES, (scope, model) => {
    if (model.children(scope, "endEvent").length === 0) return;
    if (model.children(scope, "startEvent").length > 0) return;
    if (model.children(scope, "receiveTask", "eventBasedGateway").some(isInstantiating)) return;
    return `The ${label(scope)} has end events but no start event: add a start event`;
  }),
  eachRule("start-event-needs-end", ["EXT105"], SCOPES, (scope, model) => {
    if (model.children(scope, "startEvent").length === 0) return;
    if (model.children(scope, "endEvent").length > 0) return;
    return `The ${label(scope)} has start events but no end event: add an end event`;
  }),
  {
    id: "flow-node-incoming",
    covers: ["EXT150"],
    check(model, report): void {
      for (const scope of model.all(...SCOPES)) {
        if (model.children(scope, "startEvent").length === 0) continue;
        // Events without incoming flows have rules of their own.
        for (const node of model.children(scope, ...ACTIVITIES, ...GATEWAYS)) {
          if (outsideFlow(node) || isInstantiating(node) || model.fewestFlows(node, "incoming") > 0) continue;
          report(node, `Nothing leads to the ${label(node)}, although there is a start event: connect it`);
        }
      }
    },
  },
  {
    id: "flow-node-outgoing",
    covers: ["EXT151"],
    check(model, report): void {
      for (const scope of model.all(...SCOPES)) {
        if (model.children(scope, "endEvent").length === 0) continue;
        for (const node of model.children(scope, ...ACTIVITIES, ...GATEWAYS)) {
          if (outsideFlow(node) || model.fewestFlows(node, "outgoing") > 0) continue;
          report(node, `Nothing follows the ${label(node)}, although there is an end event: connect it`);
        }
      }
    },
  },
];
