/** Rules about data objects, data inputs and outputs and their sets (BPMN 2.0.2, 10.4.1). */
import type { XmlElement } from "../document.ts";
import { SUB_PROCESSES } from "./kinds.ts";
import { attribute, eachRule, isTrue, label, type Rule } from "./rule.ts";

/** A rule that each data input or output is in a set beside it, in the same ioSpecification or event. */
function listedRule(id: string, covers: string, data: string, set: string): Rule {
  const list = `${data}Refs`;
  return {
    id,
    covers: [covers],
    check(model, report): void {
      const listed = new Set<XmlElement>();
      for (const one of model.all(set)) {
        for (const target of model.referred(one, list)) {
          if (target.parent === one.parent) listed.add(target);
        }
      }
      for (const one of model.all(data)) {
        if (!listed.has(one)) report(one, `The ${label(one)} is in no ${set}: list it in the ${list} of one`);
      }
    },
  };
}

/** A rule that a special reference of a set is among its ordinary ones. */
function subsetRule(id: string, covers: string, set: "inputSet" | "outputSet", special: string): Rule {
  const ordinary = set === "inputSet" ? "dataInputRefs" : "dataOutputRefs";
  return {
    id,
    covers: [covers],
    check(model, report): void {
      for (const one of model.all(set)) {
        const listed = new Set(model.children(one, ordinary).map((child) => child.text.trim()));
        for (const reference of model.children(one, special)) {
          const name = reference.text.trim();
          if (listed.has(name)) continue;
          report(
            reference,
            `The ${label(one)} has "${name}" in ${special} only: list it in ${ordinary} as well`,
          );
        }
      }
    },
  };
}

/** Rules about data. */
export const dataRules: readonly Rule[] = [
  eachRule("data-collection", ["EXT020"], ["dataObject", "dataInput", "dataOutput"], (data, model) => {
    const { definition } = model.item(data);
    if (!definition || isTrue(definition, "isCollection") === isTrue(data, "isCollection")) return;
    const value = isTrue(definition, "isCollection");
    return `The ${label(data)} and its ${
      label(definition)
    } disagree about isCollection: set it to "${value}"`;
  }),
  eachRule("data-object-reference-name", ["EXT076"], ["dataObjectReference"], (reference, model) => {
    const name = attribute(reference, "name");
    const original = model.refer(reference, "dataObjectRef");
    const objectName = original && attribute(original, "name");
    const state = model.children(reference, "dataState").map((child) => attribute(child, "name"))[0];
    if (name === undefined || objectName === undefined || state === undefined) return;
    const wanted = `${objectName} [${state}]`;
    if (name.replace(/\s+/g, " ") !== wanted.replace(/\s+/g, " ")) {
      return `The ${
        label(reference)
      } is named "${name}": name it "${wanted}", after its data object and state`;
    }
  }),
  eachRule("sub-process-no-io-specification", ["EXT079"], SUB_PROCESSES, (scope, model) => {
    if (model.children(scope, "ioSpecification").length > 0) {
      return `The ${label(scope)} has an ioSpecification: remove it, a sub-process sees the data around it`;
    }
  }),
  listedRule("data-input-in-set", "EXT084", "dataInput", "inputSet"),
  subsetRule("optional-input-listed", "EXT085", "inputSet", "optionalInputRefs"),
  subsetRule("while-executing-input-listed", "EXT086", "inputSet", "whileExecutingInputRefs"),
  listedRule("data-output-in-set", "EXT088", "dataOutput", "outputSet"),
  subsetRule("optional-output-listed", "EXT089", "outputSet", "optionalOutputRefs"),
  subsetRule("while-executing-output-listed", "EXT090", "outputSet", "whileExecutingOutputRefs"),
];
