/** Links compensation: handlers, what can be compensated, and what throws refer to (BPMN 2.0.2, 10.7, 13.5.5). */
import { isBpmn, type XmlElement } from "../document.ts";
import type {
  Activity,
  BoundaryEvent,
  CompensateEventDefinition,
  EventElement,
  FlowNode,
  ScopeElement,
} from "../types.ts";
import { describe, draft } from "./context.ts";
import { definitionElements } from "./event_definitions.ts";
import { isCatch } from "./event_positions.ts";
import { isActivity, isEvent, isScope, type ProcessDraft, xmlOf } from "./nodes.ts";

/** Links the handlers of compensation boundary events, then marks what can be compensated, then links throws. */
export function linkCompensation(process: ProcessDraft): void {
  const ends = associationEnds(process);
  for (const node of process.order) {
    if (node.type === "boundaryEvent" && node.definitions.some((d) => d.kind === "compensate")) {
      linkHandler(process, node, ends);
    }
  }
  markCompensable(process.root);
  for (const node of process.order) if (isEvent(node) && !isCatch(node)) linkThrow(process, node);
}

type AssociationEnds = ReadonlyMap<XmlElement, readonly XmlElement[]>;

/** What each element is associated with; modellers draw associations in either direction. */
function associationEnds(process: ProcessDraft): AssociationEnds {
  const { document } = process.context;
  const ends = new Map<XmlElement, XmlElement[]>();
  const add = (from: XmlElement, to: XmlElement): void => {
    const list = ends.get(from);
    if (list) list.push(to);
    else ends.set(from, [to]);
  };
  for (const association of process.associations) {
    const source = document.resolve(association.attributes.get("sourceRef") ?? "");
    const target = document.resolve(association.attributes.get("targetRef") ?? "");
    if (!source || !target) continue;
    add(source, target);
    add(target, source);
  }
  return ends;
}

function linkHandler(process: ProcessDraft, event: BoundaryEvent, ends: AssociationEnds): void {
  const { context } = process;
  const xml = xmlOf(process, event);
  const handlers = new Set<FlowNode>();
  for (const other of ends.get(xml) ?? []) {
    // Notes may be associated with the event, too.
    if (isBpmn(other, "textAnnotation", "group", "dataObjectReference", "dataStoreReference")) {
      continue;
    }
    const node = other.id === undefined ? undefined : process.nodes.get(other.id);
    if (node) handlers.add(node);
  }
  const [handler, second] = handlers;
  const fail = (state: string): void =>
    context.problem("compensation-handler", xml, `Cannot compensate by ${describe(event)}: ${state}`);
  if (!handler) return fail("no association leads from it to an activity");
  if (second) return fail("more than one association leads from it to an activity");
  if (!isActivity(handler) || handler.type === "eventSubProcess") {
    return fail(`${describe(handler)} is not an activity`);
  }
  if (handler.parent !== event.parent) return fail(`${describe(handler)} is in another scope`);
  if (handler.incoming.length > 0 || handler.outgoing.length > 0) {
    const state = `${describe(handler)} has sequence flows, and would run as a part of the process, too`;
    context.problem(
      "compensation-handler-flow",
      xmlOf(process, handler),
      `Cannot compensate by ${describe(event)}: ${state}`,
    );
    return;
  }
  if (!handler.isForCompensation) {
    const state = "it should be marked with isForCompensation";
    context.problem(
      "compensation-handler-mark",
      xmlOf(process, handler),
      `${describe(handler)} handles compensation: ${state}`,
    );
    draft(handler).isForCompensation = true;
  }
  // Absent if the attachment is wrong, which is reported.
  const activity = event.attachedTo as Activity | undefined;
  if (!activity) return;
  if (activity.compensationHandler && activity.compensationHandler !== handler) {
    return fail(`${describe(activity)} has another compensation handler`);
  }
  draft(activity).compensationHandler = handler;
}

/** Tells whether anything in the scope can be compensated, and marks the activities that must be remembered. */
function markCompensable(scope: ScopeElement): boolean {
  let any = scope.eventSubProcesses.some(isCompensationHandler);
  for (const node of scope.nodes) {
    if (!isActivity(node)) continue;
    const inside = isScope(node) && markCompensable(node);
    draft(node).compensable = node.compensationHandler !== undefined || inside;
    // What happens in an event sub-process is compensated by its own throws only, not with its parent.
    if (node.compensable && node.type !== "eventSubProcess") any = true;
  }
  return any;
}

function isCompensationHandler(scope: ScopeElement): boolean {
  return scope.nodes.some((n) =>
    n.type === "startEvent" && n.definitions.some((d) => d.kind === "compensate")
  );
}

function linkThrow(process: ProcessDraft, event: EventElement): void {
  const { context } = process;
  let elements: ReturnType<typeof definitionElements> | undefined;
  event.definitions.forEach((definition, i) => {
    if (definition.kind !== "compensate") return;
    elements ??= definitionElements(context, xmlOf(process, event));
    const xml = elements[i];
    const reference = xml.attributes.get("activityRef")?.trim();
    if (!reference) return;
    const id = context.document.resolve(reference)?.id;
    const activity = id === undefined ? undefined : process.nodes.get(id);
    if (activity && isActivity(activity) && visibleScopes(event).includes(activity.parent as ScopeElement)) {
      draft<CompensateEventDefinition>(definition).activity = activity;
      return;
    }
    const state = !activity
      ? "there is no such activity in this process"
      : !isActivity(activity)
      ? `it is a ${activity.type}`
      : "it is outside the scope that the event can see";
    const message = `Cannot compensate activity "${reference}" from ${describe(event)}: ${state}`;
    context.problem("compensation-reference", xml, message);
  });
}

/** A throw sees its own scope; from inside event sub-processes also the scopes that these belong to. */
function visibleScopes(event: EventElement): ScopeElement[] {
  const scopes: ScopeElement[] = [];
  let scope = event.parent;
  while (scope) {
    scopes.push(scope);
    if (scope.type !== "eventSubProcess") break;
    scope = scope.parent;
  }
  return scopes;
}
