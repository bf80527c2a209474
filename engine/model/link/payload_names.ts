/**
 * Joins the payload of a throw to that of a catch (BPMN 2.0.2, 10.5.1, 10.4.2).
 *
 * In BPMN a message, signal, error or escalation carries one item, and the names of the data input that fills it and of
 * the data output that receives it are each side's own. A payload of ours has names, so a catch must also look under
 * those that the throws of the same file give it.
 */
import { isBpmn, type XmlElement } from "../document.ts";
import { child, childrenOf, type LinkContext } from "./context.ts";

/** In a list of their own, so that it is not taken apart. */
type Names = readonly [readonly string[]];

const CACHE = new WeakMap<LinkContext, ReadonlyMap<XmlElement, Names>>();

/** Names of the data inputs with which throws in the file fill what an event or receive task catches. */
export function payloadNames(context: LinkContext, catcher: XmlElement): readonly string[] {
  let index = CACHE.get(context);
  if (!index) CACHE.set(context, index = indexThrows(context));
  const [names = [], ...more] = carriersOf(context, catcher).flatMap((carrier) => index.get(carrier) ?? []);
  // One list for all who catch one thing: there may be thousands on both sides.
  return more.length === 0 ? names : [...new Set([...names, ...more.flat()])];
}

function indexThrows(context: LinkContext): ReadonlyMap<XmlElement, Names> {
  const index = new Map<XmlElement, Set<string>>();
  for (const element of context.document.elements) {
    if (!isBpmn(element, "intermediateThrowEvent", "endEvent", "sendTask")) continue;
    const owner = element.name === "sendTask" ? child(element, "ioSpecification") : element;
    const names = (owner ? childrenOf(owner, "dataInput") : [])
      .map((input) => input.attributes.get("name")?.trim() || input.id || "")
      .filter((name) => name !== "");
    if (names.length === 0) continue;
    for (const carrier of carriersOf(context, element)) {
      const known = index.get(carrier);
      if (known) { for (const name of names) known.add(name); }
      else index.set(carrier, new Set(names));
    }
  }
  return new Map([...index].map(([carrier, names]) => [carrier, [[...names]]]));
}

const REFERENCES = ["messageRef", "signalRef", "errorRef", "escalationRef"];

/** The messages, signals, errors and escalations that an event or task throws or catches. Reports nothing. */
function carriersOf(context: LinkContext, element: XmlElement): XmlElement[] {
  const definitions = element.children.filter((c) => isBpmn(c)).map((c) =>
    c.name === "eventDefinitionRef" ? context.document.resolve(c.text) : c
  );
  return [element, ...definitions].flatMap((e) =>
    REFERENCES.flatMap((name) => {
      const reference = e?.attributes.get(name);
      return (reference === undefined ? undefined : context.document.resolve(reference)) ?? [];
    })
  );
}
