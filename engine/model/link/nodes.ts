/**
 * Makes the flow nodes of a process, empty and not yet linked, in document order (BPMN 2.0.2, 10.2 to 10.7).
 */
import { isBpmn, type XmlElement } from "../document.ts";
import { appended, NONE } from "../lists.ts";
import type { ElementType, FlowNode, ScopeElement, ScopeType, SequenceFlow, TaskType } from "../types.ts";
import { describe, type Draft, draft, type LinkContext } from "./context.ts";

/** One process while it is being linked. */
export interface ProcessDraft {
  readonly context: LinkContext;
  readonly root: ScopeElement;
  /** All nodes in document order, the process first. */
  readonly order: FlowNode[];
  readonly nodes: Map<string, FlowNode>;
  readonly xml: Map<FlowNode, XmlElement>;
  /** `sequenceFlow` elements at any depth, in document order. */
  readonly flows: XmlElement[];
  /** `association` elements at any depth. */
  readonly associations: XmlElement[];
  readonly flowXml: Map<SequenceFlow, XmlElement>;
}

const TASKS: ReadonlySet<string> = new Set<TaskType>([
  "task",
  "manualTask",
  "serviceTask",
  "sendTask",
  "receiveTask",
  "userTask",
  "scriptTask",
  "businessRuleTask",
  "callActivity",
]);
const SCOPES: ReadonlySet<string> = new Set(["subProcess", "transaction", "adHocSubProcess"]);
const GATEWAYS: ReadonlySet<string> = new Set([
  "exclusiveGateway",
  "parallelGateway",
  "inclusiveGateway",
  "complexGateway",
  "eventBasedGateway",
]);
const EVENTS: ReadonlySet<string> = new Set([
  "startEvent",
  "endEvent",
  "intermediateCatchEvent",
  "intermediateThrowEvent",
  "boundaryEvent",
]);

/** What a process or sub-process may hold that is no flow node: linked elsewhere, or without meaning when running. */
const OTHER_CONTENT: ReadonlySet<string> = new Set([
  "documentation",
  "extensionElements",
  "sequenceFlow",
  "association",
  "textAnnotation",
  "group",
  "laneSet",
  "dataObject",
  "dataObjectReference",
  "dataStoreReference",
  "property",
  "ioSpecification",
  "ioBinding",
  "dataInputAssociation",
  "dataOutputAssociation",
  "auditing",
  "monitoring",
  "resourceRole",
  "performer",
  "humanPerformer",
  "potentialOwner",
  "correlationSubscription",
  "supportedInterfaceRef",
  "supports",
  "artifact",
  "incoming",
  "outgoing",
  "standardLoopCharacteristics",
  "multiInstanceLoopCharacteristics",
  "completionCondition",
]);

/** Makes all nodes of a process. */
export function makeNodes(context: LinkContext, process: XmlElement): ProcessDraft {
  const root = makeScope(process, "process", undefined, 0);
  const result: ProcessDraft = {
    context,
    root,
    order: [root],
    nodes: new Map([[root.id, root]]),
    xml: new Map([[root, process]]),
    flows: [],
    associations: [],
    flowXml: new Map(),
  };
  fillScope(result, root, process);
  return result;
}

// Recursion is bounded by the depth limit of the reader.
function fillScope(process: ProcessDraft, scope: ScopeElement, xml: XmlElement): void {
  const { context } = process;
  for (const element of xml.children) {
    if (!isBpmn(element)) continue;
    if (element.name === "sequenceFlow") process.flows.push(element);
    if (element.name === "association") process.associations.push(element);
    if (OTHER_CONTENT.has(element.name)) continue;
    const node = makeNode(process, element, scope);
    if (!node) {
      const id = element.id === undefined ? "" : ` "${element.id}"`;
      context.problem(
        "unsupported-element",
        element,
        `Cannot execute ${element.name}${id} inside a ${scope.type}`,
      );
      continue;
    }
    if (element.id === undefined || element.id === "") {
      context.problem("missing-id", element, `Cannot execute ${element.name}: it has no id`);
      continue;
    }
    // Reported as a duplicate id; linking both would only add confusing problems.
    if (process.nodes.has(node.id)) continue;
    process.nodes.set(node.id, node);
    process.xml.set(node, element);
    process.order.push(node);
    const writable = draft(scope);
    writable.nodes = appended(writable.nodes, node);
    if (isScope(node)) {
      if (node.type === "eventSubProcess") {
        writable.eventSubProcesses = appended(writable.eventSubProcesses, node);
      }
      fillScope(process, node, element);
    }
  }
}

function makeNode(process: ProcessDraft, element: XmlElement, parent: ScopeElement): FlowNode | undefined {
  const index = process.order.length;
  const { name } = element;
  if (SCOPES.has(name)) {
    const byEvent = name === "subProcess" && process.context.boolean(element, "triggeredByEvent", false);
    return makeScope(element, byEvent ? "eventSubProcess" : name as ScopeType, parent, index);
  }
  const base = nodeBase(element, name as ElementType, parent, index);
  if (TASKS.has(name)) return { ...base, ...activityBase() } as FlowNode;
  if (GATEWAYS.has(name)) return base as FlowNode;
  if (EVENTS.has(name)) {
    return {
      ...base,
      definitions: NONE,
      parallelMultiple: false,
      inputs: NONE,
      outputs: NONE,
    } as unknown as FlowNode;
  }
  return undefined;
}

function nodeBase(element: XmlElement, type: ElementType, parent: ScopeElement | undefined, index: number) {
  const name = element.attributes.get("name");
  return {
    id: element.id ?? "",
    type,
    ...(name === undefined || name === "" ? {} : { name }),
    line: element.line,
    column: element.column,
    ...(parent ? { parent } : {}),
    incoming: NONE,
    outgoing: NONE,
    hasConditions: false,
    index,
  };
}

function activityBase() {
  return {
    boundaryEvents: NONE,
    isForCompensation: false,
    compensable: false,
    startQuantity: 1,
    completionQuantity: 1,
    inputs: NONE,
    outputs: NONE,
  };
}

function makeScope(
  element: XmlElement,
  type: ScopeType,
  parent: ScopeElement | undefined,
  index: number,
): ScopeElement {
  return {
    ...nodeBase(element, type, parent, index),
    ...activityBase(),
    type,
    nodes: NONE,
    startNodes: NONE,
    eventSubProcesses: NONE,
    dataNames: NONE,
    hasConditionalEvents: false,
  };
}

/** Tells whether a node is a process or sub-process of any kind. */
export function isScope(node: FlowNode): node is ScopeElement {
  return "startNodes" in node;
}

/** Tells whether a node is a task, call activity or sub-process. */
export function isActivity(
  node: FlowNode,
): node is Draft<FlowNode> & Extract<FlowNode, { boundaryEvents: unknown }> {
  return "boundaryEvents" in node && node.type !== "process";
}

/** Tells whether a node is an event. */
export function isEvent(node: FlowNode): node is Extract<FlowNode, { definitions: unknown }> {
  return "definitions" in node;
}

/** The element that a node was made of. */
export function xmlOf(process: ProcessDraft, node: FlowNode): XmlElement {
  const xml = process.xml.get(node);
  if (!xml) throw new RangeError(`Cannot find the element of ${describe(node)}: it is not of this process`);
  return xml;
}
