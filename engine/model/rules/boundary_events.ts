/** Rules about boundary events (BPMN 2.0.2, 10.5.4). Compensation has its own file. */
import { isBpmn } from "../document.ts";
import { eachRule, isFalse, label, type Rule, twofoldRule } from "./rule.ts";

const NON_INTERRUPTING: readonly string[] = [
  "messageEventDefinition",
  "timerEventDefinition",
  "escalationEventDefinition",
  "conditionalEventDefinition",
  "signalEventDefinition",
];

const INTERRUPTING: readonly string[] = [
  ...NON_INTERRUPTING,
  "errorEventDefinition",
  "cancelEventDefinition",
  "compensateEventDefinition",
];

const BOUNDARY = ["boundaryEvent"];

/** Rules about boundary events. */
export const boundaryEventRules: readonly Rule[] = [
  eachRule("boundary-event-trigger", ["EXT110"], BOUNDARY, (event, model) => {
    if (model.isNone(event)) return `The ${label(event)} waits for nothing: give it an event definition`;
    for (const trigger of model.triggers(event)) {
      if (!INTERRUPTING.includes(trigger.name)) {
        return `The ${label(event)} cannot wait for its ${label(trigger)}: use another event definition`;
      }
      if (isFalse(event, "cancelActivity") && !NON_INTERRUPTING.includes(trigger.name)) {
        return `The ${label(event)} with a ${
          label(trigger)
        } always interrupts: remove cancelActivity="false"`;
      }
    }
  }),
  eachRule("boundary-event-cancel", ["EXT111"], BOUNDARY, (event, model) => {
    if (!model.hasTrigger(event, "cancelEventDefinition")) return;
    const host = model.refer(event, "attachedToRef");
    if (host && isBpmn(host, "transaction")) return;
    return `The cancel ${label(event)} is not attached to a transaction: attach it to one`;
  }),
  eachRule("boundary-event-no-incoming", ["EXT112"], BOUNDARY, (event, model) => {
    if (model.mostFlows(event, "incoming") > 0) {
      return `A sequence flow leads to the ${label(event)}, which only its activity arms: remove the flow`;
    }
  }),
  ...twofoldRule(
    "boundary-event-outgoing",
    ["EXT113"],
    ["EXT151"],
    BOUNDARY,
    (event, model) => model.besides(event, "endEvent"),
    (event, model) => {
      if (model.hasTrigger(event, "compensateEventDefinition")) return;
      if (model.fewestFlows(event, "outgoing") === 0) {
        return `Nothing follows the ${label(event)}: connect it`;
      }
    },
  ),
];
