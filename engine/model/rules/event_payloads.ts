/** Rules about the data that events carry (BPMN 2.0.2, 10.4.1 and 10.5.1). */
import { isBpmn, type XmlElement } from "../document.ts";
import { CATCH_EVENTS, EVENT_DEFINITIONS, THROW_EVENTS } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { attribute, eachRule, label, type Rule } from "./rule.ts";

/** Which attribute of a definition names what carries the data. */
const CARRIERS: ReadonlyMap<string, string> = new Map([
  ["messageEventDefinition", "messageRef"],
  ["signalEventDefinition", "signalRef"],
  ["errorEventDefinition", "errorRef"],
  ["escalationEventDefinition", "escalationRef"],
]);

/** The message, signal, error or escalation of a definition. */
function carrier(definition: XmlElement, model: ModelIndex): XmlElement | undefined {
  const attributeName = CARRIERS.get(definition.name);
  const found = attributeName === undefined ? undefined : model.refer(definition, attributeName);
  return found && isBpmn(found, "message", "signal", "error", "escalation") ? found : undefined;
}

/** Rules about the data of events. */
export const eventPayloadRules: readonly Rule[] = [
  eachRule("throw-event-data-inputs", ["EXT093"], THROW_EVENTS, (event, model) => {
    const inputs = model.children(event, "dataInput").length;
    const definitions = model.children(event, "eventDefinitionRef", ...EVENT_DEFINITIONS).length;
    if (inputs > 0 && inputs < definitions) {
      return `The ${label(event)} has ${definitions} event definitions and ${inputs} data input` +
        `${inputs === 1 ? "" : "s"}: give it one for each`;
    }
  }),
  eachRule("event-data-type", ["EXT094"], [...THROW_EVENTS, ...CATCH_EVENTS], (event, model) => {
    // The order of the definitions and of the data decides which belong together.
    const data = model.children(event, isBpmn(event, ...THROW_EVENTS) ? "dataInput" : "dataOutput");
    for (const [position, definition] of model.triggers(event).entries()) {
      const carried = carrier(definition, model);
      if (!carried || position >= data.length) continue;
      const item = model.item(carried);
      // A message or signal without a type asks for nothing.
      if (item.reference !== undefined && !model.sameItem(item, model.item(data[position]))) {
        return `The ${label(data[position])} does not have the type of the ${label(carried)}: ` +
          "use the same item definition";
      }
    }
  }),
  {
    id: "event-definition-shared",
    covers: ["EXT095"],
    check(model, report): void {
      const uses = model.all("eventDefinitionRef").map((use) => [use, use.text.trim()] as const);
      for (const loop of model.all("multiInstanceLoopCharacteristics")) {
        for (const name of ["oneBehaviorEventRef", "noneBehaviorEventRef"]) {
          const reference = attribute(loop, name);
          if (reference !== undefined) uses.push([loop, reference]);
        }
      }
      for (const [use, reference] of uses) {
        const owner = model.document.resolve(reference)?.parent;
        if (!owner || !isBpmn(owner, ...THROW_EVENTS) || owner === use.parent) continue;
        report(
          use,
          `The ${label(use.parent ?? use)} uses a definition that belongs to the ${label(owner)}: ` +
            "move the definition to the top level, or copy it",
        );
      }
    },
  },
];
