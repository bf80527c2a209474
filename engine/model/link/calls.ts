/** Links call activities: what they call, and what goes in and out (BPMN 2.0.2, 10.3.6). */
import { camundaCall } from "../extensions/camunda.ts";
import { zeebeCall } from "../extensions/zeebe.ts";
import type { XmlElement } from "../document.ts";
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
    in: [...camunda?.in ?? [], ...itemMappings(context, specification, "dataInput")],
    out: [...camunda?.out ?? [], ...itemMappings(context, specification, "dataOutput")],
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

/** The interface of a call: what its data inputs hold goes in, what the called element gives comes back, by name. */
function itemMappings(
  context: LinkContext,
  specification: XmlElement | undefined,
  name: "dataInput" | "dataOutput",
): Mapping[] {
  if (!specification) return [];
  return childrenOf(specification, name)
    .map((item) => dataName(context, item))
    .filter((item) => item !== "")
    .map((item) => ({ target: [item], source: variable(item, "null"), optional: true }));
}
