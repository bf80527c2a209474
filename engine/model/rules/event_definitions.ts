/** Rules about what event definitions must say: messages, operations, escalation codes, conditions. */
import { isBpmn, type XmlElement } from "../document.ts";
import { EVENTS, THROW_EVENTS } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { attribute, eachRule, label, type Rule } from "./rule.ts";

/** The events that use a definition, directly or by reference. */
function users(definition: XmlElement, model: ModelIndex): readonly XmlElement[] {
  const parent = definition.parent && isBpmn(definition.parent, ...EVENTS) ? [definition.parent] : [];
  return [...parent, ...model.definitionUses(definition)];
}

/** Rules about what event definitions must say. */
export const eventDefinitionRules: readonly Rule[] = [
  eachRule("escalation-code", ["EXT011"], ["escalationEventDefinition"], (definition, model) => {
    const event = users(definition, model).find((user) => isBpmn(user, ...THROW_EVENTS));
    if (!event) return;
    if (attribute(definition, "escalationRef") === undefined) {
      if (!model.inExecutable(event)) return;
      return `The ${
        label(event)
      } throws an escalation without a code: name an escalation that has an escalationCode`;
    }
    const escalation = model.refer(definition, "escalationRef");
    if (
      !escalation || !isBpmn(escalation, "escalation") ||
      attribute(escalation, "escalationCode") !== undefined
    ) {
      return;
    }
    return `The ${label(event)} throws the ${
      label(escalation)
    }, which has no code: give it an escalationCode`;
  }),
  eachRule("message-event-message", ["EXT127"], ["messageEventDefinition"], (definition, model) => {
    if (attribute(definition, "messageRef") === undefined && model.executableUse(definition)) {
      return "The message event of an executable process names no message: add a messageRef";
    }
  }),
  eachRule("message-event-operation", ["EXT128"], ["messageEventDefinition"], (definition, model) => {
    if (model.children(definition, "operationRef").length === 0 && model.executableUse(definition)) {
      return "The message event of an executable process names no operation: add an operationRef";
    }
  }),
];
