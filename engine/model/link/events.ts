/** Links events: definitions, attachment, and what is allowed where (BPMN 2.0.2, 10.5). */
import { jobOfEvent, linkEventMappings } from "../extensions/mod.ts";
import type { XmlElement } from "../document.ts";
import { appended } from "../lists.ts";
import type { BoundaryEvent, EventElement, FlowNode, IntermediateThrowEvent, StartEvent } from "../types.ts";
import { child, describe, draft } from "./context.ts";
import { linkEventData } from "./data.ts";
import { definitionElements, linkDefinition } from "./event_definitions.ts";
import { EVENT_POSITIONS, isCatch, positionOf, type Trigger } from "./event_positions.ts";
import type { MessageUse } from "./messages.ts";
import { isActivity, isEvent, type ProcessDraft, xmlOf } from "./nodes.ts";

/** What is thrown to a catch rather than waited for. */
const NOT_REMEMBERED: ReadonlySet<Trigger> = new Set(["error", "escalation", "cancel", "compensate"]);

/** Links all events of a process. */
export function linkEvents(process: ProcessDraft): void {
  for (const node of process.order) if (isEvent(node)) linkEvent(process, node, xmlOf(process, node));
}

function linkEvent(process: ProcessDraft, event: EventElement, xml: XmlElement): void {
  const { context } = process;
  if (event.type === "startEvent") {
    draft<StartEvent>(event).interrupting = context.boolean(xml, "isInterrupting", true);
  }
  if (event.type === "boundaryEvent") attach(process, event, xml);
  const definitions = definitionElements(context, xml);
  const job = jobOfEvent(context, xml, definitions);
  if (job && !isCatch(event)) draft(event).job = job;
  const use: MessageUse = {
    element: xml,
    process: xmlOf(process, process.root),
    role: !isCatch(event) ? "throw" : startsProcess(process, event) ? "start" : "catch",
    hasJob: job !== undefined,
  };
  draft(event).definitions = definitions.map((definition, i) => linkDefinition(context, definition, i, use));
  draft(event).parallelMultiple = definitions.length > 1 && context.boolean(xml, "parallelMultiple", false);
  checkPosition(process, event, xml);
  linkEventData(process, event, xml);
  linkEventMappings(context, event, xml);
}

/** Tells whether an event can start a new instance: a start event, or what an instantiating gateway waits for. */
export function startsProcess(process: ProcessDraft, node: FlowNode): boolean {
  if (node.parent !== process.root) return false;
  if (node.type === "startEvent") return true;
  return node.incoming.some(({ source }) =>
    source.type === "eventBasedGateway" &&
    /^(?:true|1)$/.test(xmlOf(process, source).attributes.get("instantiate") ?? "")
  );
}

function attach(process: ProcessDraft, event: BoundaryEvent, xml: XmlElement): void {
  const { context } = process;
  draft(event).interrupting = context.boolean(xml, "cancelActivity", true);
  const reference = xml.attributes.get("attachedToRef") ?? "";
  const id = context.document.resolve(reference)?.id;
  const activity = id === undefined ? undefined : process.nodes.get(id);
  if (
    activity && isActivity(activity) && activity.type !== "eventSubProcess" &&
    activity.parent === event.parent
  ) {
    draft(event).attachedTo = activity;
    const host = draft(activity);
    host.boundaryEvents = appended(host.boundaryEvents, event);
    return;
  }
  const state = !reference
    ? "attachedToRef is missing"
    : !activity
    ? `there is no "${reference}" in this process`
    : activity.parent !== event.parent
    ? `${describe(activity)} is in another scope`
    : `${describe(activity)} is not an activity that can have boundary events`;
  context.problem("boundary-attachment", xml, `Cannot attach ${describe(event)}: ${state}`);
}

/** Makes an implicit throw event of a multi-instance activity (BPMN 2.0.2, 10.3.8 ComplexBehaviorDefinition). */
export function implicitThrow(process: ProcessDraft, xml: XmlElement): IntermediateThrowEvent["definitions"] {
  const use: MessageUse = { element: xml, process: xmlOf(process, process.root), role: "throw" };
  return definitionElements(process.context, xml)
    .map((definition, i) => linkDefinition(process.context, definition, i, use));
}

function checkPosition(process: ProcessDraft, event: EventElement, xml: XmlElement): void {
  const position = positionOf(event);
  const allowed = EVENT_POSITIONS[position];
  const triggers: readonly Trigger[] = event.definitions.length > 0
    ? event.definitions.map((d) => d.kind)
    : ["none"];
  for (const trigger of new Set(triggers)) {
    if (allowed.includes(trigger) && !(trigger === "link" && triggers.length > 1)) continue;
    // An event reference to something unknown is reported already.
    if (trigger === "none" && child(xml, "eventDefinitionRef")) continue;
    const what = trigger === "none" ? "without an event definition" : `with a ${trigger} definition`;
    const message = `Cannot execute ${describe(event)} ${what}: as ${position} it may have ${
      allowed.join(", ")
    }`;
    process.context.problem("event-definition-position", xml, message);
  }
  checkParallelMultiple(process, event, xml);
}

/** What is thrown to a catch is gone when that does not take it: nothing can wait for it together with other events. */
function checkParallelMultiple(process: ProcessDraft, event: EventElement, xml: XmlElement): void {
  if (!event.parallelMultiple) return;
  const thrown = event.definitions.find((d) => NOT_REMEMBERED.has(d.kind));
  if (!thrown) return;
  const message = `Cannot wait for all events of ${
    describe(event)
  }: a ${thrown.kind} definition cannot wait for others`;
  process.context.problem("event-definition-position", xml, message);
}
