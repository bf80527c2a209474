/** Checks cancel events: where they stand, and what they need (BPMN 2.0.2, 10.3.5 Transaction, 10.5.6). */
import type { FlowNode, ScopeElement } from "../types.ts";
import { describe } from "./context.ts";
import { isEvent, type ProcessDraft, xmlOf } from "./nodes.ts";

/** Checks all cancel events of a process. */
export function checkCancel(process: ProcessDraft): void {
  const cancelled = new Set<FlowNode>();
  for (const node of process.order) {
    if (node.type === "boundaryEvent" && isCancel(node)) cancelled.add(node.attachedTo);
  }
  for (const node of process.order) {
    if (!isEvent(node) || !isCancel(node)) continue;
    if (node.type === "boundaryEvent") checkBoundary(process, node);
    if (node.type === "endEvent") checkEnd(process, node, cancelled);
  }
}

const isCancel = (node: FlowNode): boolean =>
  isEvent(node) && node.definitions.some((d) => d.kind === "cancel");

function checkBoundary(process: ProcessDraft, event: Extract<FlowNode, { type: "boundaryEvent" }>): void {
  // Absent if the attachment is wrong, which is reported.
  const activity = event.attachedTo as FlowNode | undefined;
  if (!activity || activity.type === "transaction") return;
  const state = `${describe(activity)} is not a transaction`;
  process.context.problem(
    "cancel-boundary-attachment",
    xmlOf(process, event),
    `Cannot cancel by ${describe(event)}: ${state}`,
  );
}

/** @param cancelled What has a cancel boundary event. */
function checkEnd(process: ProcessDraft, event: FlowNode, cancelled: ReadonlySet<FlowNode>): void {
  let scope: ScopeElement | undefined = event.parent;
  while (scope && scope.type !== "transaction") scope = scope.parent;
  const xml = xmlOf(process, event);
  if (!scope) {
    process.context.problem(
      "cancel-outside-transaction",
      xml,
      `Cannot cancel by ${describe(event)}: it is not inside a transaction`,
    );
  } else if (!cancelled.has(scope)) {
    const state = `${describe(scope)} has no cancel boundary event`;
    process.context.problem("cancel-boundary-missing", xml, `Cannot cancel by ${describe(event)}: ${state}`);
  }
}
