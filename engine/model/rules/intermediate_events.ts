/** Rules about intermediate events in normal flow (BPMN 2.0.2, 10.5.4). */
import type { XmlElement } from "../document.ts";
import { eachRule, label, type Rule, twofoldRule } from "./rule.ts";

const CATCH: readonly string[] = [
  "messageEventDefinition",
  "timerEventDefinition",
  "conditionalEventDefinition",
  "linkEventDefinition",
  "signalEventDefinition",
  // Forbidden too, but by a rule of its own.
  "compensateEventDefinition",
];

const THROW: readonly string[] = [
  "messageEventDefinition",
  "escalationEventDefinition",
  "compensateEventDefinition",
  "linkEventDefinition",
  "signalEventDefinition",
];

const INTERMEDIATE = ["intermediateCatchEvent", "intermediateThrowEvent"];

function isCatch(event: XmlElement): boolean {
  return event.name === "intermediateCatchEvent";
}

/** Rules about intermediate events. */
export const intermediateEventRules: readonly Rule[] = [
  ...twofoldRule(
    "intermediate-event-incoming",
    ["EXT115"],
    ["EXT150"],
    INTERMEDIATE,
    (event, model) => model.besides(event, "startEvent"),
    (event, model) => {
      if (isCatch(event) && model.hasTrigger(event, "linkEventDefinition")) return;
      if (model.fewestFlows(event, "incoming") === 0) {
        return `Nothing leads to the ${label(event)}: connect it`;
      }
    },
  ),
  ...twofoldRule(
    "intermediate-event-outgoing",
    ["EXT116"],
    ["EXT151"],
    INTERMEDIATE,
    (event, model) => model.besides(event, "endEvent"),
    (event, model) => {
      if (!isCatch(event) && model.hasTrigger(event, "linkEventDefinition")) return;
      if (model.fewestFlows(event, "outgoing") === 0) {
        return `Nothing follows the ${label(event)}: connect it`;
      }
    },
  ),
  eachRule(
    "intermediate-catch-no-compensation",
    ["EXT122", "EXT148"],
    ["intermediateCatchEvent"],
    (event, model) => {
      if (model.hasTrigger(event, "compensateEventDefinition")) {
        return `The ${label(event)} in normal flow cannot wait for compensation: attach it to an activity`;
      }
    },
  ),
  eachRule("intermediate-catch-trigger", ["EXT148"], ["intermediateCatchEvent"], (event, model) => {
    if (model.isNone(event)) return `The ${label(event)} waits for nothing: give it an event definition`;
    const wrong = model.triggers(event).find((trigger) => !CATCH.includes(trigger.name));
    return wrong && `The ${label(event)} cannot wait for its ${label(wrong)}: ` +
        "use a message, timer, conditional, link or signal event";
  }),
  eachRule("intermediate-throw-trigger", ["EXT149"], ["intermediateThrowEvent"], (event, model) => {
    const wrong = model.triggers(event).find((trigger) => !THROW.includes(trigger.name));
    return wrong && `The ${label(event)} cannot throw its ${label(wrong)}: ` +
        "use a message, escalation, compensation, link or signal event";
  }),
];
