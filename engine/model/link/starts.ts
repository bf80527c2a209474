/** Finds where scopes start, and through which events new instances start (BPMN 2.0.2, 13.2, 13.3.1). */
import type {
  EventElement,
  FlowNode,
  Gateway,
  MessageEventDefinition,
  ScopeElement,
  StartEvent,
  StartTrigger,
} from "../types.ts";
import { describe, draft } from "./context.ts";
import { isActivity, isEvent, isScope, type ProcessDraft, xmlOf } from "./nodes.ts";

/** Sets start nodes and triggers of all scopes, and whether variable changes must be watched. */
export function linkStarts(process: ProcessDraft): void {
  for (const scope of process.order) {
    if (!isScope(scope)) continue;
    if (scope.type === "eventSubProcess") linkEventSubProcess(process, scope);
    else draft(scope).startNodes = startNodes(scope);
  }
  markConditional(process.root);
}

function startNodes(scope: ScopeElement): FlowNode[] {
  const starts = scope.nodes.filter((n): n is StartEvent => n.type === "startEvent");
  if (starts.length > 0) return starts.filter((start) => start.definitions.length === 0);
  return scope.nodes.filter((node) => node.incoming.length === 0 && canStartByItself(scope, node));
}

function canStartByItself(scope: ScopeElement, node: FlowNode): boolean {
  if (node.type === "boundaryEvent" || node.type === "eventSubProcess") return false;
  if (isActivity(node) && node.isForCompensation) return false;
  if (node.type === "intermediateCatchEvent" && node.definitions.some((d) => d.kind === "link")) return false;
  // An ad-hoc sub-process offers its activities; gateways and events in it are reached by flows.
  if (scope.type === "adHocSubProcess") return isActivity(node);
  return !(scope.type === "process" && isInstantiating(node));
}

function isInstantiating(node: FlowNode): node is Extract<FlowNode, { instantiate?: boolean }> {
  return "instantiate" in node && node.instantiate === true;
}

function linkEventSubProcess(process: ProcessDraft, scope: ScopeElement): void {
  const starts = scope.nodes.filter((n): n is StartEvent => n.type === "startEvent");
  if (starts.length !== 1) {
    const state = starts.length === 0 ? "it has no start event" : "it has more than one start event";
    process.context.problem(
      "event-sub-process-start",
      xmlOf(process, scope),
      `Cannot trigger ${describe(scope)}: ${state}`,
    );
    return;
  }
  draft(scope).trigger = starts[0];
  draft(scope).startNodes = [starts[0]];
}

function markConditional(scope: ScopeElement): boolean {
  let any = false;
  for (const node of scope.nodes) {
    if (isEvent(node) && node.definitions.some((d) => d.kind === "conditional")) any = true;
    if (isScope(node) && markConditional(node)) any = true;
  }
  draft(scope).hasConditionalEvents = any;
  return any;
}

/** Lists the events, receive tasks and gateways through which new instances of a process start. */
export function startTriggers(process: ProcessDraft): StartTrigger[] {
  const found: StartTrigger[] = [];
  for (const node of process.root.nodes) {
    if (node.type === "startEvent") {
      for (const definition of node.definitions) found.push({ element: node, definition });
    }
    if (!isInstantiating(node)) continue;
    if (node.type === "receiveTask") {
      if (node.incoming.length === 0 && node.message) found.push({ element: node, definition: node.message });
      continue;
    }
    const gateway = node as Gateway;
    for (const { target } of gateway.outgoing) {
      for (const definition of definitionsOf(target)) found.push({ element: target, gateway, definition });
    }
  }
  return found;
}

function definitionsOf(
  node: FlowNode,
): readonly (EventElement["definitions"][number] | MessageEventDefinition)[] {
  if (isEvent(node)) return node.definitions;
  return node.type === "receiveTask" && node.message ? [node.message] : [];
}
