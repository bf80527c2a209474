/** Reads the `zeebe:` extensions. */
import type { Expression } from "../../expression/types.ts";
import type { XmlElement } from "../document.ts";
import { appendedAll } from "../lists.ts";
import { draft, extension, type LinkContext } from "../link/context.ts";
import { literal } from "../link/values.ts";
import type {
  Activity,
  CallSpec,
  EventElement,
  JobSpec,
  Mapping,
  MessageEventDefinition,
  RetryPolicy,
  ScopeElement,
  ScriptSpec,
  UserTaskSpec,
} from "../types.ts";
import { ZEEBE } from "./namespaces.ts";
import { defined, record } from "./values.ts";

const find = (xml: XmlElement, name: string): XmlElement | undefined => extension(xml, ZEEBE, name);
const list = (xml: XmlElement | undefined, name: string): XmlElement[] =>
  xml?.children.filter((c) => c.uri === ZEEBE && c.name === name) ?? [];

/** `zeebe:taskDefinition` with its headers and priority. */
export function zeebeJob(context: LinkContext, xml: XmlElement): JobSpec | undefined {
  const definition = find(xml, "taskDefinition");
  const type = definition && context.text(definition, "type");
  if (!definition || !type) return undefined;
  return { type, ...defined({ retry: retries(context, definition), ...zeebeJobDetails(context, xml) }) };
}

/** What a job has beside its type and retries: also without a task definition. */
export function zeebeJobDetails(context: LinkContext, xml: XmlElement): Omit<JobSpec, "type"> {
  const headers = list(find(xml, "taskHeaders"), "header")
    .map((h) => [h.attributes.get("key") ?? "", h.attributes.get("value") ?? ""] as const);
  const decision = find(xml, "calledDecision");
  const decisionId = decision?.attributes.get("decisionId");
  if (decisionId) headers.push(["decisionRef", decisionId]);
  return defined({
    headers: headers.length > 0 ? record(headers) : undefined,
    priority: zeebePriority(context, xml),
    resultVariable: decision?.attributes.get("resultVariable") || undefined,
  });
}

function zeebePriority(context: LinkContext, xml: XmlElement): Expression | undefined {
  const priority = find(xml, "priorityDefinition");
  return priority && context.number(priority, "priority");
}

function retries(context: LinkContext, definition: XmlElement): RetryPolicy | Expression | undefined {
  const text = definition.attributes.get("retries")?.trim();
  if (!text) return undefined;
  // Zeebe counts attempts, a retry policy what follows the first one.
  if (/^\d{1,6}$/.test(text)) return { retries: Math.max(0, Number(text) - 1) };
  if (text.startsWith("=")) return context.compile(definition, `=(${text.slice(1)}\n) - 1`, "text");
  context.problem(
    "bad-attribute",
    definition,
    `Cannot read retries "${text}": it must be a whole number from 0`,
  );
  return undefined;
}

/** `zeebe:subscription` of a message. */
export function zeebeCorrelationKey(context: LinkContext, message: XmlElement): Expression | undefined {
  const subscription = find(message, "subscription");
  return subscription && context.text(subscription, "correlationKey");
}

/** `zeebe:publishMessage` of a message throw or send task. */
export function zeebePublish(
  context: LinkContext,
  xml: XmlElement,
): Pick<MessageEventDefinition, "key" | "timeToLive" | "messageId"> {
  const publish = find(xml, "publishMessage");
  if (!publish) return {};
  return defined({
    key: context.text(publish, "correlationKey"),
    timeToLive: context.text(publish, "timeToLive"),
    messageId: context.text(publish, "messageId"),
  });
}

/** `zeebe:conditionalFilter`: the variables whose changes matter. */
export function zeebeVariableNames(definition: XmlElement): readonly string[] | undefined {
  const text = find(definition, "conditionalFilter")?.attributes.get("variableNames");
  return text?.trim() ? text.split(",").map((name) => name.trim()).filter(Boolean) : undefined;
}

/** `zeebe:loopCharacteristics` of a multi-instance marker. */
export function zeebeLoop(
  context: LinkContext,
  xml: XmlElement,
):
  | { collection?: Expression; itemName?: string; outputCollection?: string; outputElement?: Expression }
  | undefined {
  const loop = find(xml, "loopCharacteristics");
  if (!loop) return undefined;
  const collection = loop.attributes.get("inputCollection")?.trim();
  return defined({
    collection: collection ? context.compile(loop, collection, "expression") : undefined,
    itemName: loop.attributes.get("inputElement")?.trim() || undefined,
    outputCollection: loop.attributes.get("outputCollection")?.trim() || undefined,
    outputElement: outputElement(context, loop),
  });
}

function outputElement(context: LinkContext, xml: XmlElement): Expression | undefined {
  const text = xml.attributes.get("outputElement")?.trim();
  return text ? context.compile(xml, text, "expression") : undefined;
}

/** `zeebe:adHoc` of an ad-hoc sub-process. */
export function zeebeAdHoc(
  context: LinkContext,
  xml: XmlElement,
): Pick<NonNullable<ScopeElement["adHoc"]>, "activeElements" | "outputCollection" | "outputElement"> {
  const adHoc = find(xml, "adHoc");
  if (!adHoc) return {};
  const active = adHoc.attributes.get("activeElementsCollection")?.trim();
  return defined({
    activeElements: active ? context.compile(adHoc, active, "expression") : undefined,
    outputCollection: adHoc.attributes.get("outputCollection")?.trim() || undefined,
    outputElement: outputElement(context, adHoc),
  });
}

/** `zeebe:calledElement` of a call activity. */
export function zeebeCall(context: LinkContext, xml: XmlElement): CallSpec | undefined {
  const called = find(xml, "calledElement");
  if (!called) return undefined;
  const calledElement = context.text(called, "processId");
  if (!calledElement) {
    context.problem("called-element-missing", called, "Cannot call a process: set processId");
  }
  const text = called.attributes.get("bindingType")?.trim() || "latest";
  const binding = (["latest", "deployment", "versionTag"] as const).find((b) => b === text);
  if (!binding) {
    const state = "it must be latest, deployment or versionTag";
    context.problem("bad-attribute", called, `Cannot read bindingType "${text}": ${state}`);
  }
  const versionTag = called.attributes.get("versionTag")?.trim();
  if (binding === "versionTag" && !versionTag) {
    context.problem("bad-attribute", called, 'Cannot bind by versionTag "": set versionTag');
  }
  return {
    calledElement: calledElement ?? literal(""),
    binding: binding ?? "latest",
    ...(versionTag ? { versionTag } : {}),
    propagateAllIn: context.boolean(called, "propagateAllParentVariables", true),
    propagateAllOut: context.boolean(called, "propagateAllChildVariables", true),
    in: [],
    out: [],
  };
}

/** `zeebe:script`: a FEEL expression. */
export function zeebeScript(context: LinkContext, xml: XmlElement): ScriptSpec | undefined {
  const script = find(xml, "script");
  const body = script?.attributes.get("expression")?.trim();
  if (!script || !body) return undefined;
  const text = body.startsWith("=") ? body : `=${body}`;
  return {
    format: "feel",
    body,
    expression: context.compile(script, text, "expression"),
    ...defined({ resultVariable: script.attributes.get("resultVariable")?.trim() || undefined }),
  };
}

/** `zeebe:assignmentDefinition`, `taskSchedule`, `priorityDefinition` and `formDefinition` of a user task. */
export function zeebeUserTask(context: LinkContext, xml: XmlElement): UserTaskSpec {
  const text = (name: string, attribute: string): Expression | undefined => {
    const element = find(xml, name);
    return element && context.text(element, attribute);
  };
  return defined({
    assignee: text("assignmentDefinition", "assignee"),
    candidateUsers: text("assignmentDefinition", "candidateUsers"),
    candidateGroups: text("assignmentDefinition", "candidateGroups"),
    dueDate: text("taskSchedule", "dueDate"),
    followUpDate: text("taskSchedule", "followUpDate"),
    priority: zeebePriority(context, xml),
    formKey: text("formDefinition", "formKey") ?? text("formDefinition", "formId") ??
      text("formDefinition", "externalReference"),
  });
}

/** `zeebe:ioMapping` of an activity or event. */
export function linkZeebeMappings(
  context: LinkContext,
  node: Activity | EventElement,
  xml: XmlElement,
): void {
  const mapping = find(xml, "ioMapping");
  if (!mapping) return;
  const mapped = (name: string) => list(mapping, name).flatMap((e) => mappingOf(context, e));
  const writable = draft(node);
  writable.inputs = appendedAll(writable.inputs, mapped("input"));
  writable.outputs = appendedAll(writable.outputs, mapped("output"));
}

function mappingOf(context: LinkContext, xml: XmlElement): Mapping[] {
  const target = xml.attributes.get("target")?.trim().replace(/^=/, "").trim() ?? "";
  if (target === "" || target.split(".").some((part) => part.trim() === "")) {
    context.problem("bad-attribute", xml, `Cannot map to target "${target}": it must be a name or a path`);
    return [];
  }
  const source = context.text(xml, "source") ?? literal(null);
  return [{ target: target.split(".").map((part) => part.trim()), source }];
}

/** `zeebe:properties`. */
export function zeebeProperties(xml: XmlElement): (readonly [string, string])[] {
  return list(find(xml, "properties"), "property")
    .map((p) => [p.attributes.get("name") ?? "", p.attributes.get("value") ?? ""] as const);
}

/** `zeebe:versionTag` of a process. */
export function zeebeVersionTag(xml: XmlElement): string | undefined {
  return find(xml, "versionTag")?.attributes.get("value")?.trim() || undefined;
}
