/** What the modeller extensions and BPMN together say about jobs, scripts, people's work and mappings. */
import { scriptExpression } from "../../expression/compile.ts";
import type { XmlElement } from "../document.ts";
import { child, describe, draft, type LinkContext } from "../link/context.ts";
import { resourceRoles } from "../link/resources.ts";
import { literal } from "../link/values.ts";
import type {
  Activity,
  EventElement,
  FlowNode,
  JobSpec,
  ScriptSpec,
  TaskElement,
  UserTaskSpec,
} from "../types.ts";
import {
  camundaAsync,
  camundaInitiator,
  camundaJobDetails,
  camundaJobType,
  camundaProperties,
  camundaUserTask,
  linkCamundaMappings,
} from "./camunda.ts";
import { defined, record } from "./values.ts";
import {
  linkZeebeMappings,
  zeebeJob,
  zeebeJobDetails,
  zeebeProperties,
  zeebeScript,
  zeebeUserTask,
} from "./zeebe.ts";

/**
 * Reads the job of a task.
 *
 * @param need `always`: the element's id is the last resort. `declared`: only if the task names a job type.
 *   `extension`: only if an extension names one.
 */
export function jobOf(context: LinkContext, xml: XmlElement, need: "always"): JobSpec;
export function jobOf(
  context: LinkContext,
  xml: XmlElement,
  need: "declared" | "extension",
): JobSpec | undefined;
export function jobOf(
  context: LinkContext,
  xml: XmlElement,
  need: "always" | "declared" | "extension",
): JobSpec | undefined {
  const zeebe = zeebeJob(context, xml);
  const type = zeebe?.type ?? camundaJobType(context, xml) ?? plainType(xml, need);
  if (!type) return undefined;
  const camunda = camundaJobDetails(context, xml);
  const details = zeebe ?? zeebeJobDetails(context, xml);
  const headers = { ...camunda.headers, ...details.headers };
  return { ...camunda, ...details, ...(Object.keys(headers).length > 0 ? { headers } : {}), type };
}

function plainType(xml: XmlElement, need: "always" | "declared" | "extension"): JobSpec["type"] | undefined {
  if (need === "extension") return undefined;
  const implementation = xml.attributes.get("implementation")?.trim();
  if (implementation && !implementation.startsWith("##")) return literal(implementation);
  const type = xml.attributes.get("type")?.trim();
  if (type) return literal(type);
  return need === "always" ? literal(xml.id ?? "") : undefined;
}

/** The job of a throw or end event: named by the event, or by its message definition. */
export function jobOfEvent(
  context: LinkContext,
  xml: XmlElement,
  definitions: readonly XmlElement[],
): JobSpec | undefined {
  const message = definitions.find((d) => d.name === "messageEventDefinition");
  if (!message) return undefined;
  return jobOf(context, xml, "extension") ?? jobOf(context, message, "extension");
}

/** The script of a script task. */
export function scriptOf(context: LinkContext, task: TaskElement, xml: XmlElement): ScriptSpec {
  const zeebe = zeebeScript(context, xml);
  if (zeebe) return zeebe;
  // Global script tasks have the attribute under another name (BPMN 2.0.2, table 10.13).
  const named = xml.attributes.get("scriptFormat") ?? xml.attributes.get("scriptLanguage");
  const format = named?.trim().toLowerCase() ?? "";
  const body = child(xml, "script")?.text ?? "";
  const external = xml.attributes.has("camunda:resource");
  if (body.trim() === "" && !external) {
    context.problem("script-missing", xml, `Cannot run ${describe(task)}: it has no script`);
  }
  const { resultVariable } = camundaJobDetails(context, xml);
  const spec = { format, body, ...defined({ resultVariable }) };
  if (body.trim() === "") return spec;
  try {
    const expression = context.bounded(body, () => scriptExpression(format, body));
    return expression ? { ...spec, expression } : spec;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    context.problem("bad-expression", child(xml, "script") ?? xml, error.message);
    return spec;
  }
}

/** Who works on a user task, and until when. BPMN's resource roles come last. */
export function userTaskOf(context: LinkContext, xml: XmlElement): UserTaskSpec {
  return { ...resourceRoles(context, xml), ...camundaUserTask(context, xml), ...zeebeUserTask(context, xml) };
}

/** What every activity may have: mappings, properties, asynchronous marks. */
export function linkActivityExtensions(context: LinkContext, activity: Activity, xml: XmlElement): void {
  linkZeebeMappings(context, activity, xml);
  linkCamundaMappings(context, activity, xml);
}

/** What every event may have: mappings, and a start event the initiator. */
export function linkEventMappings(context: LinkContext, event: EventElement, xml: XmlElement): void {
  linkZeebeMappings(context, event, xml);
  linkCamundaMappings(context, event, xml);
  const initiator = event.type === "startEvent" ? camundaInitiator(xml) : undefined;
  if (initiator !== undefined) draft(event).initiator = initiator;
}

/** What every flow node may have: properties, asynchronous marks. */
export function linkNodeExtensions(context: LinkContext, node: FlowNode, xml: XmlElement): void {
  const properties = [...camundaProperties(xml), ...zeebeProperties(xml)];
  if (properties.length > 0) draft(node).properties = record(properties);
  Object.assign(draft(node), camundaAsync(context, xml));
}
