/** Links call activities: what they call, and what goes in and out (BPMN 2.0.2, 10.3.6). */
import { camundaCall } from "../extensions/camunda.ts";
import { zeebeCall } from "../extensions/zeebe.ts";
import { isBpmn, type XmlElement } from "../document.ts";
import type { CallSpec, Mapping, TaskElement } from "../types.ts";
import { child, childrenOf, describe, type LinkContext } from "./context.ts";
import { dataName } from "./data.ts";
import { literal, variable } from "./values.ts";

/** Links one call activity. */
export function linkCall(context: LinkContext, task: TaskElement, xml: XmlElement): CallSpec {
  const zeebe = zeebeCall(context, xml);
  if (zeebe) return zeebe;
  const camunda = camundaCall(context, xml);
  const specification = child(xml, "ioSpecification");
  const mapped = camunda?.mapped || specification !== undefined;
  return {
    calledElement: calledElement(context, task, xml),
    binding: camunda?.binding ?? "latest",
    ...(camunda?.version ? { version: camunda.version } : {}),
    ...(camunda?.versionTag === undefined ? {} : { versionTag: camunda.versionTag }),
    ...(camunda?.businessKey ? { businessKey: camunda.businessKey } : {}),
    propagateAllIn: camunda?.allIn || !mapped,
    propagateAllOut: camunda?.allOut || !mapped,
    in: [
      ...camunda?.in ?? [],
      ...items(context, xml, "dataInput").map(([own, called]) => itemMapping(own, called)),
    ],
    out: [
      ...camunda?.out ?? [],
      ...items(context, xml, "dataOutput").map(([own, called]) => itemMapping(called, own)),
    ],
  };
}

function calledElement(context: LinkContext, task: TaskElement, xml: XmlElement): CallSpec["calledElement"] {
  const text = xml.attributes.get("calledElement")?.trim() ?? "";
  if (text === "") {
    context.problem("called-element-missing", xml, `Cannot call from ${describe(task)}: set calledElement`);
    return literal("");
  }
  if (/^=|[$#]\{/.test(text)) return context.compile(xml, text, "text");
  // Definitions are looked up by key: a prefix only says from which import the key comes.
  return literal(text.slice(text.lastIndexOf(":") + 1));
}

/**
 * The interface of a call: each data item with the one of the called element that it stands for (BPMN 2.0.2, 10.4.1).
 * They have the same name; where the called element is in this file and names its own differently, their order decides.
 */
function items(
  context: LinkContext,
  call: XmlElement,
  kind: "dataInput" | "dataOutput",
): (readonly [own: string, called: string])[] {
  const own = itemNames(context, call, kind);
  if (own.length === 0) return [];
  const target = context.document.resolve(call.attributes.get("calledElement")?.trim() ?? "");
  const called = target && isBpmn(target) ? itemNames(context, target, kind) : [];
  const known = new Set(called);
  const inOrder = called.length === own.length && own.some((name) => !known.has(name));
  return own.map((name, i) => [name, inOrder ? called[i] : name]);
}

function itemNames(context: LinkContext, owner: XmlElement, kind: "dataInput" | "dataOutput"): string[] {
  const specification = child(owner, "ioSpecification");
  if (!specification) return [];
  return childrenOf(specification, kind).map((item) => dataName(context, item)).filter((name) => name !== "");
}

function itemMapping(source: string, target: string): Mapping {
  return { target: [target], source: variable(source, "null"), optional: true };
}
