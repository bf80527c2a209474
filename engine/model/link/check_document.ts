/** Checks what concerns the file as a whole: ids and element names. */
import { BPMN_NAMESPACE, type XmlElement } from "../document.ts";
import { checkExtensions } from "../extensions/known.ts";
import { ATTRIBUTE_NAMES } from "./attribute_names.ts";
import { ELEMENT_NAMES } from "./element_names.ts";
import type { LinkContext } from "./context.ts";

/** Checks ids and names of all BPMN elements, then the extensions within the executable processes. */
export function checkDocument(context: LinkContext, executable: readonly XmlElement[]): void {
  const ids = new Set<string>();
  for (const element of context.document.elements) {
    if (element.uri !== BPMN_NAMESPACE) continue;
    if (!ELEMENT_NAMES.has(element.name) && !isExtensionContent(element)) {
      context.problem(
        "unknown-element",
        element,
        `Cannot read <${element.name}>: BPMN 2.0 has no such element`,
      );
    }
    checkAttributes(context, element);
    const { id } = element;
    if (id === undefined) continue;
    if (ids.has(id)) {
      const first = context.document.byId.get(id);
      const place = first ? ` (first on line ${first.line})` : "";
      context.problem(
        "duplicate-id",
        element,
        `Cannot use id "${id}" for ${element.name}: it is taken${place}`,
      );
    }
    ids.add(id);
  }
  for (const process of executable) checkExtensions(context, process);
}

/** What is misspelt would be ignored, and its default taken: `isInterupting="false"` would interrupt. */
function checkAttributes(context: LinkContext, element: XmlElement): void {
  for (const name of element.attributes.keys()) {
    if (ATTRIBUTE_NAMES.has(name) || /[:}]/.test(name) || isExtensionContent(element)) continue;
    context.problem(
      "unknown-attribute",
      element,
      `BPMN 2.0 has no attribute "${name}": it is ignored, correct or remove it`,
    );
  }
}

/** Some modellers put elements of their own into BPMN's namespace: inside `extensionElements` that does no harm. */
function isExtensionContent(element: XmlElement): boolean {
  let parent = element.parent;
  while (parent && parent.name !== "extensionElements") parent = parent.parent;
  return parent !== undefined;
}
