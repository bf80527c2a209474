/** Rules about end events (BPMN 2.0.2, 10.5.3). */
import { ancestor } from "./model_index.ts";
import { eachRule, label, type Rule, twofoldRule } from "./rule.ts";

const TRIGGERS: readonly string[] = [
  "messageEventDefinition",
  "escalationEventDefinition",
  "errorEventDefinition",
  "cancelEventDefinition",
  "compensateEventDefinition",
  "signalEventDefinition",
  "terminateEventDefinition",
];

/** Rules about end events. */
export const endEventRules: readonly Rule[] = [
  eachRule("end-event-no-outgoing", ["EXT104"], ["endEvent"], (event, model) => {
    if (model.mostFlows(event, "outgoing") > 0) {
      return `A sequence flow leaves the ${label(event)}: remove it, or use an intermediate event`;
    }
  }),
  eachRule("end-event-cancel", ["EXT106"], ["endEvent"], (event, model) => {
    if (model.hasTrigger(event, "cancelEventDefinition") && !ancestor(event, "transaction")) {
      return `The cancel ${label(event)} is not inside a transaction: there is nothing to cancel`;
    }
  }),
  ...twofoldRule(
    "end-event-incoming",
    ["EXT107"],
    ["EXT150"],
    ["endEvent"],
    (event, model) => model.besides(event, "startEvent"),
    (event, model) => {
      if (model.fewestFlows(event, "incoming") === 0) {
        return `The ${label(event)} has no incoming sequence flow: connect it, or remove it`;
      }
    },
  ),
  eachRule("end-event-trigger", ["EXT146"], ["endEvent"], (event, model) => {
    const wrong = model.triggers(event).find((trigger) => !TRIGGERS.includes(trigger.name));
    return wrong &&
      `The ${label(event)} cannot throw its ${label(wrong)}: use a message, escalation, error, cancel, ` +
        "compensation, signal or terminate end event";
  }),
];
