/** Links tasks, call activities and sub-processes (BPMN 2.0.2, 10.3). */
import { jobOf, linkActivityExtensions, scriptOf, userTaskOf } from "../extensions/mod.ts";
import { zeebeAdHoc } from "../extensions/zeebe.ts";
import type { XmlElement } from "../document.ts";
import type { Activity, ScopeElement, TaskElement } from "../types.ts";
import { linkCall } from "./calls.ts";
import { child, describe, draft, type LinkContext } from "./context.ts";
import { activityData, addActivityData, linkScopeData } from "./data.ts";
import { startsProcess } from "./events.ts";
import { linkLoop } from "./loops.ts";
import { linkMessage } from "./messages.ts";
import { isActivity, isScope, type ProcessDraft, xmlOf } from "./nodes.ts";

/** Links all activities of a process, and the process's own data. */
export function linkActivities(process: ProcessDraft): void {
  const { context } = process;
  for (const node of process.order) {
    const xml = xmlOf(process, node);
    if (isActivity(node)) linkActivity(process, node as Activity, xml);
    if (!isScope(node)) continue;
    linkScopeData(context, node, xml);
    if (node.type === "adHocSubProcess") linkAdHoc(context, node, xml);
  }
}

function linkActivity(process: ProcessDraft, activity: Activity, xml: XmlElement): void {
  const { context } = process;
  const writable = draft(activity);
  writable.isForCompensation = context.boolean(xml, "isForCompensation", false);
  writable.startQuantity = quantity(context, xml, "startQuantity");
  writable.completionQuantity = quantity(context, xml, "completionQuantity");
  const data = activityData(context, xml);
  const taken = linkLoop(process, activity, xml, data);
  addActivityData(activity, data, taken);
  linkActivityExtensions(context, activity, xml);
  if (!isScope(activity)) linkTask(process, activity, xml);
}

function quantity(context: LinkContext, xml: XmlElement, attribute: string): number {
  const text = xml.attributes.get(attribute)?.trim();
  if (text === undefined || text === "") return 1;
  if (/^\+?\d{1,9}$/.test(text) && Number(text) >= 1) return Number(text);
  context.problem("quantity", xml, `Cannot use ${attribute} "${text}": it must be a whole number from 1`);
  return 1;
}

/** Links what is special to each type of task. */
export function linkTask(process: ProcessDraft, task: TaskElement, xml: XmlElement): void {
  const { context } = process;
  const writable = draft(task);
  const use = { element: xml, process: xmlOf(process, process.root) };
  switch (task.type) {
    case "serviceTask":
    case "businessRuleTask":
      writable.job = jobOf(context, xml, "always");
      return;
    case "sendTask": {
      const job = jobOf(context, xml, "declared");
      if (job) writable.job = job;
      else writable.message = linkMessage(context, xml, 0, { ...use, role: "throw" });
      return;
    }
    case "receiveTask":
      if (context.boolean(xml, "instantiate", false)) writable.instantiate = true;
      writable.message = linkMessage(context, xml, 0, {
        ...use,
        role: isStart(process, task) ? "start" : "catch",
      });
      return;
    case "scriptTask": {
      const job = jobOf(context, xml, "extension");
      if (job) writable.job = job;
      else writable.script = scriptOf(context, task, xml);
      return;
    }
    case "userTask":
      writable.userTask = userTaskOf(context, xml);
      return;
    case "callActivity":
      writable.call = linkCall(context, task, xml);
      return;
    case "task":
    case "manualTask":
      return;
  }
}

function isStart(process: ProcessDraft, task: TaskElement): boolean {
  if (startsProcess(process, task)) return true;
  return task.instantiate === true && task.incoming.length === 0 && task.parent === process.root;
}

function linkAdHoc(context: LinkContext, scope: ScopeElement, xml: XmlElement): void {
  const text = xml.attributes.get("ordering")?.trim() || "Parallel";
  if (text !== "Parallel" && text !== "Sequential") {
    const state = "it must be Parallel or Sequential";
    context.problem("bad-attribute", xml, `Cannot read ordering "${text}" of ${describe(scope)}: ${state}`);
  }
  const completionCondition = context.content(child(xml, "completionCondition"), "expression");
  draft(scope).adHoc = {
    ordering: text === "Sequential" ? "Sequential" : "Parallel",
    ...(completionCondition ? { completionCondition } : {}),
    cancelRemainingInstances: context.boolean(xml, "cancelRemainingInstances", true),
    ...zeebeAdHoc(context, xml),
  };
}
