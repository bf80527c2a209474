/**
 * A BPMN file as a light, read-only tree: what the linker and the validation rules look at.
 *
 * The tree is made by `xml.ts`; nothing here knows the XML parser.
 */

/** Namespace of BPMN 2.0's semantic model. */
export const BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/** Namespace of its diagrams. */
export const BPMN_DIAGRAM_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/DI";

/** Our prefixes for the namespaces we know, whatever prefix a file gives them. */
export const KNOWN_NAMESPACES: ReadonlyMap<string, string> = new Map([
  [BPMN_NAMESPACE, "bpmn"],
  [BPMN_DIAGRAM_NAMESPACE, "bpmndi"],
  ["http://www.omg.org/spec/DD/20100524/DC", "dc"],
  ["http://www.omg.org/spec/DD/20100524/DI", "di"],
  ["http://www.w3.org/2001/XMLSchema-instance", "xsi"],
  ["http://www.w3.org/2001/XMLSchema", "xsd"],
  ["http://www.w3.org/XML/1998/namespace", "xml"],
  ["http://camunda.org/schema/zeebe/1.0", "zeebe"],
  ["http://camunda.org/schema/1.0/bpmn", "camunda"],
  ["http://activiti.org/bpmn", "camunda"],
  ["http://camunda.org/schema/modeler/1.0", "modeler"],
]);

/** One element of a BPMN file. */
export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Namespace address, empty if there is none. */
  readonly uri: string;
  /**
   * Attributes without a namespace by local name; namespaced ones as `zeebe:type`, `camunda:type`,
   * `xsi:type` (the prefixes of {@link KNOWN_NAMESPACES}), others as `{uri}local`.
   */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own character data, CDATA included, in order and untrimmed. */
  readonly text: string;
  readonly parent?: XmlElement;
  /** Position of the start tag, from 1. */
  readonly line: number;
  readonly column: number;
  /** The `id` attribute, trimmed. */
  readonly id?: string;
}

/** A well-formed BPMN file. */
export interface BpmnDocument {
  /** `definitions`. */
  readonly root: XmlElement;
  /** Every element, in document order. */
  readonly elements: readonly XmlElement[];
  /** How long the text is: what checking it may cost grows with it. */
  readonly characters: number;
  /** Elements by id, those of BPMN and of extensions (not the diagram's). The first of duplicates wins. */
  readonly byId: ReadonlyMap<string, XmlElement>;
  /**
   * Finds the element that a QName or IDREF names. A prefix is dropped when it stands for the file's own
   * `targetNamespace`; what an imported file defines stays unresolved.
   */
  resolve(reference: string): XmlElement | undefined;
  /** The namespace that a prefix stands for; of the empty prefix, the default one. */
  namespaceOf(prefix: string): string | undefined;
}

/**
 * Tells whether an element is BPMN's own (not an extension's or the diagram's), and one of the names given.
 *
 * @param e The element.
 * @param names Local names; none means any.
 */
export function isBpmn(e: XmlElement, ...names: string[]): boolean {
  return e.uri === BPMN_NAMESPACE && (names.length === 0 || names.includes(e.name));
}

/** Names and messages are cut: one name of a megabyte would otherwise be in thousands of messages. */
const MAX_NAME = 200;
const MAX_MESSAGE = 1000;

/** A name as messages show it. */
export function shortName(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}…`;
}

/** The message of a problem, cut if it is too long to be read. */
export function shortMessage(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE)}…`;
}

/** The id of an element, or of its nearest ancestor that has one, as problems name it. */
export function nearestId(element: XmlElement): string | undefined {
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    if (at.id !== undefined) return shortName(at.id);
  }
  return undefined;
}
