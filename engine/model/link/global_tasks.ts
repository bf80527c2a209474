/** Makes global tasks callable: a process of one task (BPMN 2.0.2, 10.3.6 Global Task). */
import type { XmlElement } from "../document.ts";
import { NONE } from "../lists.ts";
import { isBpmn } from "../document.ts";
import type { ProcessModel, TaskElement, TaskType } from "../types.ts";
import { linkTask } from "./activities.ts";
import { draft, type LinkContext } from "./context.ts";
import { makeNodes, type ProcessDraft } from "./nodes.ts";
import { linkActivityExtensions, linkNodeExtensions } from "../extensions/mod.ts";
import { finish } from "./process.ts";

const TYPES: ReadonlyMap<string, TaskType> = new Map([
  ["globalTask", "task"],
  ["globalUserTask", "userTask"],
  ["globalManualTask", "manualTask"],
  ["globalScriptTask", "scriptTask"],
  ["globalBusinessRuleTask", "businessRuleTask"],
]);

/** Tells whether an element is a global task of any kind. */
export function isGlobalTask(element: XmlElement): boolean {
  return isBpmn(element, ...TYPES.keys());
}

/**
 * Links a global task as a process whose only node, `<id>:task`, is where it starts.
 *
 * @param siblings Ids of all callable elements of the file.
 */
export function linkGlobalTask(
  context: LinkContext,
  xml: XmlElement,
  siblings: readonly string[],
): ProcessModel {
  // Its children are the task's own, not flow nodes: only the shell of the process is made of it.
  const shell = makeNodes(context, { ...xml, children: [] });
  const process: ProcessDraft = { ...shell, xml: new Map([[shell.root, xml]]) };
  const task: TaskElement = {
    id: `${xml.id ?? ""}:task`,
    type: TYPES.get(xml.name) ?? "task",
    ...(shell.root.name === undefined ? {} : { name: shell.root.name }),
    line: xml.line,
    column: xml.column,
    parent: shell.root,
    incoming: NONE,
    outgoing: NONE,
    hasConditions: false,
    index: 1,
    boundaryEvents: NONE,
    isForCompensation: false,
    compensable: false,
    startQuantity: 1,
    completionQuantity: 1,
    inputs: NONE,
    outputs: NONE,
  };
  process.order.push(task);
  process.nodes.set(task.id, task);
  process.xml.set(task, xml);
  draft(shell.root).nodes = [task];
  draft(shell.root).startNodes = [task];
  linkNodeExtensions(context, task, xml);
  linkActivityExtensions(context, task, xml);
  linkTask(process, task, xml);
  return finish(process, { siblings, startTriggers: [] });
}
