/** Look-ups over a BPMN document that many rules need, made once per check. */
import { type BpmnDocument, isBpmn, type XmlElement } from "../document.ts";
import { appended, NONE } from "../lists.ts";
import { CALLABLE_ELEMENTS, EVENT_DEFINITIONS } from "./kinds.ts";
import { attribute, isTrue, localPart } from "./rule.ts";

/** `incoming`: the flows that end at a node; `outgoing`: those that start there. */
export type Direction = "incoming" | "outgoing";

/** What is known of a data element's type. */
export interface Item {
  /** The reference as written; absent: the element names no type. */
  readonly reference?: string;
  /** Absent also when the reference cannot be resolved in this file. */
  readonly definition?: XmlElement;
}

/** An event's definitions, and the names of their elements. */
interface Triggers {
  readonly all: readonly XmlElement[];
  readonly kinds: ReadonlySet<string>;
}

const NO_TRIGGERS: Triggers = { all: NONE, kinds: new Set() };
const NO_ELEMENTS: ReadonlySet<XmlElement> = new Set();
const NO_FLOWS: ReadonlySet<string> = new Set();

/** Children are looked through where they are so few: most elements have none, and rules ask each of them. */
const FEW = 4;

/** A document with its sequence flows, message flows, events and data made easy to ask about. */
export class ModelIndex {
  /** The document that is looked at. */
  readonly document: BpmnDocument;
  readonly #children = new Map<XmlElement, Map<string, XmlElement[]>>();
  readonly #byName = new Map<string, XmlElement[]>();
  readonly #flows: Record<Direction, Map<XmlElement, XmlElement[]>> = {
    incoming: new Map(),
    outgoing: new Map(),
  };
  /** What flows connect: looked up once, though a dozen rules ask. */
  readonly #ends = {
    sourceRef: new Map<XmlElement, XmlElement>(),
    targetRef: new Map<XmlElement, XmlElement>(),
  };
  readonly #messageFlows: Record<Direction, Map<XmlElement, XmlElement[]>> = {
    incoming: new Map(),
    outgoing: new Map(),
  };
  readonly #boundaryEvents = new Map<XmlElement, XmlElement[]>();
  /** Whether this file repeats its flows in the nodes' `incoming` and `outgoing` children, as the schema allows. */
  readonly #listsFlows: boolean;
  readonly #listed: Record<Direction, Map<XmlElement, ReadonlySet<string>>> = {
    incoming: new Map(),
    outgoing: new Map(),
  };
  readonly #most: Record<Direction, Map<XmlElement, number>> = { incoming: new Map(), outgoing: new Map() };
  /** The events that use a definition by reference. */
  readonly #definitionUses = new Map<XmlElement, XmlElement[]>();
  readonly #triggers = new Map<XmlElement, Triggers>();
  readonly #referred = new Map<XmlElement, Map<string, ReadonlySet<XmlElement>>>();
  readonly #someProcessExecutable: boolean;
  /** Namespaces that the file imports; `undefined` among them if an import does not say. */
  readonly #imported: ReadonlySet<string | undefined>;

  /** @param document Must not change afterwards. */
  constructor(document: BpmnDocument) {
    this.document = document;
    for (const element of document.elements) {
      if (isBpmn(element)) push(this.#byName, element.name, element);
    }
    this.#imported = new Set(
      this.children(document.root, "import").map((one) => attribute(one, "namespace")),
    );
    this.#listsFlows = this.all("incoming", "outgoing").length > 0;
    this.#someProcessExecutable = this.all("process").some((process) => isTrue(process, "isExecutable"));
    for (
      const [name, index] of [["sequenceFlow", this.#flows], ["messageFlow", this.#messageFlows]] as const
    ) {
      for (const flow of this.all(name)) {
        const source = this.refer(flow, "sourceRef");
        const target = this.refer(flow, "targetRef");
        if (source) {
          push(index.outgoing, source, flow);
          this.#ends.sourceRef.set(flow, source);
        }
        if (target) {
          push(index.incoming, target, flow);
          this.#ends.targetRef.set(flow, target);
        }
      }
    }
    for (const event of this.all("boundaryEvent")) {
      const host = this.refer(event, "attachedToRef");
      if (host) push(this.#boundaryEvents, host, event);
    }
    for (const reference of this.all("eventDefinitionRef")) {
      const definition = document.resolve(reference.text.trim());
      if (definition && reference.parent) push(this.#definitionUses, definition, reference.parent);
    }
  }

  /** All BPMN elements of the given local names, in document order per name. */
  all(...names: readonly string[]): readonly XmlElement[] {
    if (names.length === 1) return this.#byName.get(names[0]) ?? [];
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** BPMN children of the given local names. */
  children(element: XmlElement, ...names: readonly string[]): readonly XmlElement[] {
    if (element.children.length === 0) return NONE;
    if (names.length > 1) return element.children.filter((child) => isBpmn(child, ...names));
    if (element.children.length > FEW) return this.#childrenByName(element).get(names[0]) ?? NONE;
    let found: XmlElement[] = NONE;
    for (const child of element.children) if (isBpmn(child, names[0])) found = appended(found, child);
    return found;
  }

  /** Grouped once per large element: some rules ask the same one many times. */
  #childrenByName(element: XmlElement): ReadonlyMap<string, XmlElement[]> {
    let groups = this.#children.get(element);
    if (!groups) {
      groups = new Map();
      for (const child of element.children) if (isBpmn(child)) push(groups, child.name, child);
      this.#children.set(element, groups);
    }
    return groups;
  }

  /** The element that an attribute refers to. */
  refer(element: XmlElement, attributeName: string): XmlElement | undefined {
    if (attributeName === "sourceRef" || attributeName === "targetRef") {
      const known = this.#ends[attributeName].get(element);
      if (known) return known;
    }
    const reference = attribute(element, attributeName);
    return reference === undefined ? undefined : this.document.resolve(reference);
  }

  /** True if a reference may lead into an imported file, which is not read. */
  isImported(reference: string): boolean {
    if (this.#imported.size === 0) return false;
    const uri = this.document.namespaceOf(reference.slice(0, Math.max(0, reference.indexOf(":"))));
    return uri !== undefined && (this.#imported.has(uri) || this.#imported.has(undefined));
  }

  /** The elements that children such as `dataInputRefs` refer to; unresolved ones are left out. */
  referred(element: XmlElement, ...childNames: readonly string[]): readonly XmlElement[] {
    return this.children(element, ...childNames).flatMap((child) =>
      this.document.resolve(child.text.trim()) ?? []
    );
  }

  /** The sequence flows that name the node as their target or source. */
  flows(node: XmlElement, direction: Direction): readonly XmlElement[] {
    return this.#flows[direction].get(node) ?? [];
  }

  /** The distinct elements that children of that name refer to. */
  referredSet(element: XmlElement, childName: string): ReadonlySet<XmlElement> {
    if (element.children.length === 0) return NO_ELEMENTS;
    let byName = this.#referred.get(element);
    if (!byName) this.#referred.set(element, byName = new Map());
    let found = byName.get(childName);
    if (!found) byName.set(childName, found = new Set(this.referred(element, childName)));
    return found;
  }

  /** The message flows that end or start at an element. */
  messageFlows(element: XmlElement, direction: Direction): readonly XmlElement[] {
    return this.#messageFlows[direction].get(element) ?? [];
  }

  /** The boundary events attached to an activity. */
  boundaryEvents(activity: XmlElement): readonly XmlElement[] {
    return this.#boundaryEvents.get(activity) ?? [];
  }

  /** The distinct flows that the node itself lists in its `incoming` or `outgoing` children. */
  listedFlows(node: XmlElement, direction: Direction): ReadonlySet<string> {
    const known = this.#listed[direction].get(node);
    if (known) return known;
    const children = this.children(node, direction);
    if (children.length === 0) return NO_FLOWS;
    const listed = new Set(children.map((child) => localPart(child.text.trim())));
    this.#listed[direction].set(node, listed);
    return listed;
  }

  /** Every flow that either the flow elements or the node's own list claim: for rules that forbid flows. */
  mostFlows(node: XmlElement, direction: Direction): number {
    const known = this.#most[direction].get(node);
    if (known !== undefined) return known;
    const listed = this.listedFlows(node, direction), flows = this.flows(node, direction);
    if (listed.size === 0 && flows.length < 2) return flows.length;
    const ids = new Set<string | XmlElement>(listed);
    for (const flow of flows) ids.add(flow.id ?? flow);
    this.#most[direction].set(node, ids.size);
    return ids.size;
  }

  /** The flows that both the flow elements and (in files that have such lists) the node's list confirm: for rules that demand flows. */
  fewestFlows(node: XmlElement, direction: Direction): number {
    const flows = this.flows(node, direction).length;
    return this.#listsFlows ? Math.min(flows, this.listedFlows(node, direction).size) : flows;
  }

  /** An event's definitions: those inside it and those that it refers to. */
  triggers(event: XmlElement): readonly XmlElement[] {
    return this.#triggersOf(event).all;
  }

  /** True if one of an event's definitions is of the given kind. */
  hasTrigger(event: XmlElement, definition: string): boolean {
    return this.#triggersOf(event).kinds.has(definition);
  }

  /** Looked up once per event: many links, or flows of a gateway, may lead to one with many definitions. */
  #triggersOf(event: XmlElement): Triggers {
    if (event.children.length === 0) return NO_TRIGGERS;
    let triggers = this.#triggers.get(event);
    if (!triggers) {
      const all = [
        ...this.children(event, ...EVENT_DEFINITIONS),
        ...this.referred(event, "eventDefinitionRef").filter((target) =>
          isBpmn(target, ...EVENT_DEFINITIONS)
        ),
      ];
      triggers = all.length === 0 ? NO_TRIGGERS : { all, kinds: new Set(all.map(({ name }) => name)) };
      this.#triggers.set(event, triggers);
    }
    return triggers;
  }

  /** True if the event has no definition, not even a reference that cannot be resolved. */
  isNone(event: XmlElement): boolean {
    return this.triggers(event).length === 0 && this.children(event, "eventDefinitionRef").length === 0;
  }

  /** True if the event refers to a definition that is not in this file: it may be of any kind. */
  hasUnknownTrigger(event: XmlElement): boolean {
    return this.children(event, "eventDefinitionRef").some((child) =>
      !this.document.resolve(child.text.trim())
    );
  }

  /** True if a start or end event is in the same process or sub-process as the node, or is the node. */
  besides(node: XmlElement, kind: "startEvent" | "endEvent"): boolean {
    return node.parent !== undefined && this.children(node.parent, kind).length > 0;
  }

  /** The process that an element is in. */
  processOf(element: XmlElement): XmlElement | undefined {
    return ancestor(element, "process");
  }

  /** True if the element is in a process that says that it is executable. */
  inExecutable(element: XmlElement): boolean {
    const process = this.processOf(element);
    return process !== undefined && isTrue(process, "isExecutable");
  }

  /**
   * True if the element is in a process that never runs: one that is not marked executable beside one that is,
   * or that says itself that it is not.
   */
  neverRuns(element: XmlElement): boolean {
    const process = this.processOf(element);
    if (!process) return false;
    return this.#someProcessExecutable
      ? !isTrue(process, "isExecutable")
      : process.attributes.has("isExecutable");
  }

  /** The events that use an event definition by `eventDefinitionRef`. */
  definitionUses(definition: XmlElement): readonly XmlElement[] {
    return this.#definitionUses.get(definition) ?? [];
  }

  /** True if an event definition is in an executable process or used by an event of one. */
  executableUse(definition: XmlElement): boolean {
    return this.inExecutable(definition) ||
      this.definitionUses(definition).some((event) => this.inExecutable(event));
  }

  /** The callable element that a call activity names, if it is in this file. */
  called(callActivity: XmlElement): XmlElement | undefined {
    const called = this.refer(callActivity, "calledElement");
    return called && isBpmn(called, ...CALLABLE_ELEMENTS) ? called : undefined;
  }

  /**
   * The type of a data element, message, signal, error or escalation. A reference to a data object or store
   * has the type of that.
   */
  item(element: XmlElement): Item {
    for (const name of ["itemSubjectRef", "itemRef", "structureRef"]) {
      const reference = attribute(element, name);
      if (reference === undefined) continue;
      const definition = this.document.resolve(reference);
      return definition && isBpmn(definition, "itemDefinition") ? { reference, definition } : { reference };
    }
    // Only a reference is followed, and only to an original: references cannot form a circle here.
    if (!isBpmn(element, "dataObjectReference", "dataStoreReference")) return {};
    const original = this.refer(element, "dataObjectRef") ?? this.refer(element, "dataStoreRef");
    return original && isBpmn(original, "dataObject", "dataStore") ? this.item(original) : {};
  }

  /**
   * Tells whether two types are equivalent: the same definition, or two with the same structure. What cannot
   * be resolved here counts as equivalent, since nothing is known against it.
   */
  sameItem(a: Item, b: Item): boolean {
    if (a.reference === undefined || b.reference === undefined) return a.reference === b.reference;
    if (a.definition === undefined || b.definition === undefined || a.definition === b.definition) {
      return true;
    }
    return attribute(a.definition, "structureRef") === attribute(b.definition, "structureRef") &&
      isTrue(a.definition, "isCollection") === isTrue(b.definition, "isCollection");
  }
}

/** The nearest enclosing BPMN element of the given names. */
export function ancestor(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  for (let at = element.parent; at; at = at.parent) {
    if (isBpmn(at, ...names)) return at;
  }
  return undefined;
}

function push<K>(map: Map<K, XmlElement[]>, key: K, element: XmlElement): void {
  const list = map.get(key);
  const longer = appended(list ?? NONE, element);
  if (longer !== list) map.set(key, longer);
}
