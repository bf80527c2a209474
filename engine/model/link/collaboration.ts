/** Reads message flows: they say which process a thrown message is for (BPMN 2.0.2, 9.4). */
import { isBpmn, type XmlElement } from "../document.ts";
import type { LinkContext } from "./context.ts";

/** What the message flows that leave or reach a node say. */
export interface MessageFlowInfo {
  /** The message that the flow carries, if it names one. */
  readonly message?: XmlElement;
  /** The process at the other end of the flows that leave the node, if they all agree. */
  readonly targetProcess?: string;
}

const CACHE = new WeakMap<LinkContext, ReadonlyMap<string, MessageFlowInfo>>();

/** The message flows of the file by the id of the node at either end. */
export function collaborationOf(context: LinkContext): ReadonlyMap<string, MessageFlowInfo> {
  const known = CACHE.get(context);
  if (known) return known;
  const found = readFlows(context);
  CACHE.set(context, found);
  return found;
}

function readFlows(context: LinkContext): ReadonlyMap<string, MessageFlowInfo> {
  const messages = new Map<string, XmlElement>();
  const targets = new Map<string, Set<string | undefined>>();
  for (const flow of context.document.elements) {
    if (!isBpmn(flow, "messageFlow")) continue;
    const source = endOf(context, flow, "sourceRef");
    const target = endOf(context, flow, "targetRef");
    const message = context.attributeReference(flow, "messageRef", "message");
    for (const end of [source, target]) {
      if (message && end?.id !== undefined && !messages.has(end.id)) messages.set(end.id, message);
    }
    if (source?.id === undefined) continue;
    const seen = targets.get(source.id) ?? new Set();
    seen.add(target && processOf(context, target)?.id);
    targets.set(source.id, seen);
  }
  const result = new Map<string, MessageFlowInfo>();
  for (const id of new Set([...messages.keys(), ...targets.keys()])) {
    const message = messages.get(id);
    const [targetProcess, ...others] = targets.get(id) ?? [];
    result.set(id, {
      ...(message ? { message } : {}),
      ...(targetProcess !== undefined && others.length === 0 ? { targetProcess } : {}),
    });
  }
  return result;
}

function endOf(context: LinkContext, flow: XmlElement, attribute: string): XmlElement | undefined {
  const reference = flow.attributes.get(attribute);
  return reference === undefined ? undefined : context.document.resolve(reference);
}

/** The process that a participant stands for, or that a node belongs to. */
function processOf(context: LinkContext, end: XmlElement): XmlElement | undefined {
  if (isBpmn(end, "participant")) {
    const reference = end.attributes.get("processRef");
    return reference === undefined ? undefined : context.document.resolve(reference);
  }
  let element: XmlElement | undefined = end;
  while (element && !isBpmn(element, "process")) element = element.parent;
  return element;
}
