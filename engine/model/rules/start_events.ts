/** Rules about start events (BPMN 2.0.2, 10.5.2) and event sub-processes (10.3.5). */
import { isBpmn, type XmlElement } from "../document.ts";
import { SUB_PROCESSES } from "./kinds.ts";
import { eachRule, isFalse, label, type Rule, twofoldRule } from "./rule.ts";
import { isEventSubProcess } from "./sequence_flows.ts";

const TOP_LEVEL: readonly string[] = [
  "messageEventDefinition",
  "timerEventDefinition",
  "conditionalEventDefinition",
  "signalEventDefinition",
];

const EVENT_SUB_PROCESS: readonly string[] = [
  ...TOP_LEVEL,
  "errorEventDefinition",
  "escalationEventDefinition",
  "compensateEventDefinition",
];

const INTERRUPTING_ONLY: readonly string[] = ["errorEventDefinition", "compensateEventDefinition"];

/** True if the event starts a sub-process, of the event kind or not. */
function startsSubProcess(event: XmlElement, eventSubProcess: boolean): boolean {
  const scope = event.parent;
  return scope !== undefined && isBpmn(scope, ...SUB_PROCESSES) &&
    isEventSubProcess(scope) === eventSubProcess;
}

/** Rules about start events and event sub-processes. */
export const startEventRules: readonly Rule[] = [
  eachRule("event-sub-process-no-flows", ["EXT057"], SUB_PROCESSES, (scope, model) => {
    if (!isEventSubProcess(scope)) return;
    if (model.mostFlows(scope, "incoming") + model.mostFlows(scope, "outgoing") > 0) {
      return `The event ${
        label(scope)
      } has sequence flows, but only its start event triggers it: remove them`;
    }
  }),
  eachRule("event-sub-process-one-start", ["EXT058"], SUB_PROCESSES, (scope, model) => {
    if (!isEventSubProcess(scope)) return;
    const count = model.children(scope, "startEvent").length;
    if (count !== 1) return `The event ${label(scope)} has ${count} start events: give it exactly one`;
  }),
  eachRule("event-sub-process-trigger", ["EXT059"], ["startEvent"], (event, model) => {
    if (!startsSubProcess(event, true)) return;
    if (model.isNone(event)) {
      return `The ${label(event)} of an event sub-process has no trigger: give it an event definition`;
    }
    for (const trigger of model.triggers(event)) {
      if (!EVENT_SUB_PROCESS.includes(trigger.name)) {
        return `The ${label(event)} cannot be triggered by its ${
          label(trigger)
        }: use another event definition`;
      }
      if (isFalse(event, "isInterrupting") && INTERRUPTING_ONLY.includes(trigger.name)) {
        return `The ${label(event)} with a ${
          label(trigger)
        } always interrupts: remove isInterrupting="false"`;
      }
    }
  }),
  eachRule("start-event-no-incoming", ["EXT096"], ["startEvent"], (event, model) => {
    if (model.mostFlows(event, "incoming") > 0) {
      return `A sequence flow leads to the ${label(event)}: lead it to the node after the start event`;
    }
  }),
  eachRule("start-event-trigger", ["EXT098"], ["startEvent"], (event, model) => {
    if (!event.parent || !isBpmn(event.parent, "process")) return;
    const wrong = model.triggers(event).find((trigger) => !TOP_LEVEL.includes(trigger.name));
    return wrong && `A process cannot start with the ${label(wrong)}: ` +
        "use a message, timer, conditional or signal start event, or none";
  }),
  eachRule("sub-process-start-none", ["EXT100"], ["startEvent"], (event, model) => {
    if (startsSubProcess(event, false) && !model.isNone(event)) {
      return `The ${label(event)} of a sub-process has a trigger, but sequence flow starts it: ` +
        "remove the event definition, or make it an event sub-process";
    }
  }),
  ...twofoldRule(
    "start-event-outgoing",
    ["EXT101"],
    ["EXT151"],
    ["startEvent"],
    (event, model) => model.besides(event, "endEvent"),
    (event, model) => {
      if (model.fewestFlows(event, "outgoing") === 0) {
        return `The ${label(event)} has no <outgoing> sequence flow: connect it`;
      }
    },
  ),
  eachRule("start-event-listed", ["EXT101"], ["startEvent"], (event, model) => {
    if (model.fewestFlows(event, "outgoing") > 0 && model.listedFlows(event, "outgoing").size === 0) {
      return `The ${label(event)} does not list its flow: add an <outgoing> element`;
    }
  }),
];
