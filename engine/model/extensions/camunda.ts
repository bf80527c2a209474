/** Reads the `camunda:` extensions (also under their older address). */
import { parseDurationMs } from "../../expression/iso.ts";
import { parseRetryPolicy } from "../../expression/retry.ts";
import type { Expression } from "../../expression/types.ts";
import type { XmlElement } from "../document.ts";
import { appended } from "../lists.ts";
import { child, draft, type LinkContext } from "../link/context.ts";
import { combine, literal, variable } from "../link/values.ts";
import type {
  Activity,
  EventElement,
  JobSpec,
  Mapping,
  NodeBase,
  RetryPolicy,
  UserTaskSpec,
} from "../types.ts";
import { ACTIVITI, CAMUNDA } from "./namespaces.ts";
import { defined, record } from "./values.ts";

const isCamunda = (e: XmlElement, ...names: string[]): boolean =>
  (e.uri === CAMUNDA || e.uri === ACTIVITI) && (names.length === 0 || names.includes(e.name));
const all = (xml: XmlElement, ...names: string[]): XmlElement[] =>
  child(xml, "extensionElements")?.children.filter((c) => isCamunda(c, ...names)) ?? [];
const value = (xml: XmlElement, name: string): string | undefined =>
  xml.attributes.get(`camunda:${name}`)?.trim() || undefined;

/** The job type that `camunda:` attributes give, as written: a handler is registered under that name. */
export function camundaJobType(context: LinkContext, xml: XmlElement): Expression | undefined {
  const topic = context.text(xml, "camunda:topic");
  if (topic) return topic;
  const name = value(xml, "class") ?? value(xml, "delegateExpression") ?? value(xml, "expression");
  if (name !== undefined) return literal(name);
  const type = value(xml, "type");
  return type === undefined || type === "external" ? undefined : literal(type);
}

/** What a job has beside its type. */
export function camundaJobDetails(context: LinkContext, xml: XmlElement): Omit<JobSpec, "type"> {
  const fields = all(xml, "field").map((f) => {
    const nested = f.children.find((c) => isCamunda(c, "string", "expression"));
    return [
      f.attributes.get("name") ?? "",
      f.attributes.get("stringValue") ?? f.attributes.get("expression") ?? nested?.text.trim() ?? "",
    ] as const;
  });
  const decision = value(xml, "decisionRef");
  if (decision !== undefined) fields.push(["decisionRef", decision]);
  return defined({
    retry: retryOf(context, all(xml, "failedJobRetryTimeCycle")[0]),
    headers: fields.length > 0 ? record(fields) : undefined,
    priority: context.number(xml, "camunda:taskPriority") ?? context.number(xml, "camunda:jobPriority"),
    resultVariable: value(xml, "resultVariable"),
  });
}

function retryOf(context: LinkContext, xml: XmlElement | undefined): RetryPolicy | Expression | undefined {
  const text = xml?.text.trim();
  if (!xml || !text) return undefined;
  if (/^=|[$#]\{/.test(text)) return context.compile(xml, text, "text");
  try {
    return parseRetryPolicy(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    context.problem("bad-attribute", xml, error.message);
    return undefined;
  }
}

/** Variables for an error's or escalation's code and message. */
export function camundaCodeVariables(
  xml: XmlElement,
  kind: "error" | "escalation",
): { codeVariable?: string; messageVariable?: string } {
  return defined({
    codeVariable: value(xml, `${kind}CodeVariable`),
    messageVariable: kind === "error" ? value(xml, "errorMessageVariable") : undefined,
  });
}

/** `camunda:variableName` of a conditional event. */
export function camundaVariableNames(xml: XmlElement): readonly string[] | undefined {
  const name = value(xml, "variableName");
  return name === undefined ? undefined : [name];
}

/** `camunda:collection` and `elementVariable` of a multi-instance marker. */
export function camundaCollection(
  context: LinkContext,
  xml: XmlElement,
): { collection?: Expression; itemName?: string } | undefined {
  const collection = value(xml, "collection");
  const itemName = value(xml, "elementVariable");
  if (collection === undefined && itemName === undefined) return undefined;
  return defined({
    collection: collection === undefined ? undefined : context.compile(xml, collection, "expression"),
    itemName,
  });
}

/** What `camunda:in`, `camunda:out` and the binding attributes of a call activity say. */
export interface CamundaCall {
  /** Whether any `in` or `out` is there: then only what is mapped goes in and out. */
  readonly mapped: boolean;
  readonly binding: "latest" | "deployment" | "version" | "versionTag";
  readonly version?: Expression;
  readonly versionTag?: string;
  readonly businessKey?: Expression;
  readonly allIn: boolean;
  readonly allOut: boolean;
  readonly in: readonly Mapping[];
  readonly out: readonly Mapping[];
}

/** Reads a call activity. */
export function camundaCall(context: LinkContext, xml: XmlElement): CamundaCall {
  const ins = all(xml, "in");
  const outs = all(xml, "out");
  const key = ins.find((e) => e.attributes.get("businessKey"));
  return {
    mapped: ins.length + outs.length > 0,
    ...bindingOf(context, xml),
    ...defined({ businessKey: key && context.text(key, "businessKey") }),
    allIn: ins.some((e) => e.attributes.get("variables") === "all"),
    allOut: outs.some((e) => e.attributes.get("variables") === "all"),
    in: ins.flatMap((e) => callMapping(context, e)),
    out: outs.flatMap((e) => callMapping(context, e)),
  };
}

function bindingOf(
  context: LinkContext,
  xml: XmlElement,
): Pick<CamundaCall, "binding" | "version" | "versionTag"> {
  const text = value(xml, "calledElementBinding") ?? "latest";
  const binding = (["latest", "deployment", "version", "versionTag"] as const).find((b) => b === text);
  if (!binding) {
    const state = "it must be latest, deployment, version or versionTag";
    context.problem("bad-attribute", xml, `Cannot read calledElementBinding "${text}": ${state}`);
  }
  const version = context.number(xml, "camunda:calledElementVersion");
  const versionTag = value(xml, "calledElementVersionTag");
  if (binding === "version" && !version || binding === "versionTag" && versionTag === undefined) {
    context.problem("bad-attribute", xml, `Cannot bind by ${binding}: it is not given`);
  }
  return { binding: binding ?? "latest", ...defined({ version, versionTag }) };
}

function callMapping(context: LinkContext, xml: XmlElement): Mapping[] {
  const target = xml.attributes.get("target")?.trim();
  const name = xml.attributes.get("source")?.trim();
  const source = name ? variable(name, "null") : context.text(xml, "sourceExpression");
  if (target && source) return [{ target: [target], source }];
  if (xml.attributes.get("businessKey") || xml.attributes.get("variables") === "all") return [];
  context.problem("bad-attribute", xml, `Cannot map camunda:${xml.name}: it needs a source and a target`);
  return [];
}

/** The task attributes of people's work. */
export function camundaUserTask(context: LinkContext, xml: XmlElement): UserTaskSpec {
  const text = (name: string): Expression | undefined => context.text(xml, `camunda:${name}`);
  return defined({
    assignee: text("assignee"),
    candidateUsers: text("candidateUsers"),
    candidateGroups: text("candidateGroups"),
    dueDate: text("dueDate"),
    followUpDate: text("followUpDate"),
    priority: context.number(xml, "camunda:priority"),
    formKey: text("formKey") ?? text("formRef"),
  });
}

/** `camunda:inputOutput` of an activity or event. */
export function linkCamundaMappings(
  context: LinkContext,
  node: Activity | EventElement,
  xml: XmlElement,
): void {
  for (const mapping of all(xml, "inputOutput")) {
    for (const parameter of mapping.children) {
      if (!isCamunda(parameter, "inputParameter", "outputParameter")) continue;
      const target = parameter.attributes.get("name")?.trim();
      if (!target) {
        context.problem("bad-attribute", parameter, `Cannot map camunda:${parameter.name}: it has no name`);
        continue;
      }
      const list = parameter.name === "inputParameter" ? "inputs" : "outputs";
      const mapping = { target: [target], source: parameterValue(context, parameter) };
      draft(node)[list] = appended(draft(node)[list], mapping);
    }
  }
}

/** A parameter's text, list, map or script. */
function parameterValue(context: LinkContext, xml: XmlElement): Expression {
  const nested = xml.children.find((c) => isCamunda(c, "list", "map", "script"));
  if (!nested) {
    const text = xml.text.trim();
    return text === "" ? literal(null) : context.compile(xml, text, "text");
  }
  if (nested.name === "script") return scriptValue(context, nested);
  if (nested.name === "list") {
    const items = nested.children.filter((c) => isCamunda(c, "value", "script"))
      .map((c) => c.name === "script" ? scriptValue(context, c) : parameterValue(context, c));
    return combine("list", items, (values) => [...values]);
  }
  const entries = nested.children.filter((c) => isCamunda(c, "entry"));
  const keys = entries.map((e) => e.attributes.get("key") ?? "");
  const join = (values: readonly unknown[]): unknown =>
    Object.fromEntries(keys.map((key, i) => [key, values[i]]));
  return combine("map", entries.map((e) => parameterValue(context, e)), join);
}

function scriptValue(context: LinkContext, xml: XmlElement): Expression {
  const language = xml.attributes.get("scriptFormat")?.trim() ?? "";
  // Mappings run inside the core, where only languages without side effects may.
  if (/^(feel|juel)$/i.test(language) && !xml.attributes.has("resource")) {
    const text = xml.text.trim();
    return context.compile(
      xml,
      /^feel$/i.test(language) && !text.startsWith("=") ? `=${text}` : text,
      "expression",
    );
  }
  if (!context.options.ignoreExtensions) {
    const message = `Cannot run a "${language}" script in a mapping: use an expression`;
    context.problem("unsupported-extension", xml, message);
  }
  return literal(null);
}

/** `camunda:properties`. */
export function camundaProperties(xml: XmlElement): (readonly [string, string])[] {
  return all(xml, "properties").flatMap((p) => p.children.filter((c) => isCamunda(c, "property")))
    .map((p) =>
      [p.attributes.get("name") ?? p.attributes.get("id") ?? "", p.attributes.get("value") ?? ""] as const
    );
}

/** `camunda:asyncBefore` and `asyncAfter`; the older `async` means before. */
export function camundaAsync(
  context: LinkContext,
  xml: XmlElement,
): Pick<NodeBase, "asyncBefore" | "asyncAfter"> {
  const before = context.boolean(xml, "camunda:asyncBefore", context.boolean(xml, "camunda:async", false));
  const after = context.boolean(xml, "camunda:asyncAfter", false);
  return { ...(before ? { asyncBefore: true } : {}), ...(after ? { asyncAfter: true } : {}) };
}

/** `camunda:historyTimeToLive` in milliseconds: `P30D`, or a number of days. */
export function camundaHistoryMs(context: LinkContext, xml: XmlElement): number | undefined {
  const text = value(xml, "historyTimeToLive");
  if (text === undefined) return undefined;
  if (/^\d{1,7}$/.test(text)) return Number(text) * 86_400_000;
  try {
    return parseDurationMs(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const state = "it must be a number of days or a duration like P30D";
    context.problem("bad-attribute", xml, `Cannot read historyTimeToLive "${text}": ${state}`);
    return undefined;
  }
}

/** `camunda:initiator` of a start event. */
export function camundaInitiator(xml: XmlElement): string | undefined {
  return value(xml, "initiator");
}

/** `camunda:versionTag` of a process. */
export function camundaVersionTag(xml: XmlElement): string | undefined {
  return value(xml, "versionTag");
}
