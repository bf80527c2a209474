/** Reads event definitions, written in the event or referenced by `eventDefinitionRef` (BPMN 2.0.2, 10.5.5). */
import { parseTimer } from "../../expression/timer.ts";
import type { Expression } from "../../expression/types.ts";
import { camundaCodeVariables, camundaVariableNames } from "../extensions/camunda.ts";
import { zeebeVariableNames } from "../extensions/zeebe.ts";
import { isBpmn, type XmlElement } from "../document.ts";
import type { EventDefinition, TimerEventDefinition } from "../types.ts";
import { child, childrenOf, type LinkContext } from "./context.ts";
import { linkMessage, type MessageUse } from "./messages.ts";
import { literal } from "./values.ts";

/** How a definition's element name maps to its kind. */
const KINDS: ReadonlyMap<string, EventDefinition["kind"]> = new Map([
  ["messageEventDefinition", "message"],
  ["timerEventDefinition", "timer"],
  ["signalEventDefinition", "signal"],
  ["errorEventDefinition", "error"],
  ["escalationEventDefinition", "escalation"],
  ["conditionalEventDefinition", "conditional"],
  ["linkEventDefinition", "link"],
  ["compensateEventDefinition", "compensate"],
  ["cancelEventDefinition", "cancel"],
  ["terminateEventDefinition", "terminate"],
]);

/** The definition elements of an event, in document order, references followed. */
export function definitionElements(context: LinkContext, event: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (const element of event.children) {
    if (!isBpmn(element)) continue;
    if (KINDS.has(element.name)) found.push(element);
    if (element.name !== "eventDefinitionRef") continue;
    const target = context.reference(element, element.text, "eventDefinitionRef", ...KINDS.keys());
    if (target) found.push(target);
  }
  return found;
}

/**
 * Reads one definition. A link's target and a compensation's activity are linked later, when all nodes are there.
 *
 * @param event The event, or the element in whose place it stands: where problems of the use are reported.
 */
export function linkDefinition(
  context: LinkContext,
  xml: XmlElement,
  index: number,
  use: MessageUse,
): EventDefinition {
  const base = { index, ...(xml.id === undefined ? {} : { id: xml.id }) };
  const kind = KINDS.get(xml.name);
  switch (kind) {
    case "message":
      return linkMessage(context, xml, index, use);
    case "timer":
      return { ...base, kind, ...linkTimer(context, xml) };
    case "signal":
      return { ...base, kind, name: signalName(context, xml) };
    case "error": {
      const code = codeOf(context, xml, "errorRef", "error", "errorCode");
      return { ...base, kind, ...(code ? { code } : {}), ...camundaCodeVariables(xml, "error") };
    }
    case "escalation": {
      const code = codeOf(context, xml, "escalationRef", "escalation", "escalationCode");
      return { ...base, kind, ...(code ? { code } : {}), ...camundaCodeVariables(xml, "escalation") };
    }
    case "conditional": {
      const variableNames = zeebeVariableNames(xml) ?? camundaVariableNames(xml);
      const condition = context.content(child(xml, "condition"), "expression");
      if (!condition) incomplete(context, xml, "Cannot wait for a conditional event: it has no condition");
      return {
        ...base,
        kind,
        condition: condition ?? literal(false),
        ...(variableNames ? { variableNames } : {}),
      };
    }
    case "compensate":
      return { ...base, kind, waitForCompletion: context.boolean(xml, "waitForCompletion", true) };
    case "link":
      return { ...base, kind, name: xml.attributes.get("name") ?? "" };
    case "cancel":
    case "terminate":
      return { ...base, kind };
    default:
      throw new RangeError(`Cannot link "${xml.name}": it is not an event definition`);
  }
}

function incomplete(context: LinkContext, xml: XmlElement, message: string): void {
  context.problem("event-definition-incomplete", xml, message);
}

function signalName(context: LinkContext, xml: XmlElement): Expression {
  if (!xml.attributes.has("signalRef") && !child(xml, "signalRef")) {
    incomplete(context, xml, "Cannot use a signal event without signal: set signalRef");
    return literal("");
  }
  const signal = context.attributeReference(xml, "signalRef", "signal");
  if (!signal) return literal("");
  return context.text(signal, "name") ?? literal(signal.id ?? "");
}

/** An error's or escalation's code: as given, else its id, so that the throws and catches of one element meet. */
function codeOf(
  context: LinkContext,
  xml: XmlElement,
  reference: string,
  name: string,
  attribute: string,
): Expression | undefined {
  const target = context.attributeReference(xml, reference, name);
  return target && (context.text(target, attribute) ?? literal(target.id ?? ""));
}

const TIMER_TYPES = { timeDate: "date", timeDuration: "duration", timeCycle: "cycle" } as const;

function linkTimer(context: LinkContext, xml: XmlElement): Pick<TimerEventDefinition, "timerType" | "value"> {
  const given = childrenOf(xml, ...Object.keys(TIMER_TYPES)).filter((e) => e.text.trim() !== "");
  if (given.length !== 1) {
    const state = given.length === 0 ? "it has no date, duration or cycle" : "it has more than one";
    context.problem("bad-timer", xml, `Cannot set a timer: ${state}`);
    return { timerType: "duration", value: literal("PT0S") };
  }
  const element = given[0];
  const timerType = TIMER_TYPES[element.name as keyof typeof TIMER_TYPES];
  const value = context.content(element, "text") ?? literal("");
  const text = value.constant ? value.evaluate({ get: () => undefined, at: 0 }) : undefined;
  if (typeof text === "string") {
    try {
      parseTimer(timerType, text);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) {
        throw error;
      }
      context.problem("bad-timer", element, error.message);
    }
  }
  return { timerType, value };
}
