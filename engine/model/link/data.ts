/**
 * Links data: objects, stores and properties as variables, and associations as mappings (BPMN 2.0.2, 10.4).
 */
import { isBpmn, type XmlElement } from "../document.ts";
import { appendedAll } from "../lists.ts";
import type { Activity, EventElement, Mapping, ScopeElement } from "../types.ts";
import { child, childrenOf, draft, type LinkContext } from "./context.ts";
import { isCatch } from "./event_positions.ts";
import type { ProcessDraft } from "./nodes.ts";
import { payloadNames } from "./payload_names.ts";
import { firstVariable, variable } from "./values.ts";

/** Elements that hold a value (BPMN's item-aware elements). */
const ITEM_AWARE = [
  "dataObject",
  "dataObjectReference",
  "dataStore",
  "dataStoreReference",
  "property",
  "dataInput",
  "dataOutput",
  "inputDataItem",
  "outputDataItem",
];

/** What some modellers name the property that an association without a real target points to. */
const NO_TARGET = "__targetRef_placeholder";

/** The variable that a data element stands for: its name, else its id; a reference stands for its object. */
export function dataName(context: LinkContext, element: XmlElement): string {
  const attribute = element.name === "dataObjectReference"
    ? "dataObjectRef"
    : element.name === "dataStoreReference"
    ? "dataStoreRef"
    : undefined;
  const target = attribute && context.attributeReference(element, attribute, "dataObject", "dataStore");
  const named = target ?? element;
  return named.attributes.get("name")?.trim() || named.id || "";
}

/** Sets the names of the data that exist, unset, from a scope's start. */
export function linkScopeData(context: LinkContext, scope: ScopeElement, xml: XmlElement): void {
  const names = new Set<string>();
  for (const e of childrenOf(xml, "dataObject", "dataObjectReference", "dataStoreReference", "property")) {
    const name = dataName(context, e);
    if (name !== "" && name !== NO_TARGET) names.add(name);
  }
  draft(scope).dataNames = [...names];
}

/** Finds the data element that a reference names, if it names one; no problem if it does not. */
export function dataElement(context: LinkContext, reference: string): XmlElement | undefined {
  const found = context.document.resolve(reference);
  return found && isBpmn(found, ...ITEM_AWARE) ? found : undefined;
}

/** A mapping together with the element that it is for, so that loops can find the one they replace. */
export interface DataMapping {
  readonly mapping: Mapping;
  /** The data input that is filled, or the data output that is read. */
  readonly item?: XmlElement;
  /** The data element at the other end. */
  readonly other?: XmlElement;
}

/** The data mappings of an activity: what its associations copy in and out. */
export function activityData(
  context: LinkContext,
  xml: XmlElement,
): { inputs: DataMapping[]; outputs: DataMapping[] } {
  const required = requiredInputs(context, child(xml, "ioSpecification"));
  return {
    inputs: childrenOf(xml, "dataInputAssociation").flatMap((a) =>
      mappingsOf(context, a, "targetRef", required)
    ),
    outputs: childrenOf(xml, "dataOutputAssociation").flatMap((a) =>
      mappingsOf(context, a, "sourceRef", required).map((m) => fromPayload(context, xml, m))
    ),
  };
}

const CATCHES: ReadonlySet<string> = new Set([
  "startEvent",
  "intermediateCatchEvent",
  "boundaryEvent",
  "receiveTask",
]);

/** The data output of a catch receives the payload under whatever name it was thrown with. */
function fromPayload(context: LinkContext, xml: XmlElement, m: DataMapping): DataMapping {
  if (!CATCHES.has(xml.name) || m.item?.name !== "dataOutput" || m.mapping.source.language !== "small") {
    return m;
  }
  const own = dataName(context, m.item);
  if (m.mapping.source.text !== own) return m;
  return { ...m, mapping: { ...m.mapping, source: firstVariable(own, payloadNames(context, xml)) } };
}

/** Links the payload associations of an event: inputs of a throw, outputs of a catch (BPMN 2.0.2, 10.5.1). */
export function linkEventData(process: ProcessDraft, event: EventElement, xml: XmlElement): void {
  const { inputs, outputs } = activityData(process.context, xml);
  const writable = draft(event);
  if (isCatch(event)) writable.outputs = appendedAll(writable.outputs, outputs.map((m) => m.mapping));
  else writable.inputs = appendedAll(writable.inputs, inputs.map((m) => m.mapping));
}

/** Adds the data mappings to an activity, without those of the elements left out. */
export function addActivityData(
  activity: Activity,
  data: ReturnType<typeof activityData>,
  leftOut: ReadonlySet<XmlElement>,
): void {
  const kept = (m: DataMapping): boolean => m.item === undefined || !leftOut.has(m.item);
  const writable = draft(activity);
  writable.inputs = appendedAll(writable.inputs, data.inputs.filter(kept).map((m) => m.mapping));
  writable.outputs = appendedAll(writable.outputs, data.outputs.filter(kept).map((m) => m.mapping));
}

/** Inputs that every input set lists and none calls optional. */
function requiredInputs(
  context: LinkContext,
  specification: XmlElement | undefined,
): ReadonlySet<XmlElement> {
  if (!specification) return new Set();
  const sets = childrenOf(specification, "inputSet").map((set) => {
    const optional = new Set(
      childrenOf(set, "optionalInputRefs").map((e) => context.document.resolve(e.text)),
    );
    const listed = childrenOf(set, "dataInputRefs").map((e) => context.document.resolve(e.text));
    return new Set(listed.filter((e): e is XmlElement => e !== undefined && !optional.has(e)));
  });
  const [first, ...others] = sets;
  return new Set([...first ?? []].filter((input) => others.every((set) => set.has(input))));
}

function mappingsOf(
  context: LinkContext,
  association: XmlElement,
  itemEnd: "sourceRef" | "targetRef",
  required: ReadonlySet<XmlElement>,
): DataMapping[] {
  const sources = childrenOf(association, "sourceRef")
    .filter((e) => e.text.trim() !== "")
    .flatMap((e) => context.reference(e, e.text, "sourceRef", ...ITEM_AWARE) ?? []);
  const targetRef = child(association, "targetRef");
  const target = targetRef?.text.trim()
    ? context.reference(targetRef, targetRef.text, "targetRef", ...ITEM_AWARE)
    : undefined;
  const item = itemEnd === "targetRef" ? target : sources[0];
  const other = itemEnd === "targetRef" ? sources[0] : target;
  const ends = { ...(item ? { item } : {}), ...(other ? { other } : {}) };
  const flags = item && required.has(item) && itemEnd === "targetRef"
    ? { required: true }
    : { optional: true };

  const assignments = childrenOf(association, "assignment");
  if (assignments.length > 0) {
    return assignments.flatMap((assignment) => {
      const to = child(assignment, "to");
      const source = context.content(child(assignment, "from"), "expression");
      if (!to?.text.trim() || !source) return [];
      return [{ ...ends, mapping: { target: assignmentTarget(context, to.text), source, ...flags } }];
    });
  }
  const transformation = context.content(child(association, "transformation"), "expression");
  const name = target && dataName(context, target);
  if (!name || name === NO_TARGET) return [];
  if (transformation) return [{ ...ends, mapping: { target: [name], source: transformation, ...flags } }];
  if (sources.length === 0) return [];
  if (sources.length > 1) {
    context.problem(
      "data-association",
      association,
      "Cannot copy from several sources without a transformation",
    );
  }
  const from = dataName(context, sources[0]);
  const source = variable(from, "null");
  const ids = idsOf(context, other, item).filter((id) => id !== name && id !== from);
  const aliases = ids.length > 0 ? { aliases: ids } : {};
  return [{ ...ends, mapping: { target: [name], source, ...flags, ...aliases } }];
}

/** The ids of data elements, and of what references stand for. */
function idsOf(context: LinkContext, ...elements: readonly (XmlElement | undefined)[]): string[] {
  const ids = elements.flatMap((element) => {
    if (!element) return [];
    const reference = element.attributes.get("dataObjectRef") ?? element.attributes.get("dataStoreRef");
    const original = reference === undefined ? undefined : context.document.resolve(reference);
    return [element.id, original?.id];
  });
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** `to` names a data element, or is a path: `order.total`, `${order.total}`. */
function assignmentTarget(context: LinkContext, text: string): string[] {
  const path = text.trim().replace(/^[$#]\{(.*)\}$/s, "$1").replace(/^=/, "").trim();
  const element = dataElement(context, path);
  if (element) return [dataName(context, element)];
  const [first, ...rest] = path.split(".").map((part) => part.trim());
  const head = dataElement(context, first);
  return [head ? dataName(context, head) : first, ...rest];
}
