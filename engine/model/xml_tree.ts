/** The tree of `document.ts` while it grows, whoever reads the XML. */
import { type BpmnDocument, KNOWN_NAMESPACES, type XmlElement } from "./document.ts";
import { appended, NONE } from "./lists.ts";

interface OpenElement extends XmlElement {
  children: XmlElement[];
  text: string;
}

/** Namespaces whose ids are the diagram's: another space of names than the model's. */
const DIAGRAM_PREFIXES = new Set(["bpmndi", "dc", "di"]);

/**
 * More elements are refused: a file of nothing but `<task/>` would else become a model of a hundred times its size.
 * A drawing of a thousand tasks, with its diagram, has some ten thousand.
 */
const MAX_ELEMENTS = 100_000;

/**
 * So many may be as short as they like. Beyond, each must have its share of the file: what is kept of an element is up
 * to nine hundred bytes, however short its tag is. Those of real files have 60 to 140 characters each.
 */
const FREE_ELEMENTS = 5_000;
const CHARACTERS_PER_ELEMENT = 40;

/** @returns How many elements a file of so many characters may have. */
export function maxElements(characters: number): number {
  return Math.min(MAX_ELEMENTS, FREE_ELEMENTS + Math.floor(characters / CHARACTERS_PER_ELEMENT));
}

/** Makes a tree of start tags, texts and end tags in the order of the file. */
export class TreeBuilder {
  readonly #elements: XmlElement[] = [];
  readonly #byId = new Map<string, XmlElement>();
  readonly #prefixes = new Map<string, string>();
  /** What stands before the names of attributes, by namespace. */
  readonly #names = new Map<string, string>();
  readonly #diagram = new Map<string, boolean>();
  readonly #open: OpenElement[] = [];
  #current: OpenElement | undefined;

  /** How many elements are open. */
  get depth(): number {
    return this.#open.length;
  }

  /** How many elements there are so far. */
  get size(): number {
    return this.#elements.length;
  }

  /** Whether there is a root element. */
  get begun(): boolean {
    return this.#elements.length > 0;
  }

  /** Notes what a prefix stands for. The first of several wins. */
  declare(prefix: string, uri: string): void {
    if (!this.#prefixes.has(prefix)) this.#prefixes.set(prefix, uri);
  }

  /** How {@link XmlElement.attributes} names an attribute. */
  attributeName(uri: string, local: string): string {
    if (uri === "") return local;
    let prefix = this.#names.get(uri);
    if (prefix === undefined) {
      const known = KNOWN_NAMESPACES.get(uri);
      // An attribute with BPMN's own prefix means the same as one without.
      prefix = known === undefined ? `{${uri}}` : known === "bpmn" ? "" : `${known}:`;
      this.#names.set(uri, prefix);
    }
    return prefix + local;
  }

  /** A start tag. */
  open(
    name: string,
    uri: string,
    attributes: ReadonlyMap<string, string>,
    line: number,
    column: number,
  ): void {
    const parent = this.#current;
    const id = attributes.get("id")?.trim();
    const element: OpenElement = {
      name,
      uri,
      attributes,
      children: NONE,
      text: "",
      parent,
      line,
      column,
      id,
    };
    if (parent) parent.children = appended(parent.children, element);
    this.#elements.push(element);
    if (id !== undefined && !this.#isDiagram(uri) && !this.#byId.has(id)) this.#byId.set(id, element);
    this.#open.push(element);
    this.#current = element;
  }

  /** Text of the element that is open; outside the root it is dropped. */
  text(text: string): void {
    if (this.#current) this.#current.text += text;
  }

  /** An end tag. */
  close(): void {
    this.#open.pop();
    this.#current = this.#open.at(-1);
  }

  /** The whole tree of a text of so many characters, once the root is closed. */
  document(characters: number): BpmnDocument {
    const elements = this.#elements, byId = this.#byId, prefixes = this.#prefixes;
    const root = elements[0];
    const targetNamespace = root.attributes.get("targetNamespace")?.trim();
    return {
      root,
      elements,
      characters,
      byId,
      resolve(reference) {
        const name = reference.trim();
        const found = byId.get(name);
        if (found !== undefined) return found;
        const colon = name.indexOf(":");
        if (colon < 0 || prefixes.get(name.slice(0, colon)) !== targetNamespace) return undefined;
        return byId.get(name.slice(colon + 1));
      },
      namespaceOf: (prefix) => prefixes.get(prefix),
    };
  }

  #isDiagram(uri: string): boolean {
    let known = this.#diagram.get(uri);
    if (known === undefined) {
      this.#diagram.set(uri, known = DIAGRAM_PREFIXES.has(KNOWN_NAMESPACES.get(uri) ?? ""));
    }
    return known;
  }
}
