/** Rules about multi-instance activities (BPMN 2.0.2, 10.3.8). */
import { isBpmn, type XmlElement } from "../document.ts";
import { TASKS } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { attribute, eachRule, isTrue, label, type Rule } from "./rule.ts";

const MULTI_INSTANCE = ["multiInstanceLoopCharacteristics"];

/** True if a modeller's extension names the collection (`camunda:collection`, `zeebe:loopCharacteristics`). */
function hasExtensionCollection(loop: XmlElement, model: ModelIndex): boolean {
  return [...loop.attributes.keys()].some((name) => /[:}]collection$/.test(name)) ||
    model.children(loop, "extensionElements").some((extension) =>
      extension.children.some((child) => !isBpmn(child) && child.name === "loopCharacteristics")
    );
}

function activityLabel(loop: XmlElement): string {
  return loop.parent ? label(loop.parent) : "multi-instance activity";
}

/** A rule that the item of a loop has the type of one element of the loop's collection. */
function scalarRule(id: string, covers: string, reference: string, itemName: string): Rule {
  return eachRule(id, [covers], MULTI_INSTANCE, (loop, model) => {
    const [collection] = model.referred(loop, reference);
    const [item] = model.children(loop, itemName);
    if (!collection || !item) return;
    const whole = model.item(collection).definition;
    const part = model.item(item).definition;
    if (!whole || !part) return;
    if (!isTrue(whole, "isCollection")) {
      return `The ${activityLabel(loop)} loops over the ${label(collection)}, whose ${
        label(whole)
      } is no collection: ` +
        'set isCollection="true"';
    }
    if (
      isTrue(part, "isCollection") || attribute(part, "structureRef") !== attribute(whole, "structureRef")
    ) {
      return `The ${itemName} of the ${activityLabel(loop)} is not of the type of one item of the ` +
        `${label(collection)}: use an item definition of the same structure that is no collection`;
    }
  });
}

/** Rules about multi-instance activities. */
export const loopRules: readonly Rule[] = [
  eachRule("multi-instance-count", ["EXT067"], MULTI_INSTANCE, (loop, model) => {
    if (!model.inExecutable(loop) || hasExtensionCollection(loop, model)) return;
    if (model.children(loop, "loopCardinality", "loopDataInputRef").length === 0) {
      return `Nothing says how many instances the ${
        activityLabel(loop)
      } has: add loopCardinality or loopDataInputRef`;
    }
  }),
  {
    id: "multi-instance-data-input",
    covers: ["EXT068"],
    check(model, report): void {
      for (const loop of model.all(...MULTI_INSTANCE)) {
        // Sub-processes have no data inputs: they loop over the data around them.
        if (!loop.parent || !isBpmn(loop.parent, ...TASKS) || !model.inExecutable(loop)) continue;
        for (const reference of model.children(loop, "loopDataInputRef")) {
          const target = model.document.resolve(reference.text.trim());
          if (target && isBpmn(target, "dataInput") && target.parent?.parent === loop.parent) continue;
          report(
            reference,
            `The loopDataInputRef of the ${
              activityLabel(loop)
            } is not a data input of its own ioSpecification: ` +
              "add one and refer to it",
          );
        }
      }
    },
  },
  scalarRule("multi-instance-output-type", "EXT069", "loopDataOutputRef", "outputDataItem"),
  scalarRule("multi-instance-input-type", "EXT070", "loopDataInputRef", "inputDataItem"),
];
