/** Rules about call activities and what they call (BPMN 2.0.2, 10.3.6, 10.4.1 and 8.4.3). */
import { isBpmn, type XmlElement } from "../document.ts";
import { CALLABLE_ELEMENTS } from "./kinds.ts";
import type { Item, ModelIndex } from "./model_index.ts";
import { attribute, eachRule, isTrue, label, type Rule } from "./rule.ts";

function ioSpecification(element: XmlElement, model: ModelIndex): XmlElement | undefined {
  return model.children(element, "ioSpecification")[0];
}

function specified(io: XmlElement | undefined, model: ModelIndex, child: string): readonly XmlElement[] {
  return io ? model.children(io, child) : [];
}

/** What distinguishes the type of data: equal for equivalent item definitions. */
function typeKey(item: Item): string {
  if (item.definition === undefined) return `reference ${item.reference ?? ""}`;
  const structure = attribute(item.definition, "structureRef");
  if (structure === undefined) return `definition ${item.reference}`;
  return `structure ${structure} ${isTrue(item.definition, "isCollection")}`;
}

function types(data: readonly XmlElement[], model: ModelIndex): string {
  return data.map((one) => typeKey(model.item(one))).sort().join("\n");
}

/** Says in which way the data of a call and of what it calls differ; undefined if they match. */
function difference(call: XmlElement, called: XmlElement, model: ModelIndex): string | undefined {
  const own = ioSpecification(call, model);
  const other = ioSpecification(called, model);
  for (const child of ["dataInput", "dataOutput", "inputSet", "outputSet"]) {
    const mine = specified(own, model, child);
    const theirs = specified(other, model, child);
    // Where one side has no specification at all, empty sets on the other demand nothing.
    if (child.endsWith("Set") && (!own || !other)) continue;
    if (mine.length !== theirs.length) return `${mine.length} ${child} elements instead of ${theirs.length}`;
    if (!child.endsWith("Set") && types(mine, model) !== types(theirs, model)) {
      return `a ${child} of another type`;
    }
  }
  return undefined;
}

/** The data input or output that a binding names: itself, or the first one of the set it names. */
function bound(reference: XmlElement | undefined, list: string, model: ModelIndex): XmlElement | undefined {
  return reference && isBpmn(reference, "inputSet", "outputSet")
    ? model.referred(reference, list)[0]
    : reference;
}

/** Says what is wrong with a binding; undefined if nothing is. */
function bindingFault(binding: XmlElement, callable: XmlElement, model: ModelIndex): string | undefined {
  const operation = model.refer(binding, "operationRef");
  // What an imported file defines cannot be compared.
  if (!operation && model.isImported(attribute(binding, "operationRef") ?? "")) return undefined;
  if (!operation || !isBpmn(operation, "operation")) return "names no operation";
  const interfaces = model.referredSet(callable, "supportedInterfaceRef");
  if (operation.parent && !interfaces.has(operation.parent)) {
    return `names the ${label(operation)}, which is not in an interface that the ${label(callable)} supports`;
  }
  const io = ioSpecification(callable, model);
  const ends = [
    ["inputDataRef", ["dataInput", "inputSet"], "dataInputRefs", "inMessageRef"],
    ["outputDataRef", ["dataOutput", "outputSet"], "dataOutputRefs", "outMessageRef"],
  ] as const;
  for (const [name, kinds, list, messageName] of ends) {
    const data = model.refer(binding, name);
    if (!data || !isBpmn(data, ...kinds) || data.parent !== io) {
      return `has no ${name} to the ioSpecification of the ${label(callable)}`;
    }
    const [message] = model.referred(operation, messageName);
    const carried = bound(data, list, model);
    if (!message || !carried) continue;
    const messageItem = model.item(message);
    if (messageItem.reference !== undefined && !model.sameItem(messageItem, model.item(carried))) {
      return `binds the ${label(carried)} to the ${label(message)} of another type`;
    }
  }
  return undefined;
}

/** Rules about call activities and callable elements. */
export const callActivityRules: readonly Rule[] = [
  eachRule("call-activity-data", ["EXT063"], ["callActivity"], (call, model) => {
    const called = model.called(call);
    if (!called) return;
    const fault = difference(call, called, model);
    return fault && `The ${label(call)} does not match the data of the ${label(called)}: it has ${fault}`;
  }),
  eachRule("callable-service-binding", ["EXT064"], CALLABLE_ELEMENTS, (callable, model) => {
    if (model.children(callable, "supportedInterfaceRef").length === 0) return;
    if (model.children(callable, "ioBinding").length === 0) {
      return `The ${label(callable)} is offered as a service but binds no operation: add an ioBinding`;
    }
  }),
  eachRule("callable-binding-data", ["EXT065"], ["ioBinding"], (binding, model) => {
    const fault = binding.parent && bindingFault(binding, binding.parent, model);
    return fault &&
      `The ioBinding ${fault}: bind one input and one output to an operation of a supported interface`;
  }),
  {
    id: "called-process-none-start",
    covers: ["EXT099"],
    check(model, report): void {
      // By process: many activities may call one with many start events.
      const known = new Map<XmlElement, boolean>();
      for (const call of model.all("callActivity")) {
        const called = model.called(call);
        if (!called || !isBpmn(called, "process")) continue;
        let has = known.get(called);
        if (has === undefined) {
          has = model.children(called, "startEvent").some((event) => model.isNone(event));
          known.set(called, has);
        }
        if (has) continue;
        report(
          call,
          `The ${label(call)} calls the ${label(called)}, which has no start event without trigger: add one`,
        );
      }
    },
  },
];
