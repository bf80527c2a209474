/** Links loop and multi-instance markers (BPMN 2.0.2, 10.3.8 and 13.3.6 to 13.3.7). */
import type { Expression } from "../../expression/types.ts";
import { camundaCollection } from "../extensions/camunda.ts";
import { zeebeLoop } from "../extensions/zeebe.ts";
import type { XmlElement } from "../document.ts";
import type { Activity, EventDefinition, MultiInstance, StandardLoop } from "../types.ts";
import { child, childrenOf, describe, draft, type LinkContext } from "./context.ts";
import { type activityData, dataElement, dataName } from "./data.ts";
import { linkDefinition } from "./event_definitions.ts";
import { implicitThrow } from "./events.ts";
import { type ProcessDraft, xmlOf } from "./nodes.ts";
import { variable } from "./values.ts";

/**
 * Links the loop marker of an activity.
 *
 * @returns The data inputs and outputs that the loop itself reads and writes: no item copies them.
 */
export function linkLoop(
  process: ProcessDraft,
  activity: Activity,
  xml: XmlElement,
  data: ReturnType<typeof activityData>,
): ReadonlySet<XmlElement> {
  const { context } = process;
  const taken = new Set<XmlElement>();
  const standard = child(xml, "standardLoopCharacteristics");
  if (standard) draft(activity).loop = standardLoop(context, activity, standard);
  const multiple = child(xml, "multiInstanceLoopCharacteristics");
  if (multiple) draft(activity).loop = multiInstance(process, activity, multiple, data, taken);
  const [, second] = childrenOf(xml, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics");
  if (second) {
    context.problem(
      "loop-limits",
      second,
      `Cannot loop ${describe(activity)}: it has more than one loop marker`,
    );
  }
  return taken;
}

function standardLoop(context: LinkContext, activity: Activity, xml: XmlElement): StandardLoop {
  const condition = context.content(child(xml, "loopCondition"), "expression");
  const text = xml.attributes.get("loopMaximum")?.trim();
  const maximum = text ? context.compile(xml, text, "expression") : undefined;
  if (maximum) checkCount(context, xml, maximum, "loopMaximum");
  if (!condition && !maximum) {
    context.problem(
      "loop-limits",
      xml,
      `Cannot loop ${describe(activity)}: it has no loopCondition and no loopMaximum`,
    );
  }
  return {
    kind: "standard",
    ...(condition ? { condition } : {}),
    testBefore: context.boolean(xml, "testBefore", false),
    ...(maximum ? { maximum } : {}),
  };
}

/** A literal count must be a whole number from 0; others are checked when they are known. */
function checkCount(context: LinkContext, xml: XmlElement, count: Expression, what: string): void {
  // `-1` is an operator on a literal: not constant for every compiler, but a number to everyone else.
  const number = count.names?.size === 0
    ? Number(count.text.trim().replace(/^[$#]\{(.*)\}$/s, "$1").replace(/^=/, ""))
    : NaN;
  if (Number.isNaN(number) || Number.isInteger(number) && number >= 0) return;
  context.problem(
    "loop-limits",
    xml,
    `Cannot use ${what} "${count.text.trim()}": it must be a whole number from 0`,
  );
}

function multiInstance(
  process: ProcessDraft,
  activity: Activity,
  xml: XmlElement,
  data: ReturnType<typeof activityData>,
  taken: Set<XmlElement>,
): MultiInstance {
  const { context } = process;
  const zeebe = zeebeLoop(context, xml);
  const camunda = camundaCollection(context, xml);
  const cardinality = context.content(child(xml, "loopCardinality"), "expression");
  if (cardinality) checkCount(context, child(xml, "loopCardinality") ?? xml, cardinality, "loopCardinality");
  const collection = zeebe?.collection ?? camunda?.collection ?? inputCollection(context, xml, data, taken);
  if (!cardinality === !collection) {
    const state = cardinality ? "it has both" : "it has neither";
    const message = `Cannot run ${
      describe(activity)
    } several times: it needs a loopCardinality or a collection, and ${state}`;
    context.problem("multi-instance-source", xml, message);
  }
  const completionCondition = context.content(child(xml, "completionCondition"), "expression");
  const itemName = zeebe?.itemName ?? camunda?.itemName ?? itemNameOf(context, xml, "inputDataItem");
  const outputCollection = zeebe?.outputCollection ?? outputName(context, xml, data, taken);
  const outputItemName = itemNameOf(context, xml, "outputDataItem");
  return {
    kind: "multiInstance",
    sequential: context.boolean(xml, "isSequential", false),
    ...(cardinality ? { cardinality } : {}),
    ...(collection && !cardinality ? { collection } : {}),
    ...(itemName ? { itemName } : {}),
    ...(outputCollection ? { outputCollection } : {}),
    ...(zeebe?.outputElement ? { outputElement: zeebe.outputElement } : {}),
    ...(outputItemName ? { outputItemName } : {}),
    ...(completionCondition ? { completionCondition } : {}),
    firstCounter: zeebe ? 1 : 0,
    ...behaviorOf(process, xml),
  };
}

function itemNameOf(context: LinkContext, xml: XmlElement, name: string): string | undefined {
  const item = child(xml, name);
  if (!item) return undefined;
  return dataName(context, item) || undefined;
}

/** The collection of `loopDataInputRef`: what fills that data input, a data element's variable, else a variable's name. */
function inputCollection(
  context: LinkContext,
  xml: XmlElement,
  data: ReturnType<typeof activityData>,
  taken: Set<XmlElement>,
): Expression | undefined {
  const text = child(xml, "loopDataInputRef")?.text.trim();
  if (!text) return undefined;
  const element = dataElement(context, text);
  if (!element) return variable(text);
  const filled = data.inputs.find((m) => m.item === element);
  if (!filled) return variable(dataName(context, element));
  taken.add(element);
  return filled.mapping.source;
}

function outputName(
  context: LinkContext,
  xml: XmlElement,
  data: ReturnType<typeof activityData>,
  taken: Set<XmlElement>,
): string | undefined {
  const text = child(xml, "loopDataOutputRef")?.text.trim();
  if (!text) return undefined;
  const element = dataElement(context, text);
  if (!element) return text;
  const copied = data.outputs.find((m) => m.item === element);
  if (!copied?.other) return dataName(context, element);
  taken.add(element);
  return dataName(context, copied.other);
}

type Behavior = Pick<MultiInstance, "behavior" | "noneEvent" | "oneEvent" | "complex">;

function behaviorOf(process: ProcessDraft, xml: XmlElement): Behavior {
  const { context } = process;
  const text = xml.attributes.get("behavior")?.trim() || "All";
  const behavior = (["None", "One", "All", "Complex"] as const).find((b) => b === text);
  if (!behavior) {
    context.problem(
      "bad-attribute",
      xml,
      `Cannot read behavior "${text}": it must be None, One, All or Complex`,
    );
  }
  const noneEvent = behaviorEvent(process, xml, "noneBehaviorEventRef");
  const oneEvent = behaviorEvent(process, xml, "oneBehaviorEventRef");
  const complex = childrenOf(xml, "complexBehaviorDefinition").flatMap((definition) => {
    const condition = context.content(child(definition, "condition"), "expression");
    const event = child(definition, "event");
    if (!condition) {
      context.problem(
        "event-definition-incomplete",
        definition,
        "Cannot use a complex behavior definition without condition",
      );
      return [];
    }
    return (event ? implicitThrow(process, event) : []).map((e) => ({ condition, event: e }));
  });
  return {
    behavior: behavior ?? "All",
    ...(noneEvent ? { noneEvent } : {}),
    ...(oneEvent ? { oneEvent } : {}),
    complex,
  };
}

function behaviorEvent(process: ProcessDraft, xml: XmlElement, name: string): EventDefinition | undefined {
  const { context } = process;
  const reference = xml.attributes.get(name) ?? child(xml, name)?.text;
  if (!reference?.trim()) return undefined;
  const target = context.reference(xml, reference, name);
  if (!target) return undefined;
  if (!target.name.endsWith("EventDefinition")) {
    context.problem(
      "unknown-reference",
      xml,
      `Cannot resolve ${name} "${reference}": it is a ${target.name}`,
    );
    return undefined;
  }
  return linkDefinition(context, target, 0, {
    element: xml,
    process: xmlOf(process, process.root),
    role: "throw",
  });
}
