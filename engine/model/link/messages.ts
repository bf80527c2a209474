/**
 * Reads messages: their names, and the keys that correlate them (BPMN 2.0.2, 8.4.2 Correlation, 8.4.11 Message).
 */
import type { Expression } from "../../expression/types.ts";
import { zeebeCorrelationKey, zeebePublish } from "../extensions/zeebe.ts";
import { isBpmn, type XmlElement } from "../document.ts";
import type { MessageEventDefinition } from "../types.ts";
import { collaborationOf } from "./collaboration.ts";
import { child, childrenOf, type LinkContext } from "./context.ts";
import { combine, literal } from "./values.ts";

/** Who uses a message, and for what. */
export interface MessageUse {
  /** The event or task. */
  readonly element: XmlElement;
  /** The process that it belongs to. */
  readonly process: XmlElement;
  readonly role: "throw" | "catch" | "start";
  /** A throw that a handler does needs no message. */
  readonly hasJob?: boolean;
}

/** Reads the message of a message event definition, or of a send or receive task. */
export function linkMessage(
  context: LinkContext,
  xml: XmlElement,
  index: number,
  use: MessageUse,
): MessageEventDefinition {
  const base = {
    kind: "message" as const,
    index,
    ...(xml.id === undefined || xml === use.element ? {} : { id: xml.id }),
  };
  const flow = use.element.id === undefined ? undefined : collaborationOf(context).get(use.element.id);
  const message = messageOf(context, xml, flow?.message);
  const target = use.role === "throw" && flow?.targetProcess !== undefined
    ? { targetProcess: flow.targetProcess }
    : {};
  if (!message) {
    if (message === null && !use.hasJob) {
      const rule = xml === use.element ? "message-missing" : "event-definition-incomplete";
      const verb = use.role === "throw" ? "send" : "receive";
      context.problem(
        rule,
        xml,
        `Cannot ${verb} a message in ${use.element.name} "${use.element.id ?? ""}": set messageRef`,
      );
    }
    return { ...base, name: literal(use.element.id ?? ""), ...target };
  }
  const name = context.text(message, "name") ?? literal(message.id ?? "");
  const publish = use.role === "throw" ? zeebePublish(context, xml) : {};
  return { ...base, name, ...linkKeys(context, message, use), ...publish, ...target };
}

/** Null: none is named. Undefined: the reference is broken, which is reported. */
function messageOf(
  context: LinkContext,
  xml: XmlElement,
  ofFlow: XmlElement | undefined,
): XmlElement | null | undefined {
  if (xml.attributes.has("messageRef") || child(xml, "messageRef")) {
    return context.attributeReference(xml, "messageRef", "message") ?? ofFlow;
  }
  const operation = context.attributeReference(xml, "operationRef", "operation");
  if (operation && child(operation, "inMessageRef")) {
    return context.attributeReference(operation, "inMessageRef", "message");
  }
  return ofFlow ?? null;
}

function linkKeys(
  context: LinkContext,
  message: XmlElement,
  use: MessageUse,
): Pick<MessageEventDefinition, "key" | "retrieval"> {
  const declared = zeebeCorrelationKey(context, message);
  // No instance is there yet when a start is looked at: its key comes from the payload.
  if (declared) return use.role === "start" ? { retrieval: declared } : { key: declared };
  const correlation = correlationOf(context, message, use.process);
  if (!correlation) return {};
  return use.role === "catch" ? correlation : { retrieval: correlation.retrieval };
}

/**
 * The first correlation key of which every property can be retrieved from this message.
 *
 * A catching instance computes the same key from its own data: by the bindings of its correlation subscription, else
 * by the retrieval expressions themselves, since a payload becomes variables of the same names.
 */
function correlationOf(
  context: LinkContext,
  message: XmlElement,
  process: XmlElement,
): Correlation | undefined {
  const cache = cacheOf(context);
  let ofMessage = cache.correlations.get(message);
  if (!ofMessage) cache.correlations.set(message, ofMessage = new Map());
  if (!ofMessage.has(process)) ofMessage.set(process, findCorrelation(context, message, process));
  return ofMessage.get(process);
}

interface Correlation {
  readonly key: Expression;
  readonly retrieval: Expression;
}

function findCorrelation(
  context: LinkContext,
  message: XmlElement,
  process: XmlElement,
): Correlation | undefined {
  for (const { element, properties } of correlationKeys(context)) {
    const paths = properties.map((property) => retrievalPath(context, property, message));
    if (paths.length === 0 || paths.includes(undefined)) continue;
    const retrieval = paths.flatMap((path) => context.content(path, "expression") ?? []);
    if (retrieval.length !== paths.length) continue;
    const subscription = subscriptionsOf(context, process).get(element);
    const bindings = subscription &&
      firstBy(
        childrenOf(subscription, "correlationPropertyBinding"),
        (binding) => context.attributeReference(binding, "correlationPropertyRef", "correlationProperty"),
      );
    const own = properties.map((property, i) => {
      const binding = bindings?.get(property);
      return context.content(binding && child(binding, "dataPath"), "expression") ?? retrieval[i];
    });
    return { key: joinKey(own), retrieval: joinKey(retrieval) };
  }
  return undefined;
}

function joinKey(parts: readonly Expression[]): Expression {
  if (parts.length === 1) return parts[0];
  return combine(parts.map((part) => part.text).join(", "), parts, (values) => JSON.stringify(values));
}

interface CorrelationKey {
  readonly element: XmlElement;
  readonly properties: readonly XmlElement[];
}

/** What is looked up for one file: many tasks may use one message, and many keys one property. */
interface Cache {
  keys?: readonly CorrelationKey[];
  readonly correlations: Map<XmlElement, Map<XmlElement, Correlation | undefined>>;
  /** By correlation property: its retrieval expressions by message. */
  readonly retrievals: Map<XmlElement, ReadonlyMap<XmlElement, XmlElement>>;
  /** By process: its correlation subscriptions by key. */
  readonly subscriptions: Map<XmlElement, ReadonlyMap<XmlElement, XmlElement>>;
}

const CACHES = new WeakMap<LinkContext, Cache>();

function cacheOf(context: LinkContext): Cache {
  let cache = CACHES.get(context);
  if (!cache) {
    CACHES.set(context, cache = { correlations: new Map(), retrievals: new Map(), subscriptions: new Map() });
  }
  return cache;
}

/** The elements by what they refer to; the first one wins. */
function firstBy(
  elements: readonly XmlElement[],
  reference: (element: XmlElement) => XmlElement | undefined,
): ReadonlyMap<XmlElement, XmlElement> {
  const found = new Map<XmlElement, XmlElement>();
  for (const element of elements) {
    const target = reference(element);
    if (target && !found.has(target)) found.set(target, element);
  }
  return found;
}

/** The correlation keys of the file whose properties are all known. */
function correlationKeys(context: LinkContext): readonly CorrelationKey[] {
  const cache = cacheOf(context);
  if (cache.keys) return cache.keys;
  const keys = context.document.elements.filter((e) => isBpmn(e, "correlationKey")).flatMap((element) => {
    const references = childrenOf(element, "correlationPropertyRef");
    const properties = references.flatMap((r) =>
      context.reference(r, r.text, "correlationPropertyRef", "correlationProperty") ?? []
    );
    return properties.length === references.length ? [{ element, properties }] : [];
  });
  cache.keys = keys;
  return keys;
}

/** The correlation subscriptions of a process by their key. */
function subscriptionsOf(context: LinkContext, process: XmlElement): ReadonlyMap<XmlElement, XmlElement> {
  const { subscriptions } = cacheOf(context);
  let found = subscriptions.get(process);
  if (!found) {
    found = firstBy(
      childrenOf(process, "correlationSubscription"),
      (subscription) => context.attributeReference(subscription, "correlationKeyRef", "correlationKey"),
    );
    subscriptions.set(process, found);
  }
  return found;
}

/** The `messagePath` of a correlation property for a message. */
function retrievalPath(
  context: LinkContext,
  property: XmlElement,
  message: XmlElement,
): XmlElement | undefined {
  const { retrievals } = cacheOf(context);
  let found = retrievals.get(property);
  if (!found) {
    found = firstBy(
      childrenOf(property, "correlationPropertyRetrievalExpression"),
      (expression) => context.attributeReference(expression, "messageRef", "message"),
    );
    retrievals.set(property, found);
  }
  const expression = found.get(message);
  return expression && child(expression, "messagePath");
}
