/** What throw and end events do, definition by definition (BPMN 2.0.2, 10.5.6). */
import type { EndEvent, EventDefinition, IntermediateThrowEvent } from "../../model/types.ts";
import { startUndo, takeCompleted } from "../activities/compensation.ts";
import { openHandlerJob } from "../activities/jobs.ts";
import { applyMappings, text } from "../evaluate.ts";
import { cancelContents } from "../scopes.ts";
import { type Token } from "../state.ts";
import type { Work } from "../work.ts";
import { cancelTransaction } from "./cancel.ts";
import { outOfEvent } from "./leave.ts";
import { publishMessage } from "./messages.ts";
import { throwSignal } from "./signals.ts";
import { throwFrom } from "./throw.ts";

/** In a multiple event what waits comes after what does not, and what ends the scope comes last: all are thrown. */
const RANK: Partial<Record<EventDefinition["kind"], number>> = {
  compensate: 1,
  error: 2,
  cancel: 2,
  terminate: 2,
};

/**
 * Runs all definitions in order; one that waits (a job, a compensation, the caller's answer) holds up the next ones.
 * A throw that interrupted its own scope does not go on.
 */
export function throwEvent(w: Work, token: Token, node: EndEvent | IntermediateThrowEvent): void {
  if (token.next === undefined) {
    if (node.inputs.length) applyMappings(w, node.inputs, token, token, token.id);
    w.begin(token);
  }
  const definitions = inOrder(node.definitions);
  for (let i = token.next ?? 0; i < definitions.length; i++) {
    throwDefinition(w, token, node, definitions[i]);
    if (!w.alive(token)) return;
    // What was thrown is not thrown again, whatever becomes of the next one.
    if (definitions.length > 1) token.next = i + 1;
    if (token.wait !== undefined || token.incident) return;
  }
  token.next = undefined;
  outOfEvent(w, token, node);
}

function inOrder(definitions: readonly EventDefinition[]): readonly EventDefinition[] {
  if (definitions.length < 2) return definitions;
  return definitions.toSorted((a, b) => (RANK[a.kind] ?? 0) - (RANK[b.kind] ?? 0));
}

function throwDefinition(
  w: Work,
  token: Token,
  node: EndEvent | IntermediateThrowEvent,
  definition: EventDefinition,
): void {
  const payload = { ...w.vars.own(token.id) };
  switch (definition.kind) {
    case "message":
      if (node.job) return openHandlerJob(w, token, node, node.job);
      return publishMessage(w, token, definition, payload);
    case "signal":
      return throwSignal(w, text(w, definition.name, token) ?? "", payload);
    case "escalation":
    case "error": {
      const code = text(w, definition.code, token) ?? "";
      throwFrom(w, token, { kind: definition.kind, code, variables: payload }, "event", false);
      return;
    }
    case "compensate": {
      const todo = takeCompleted(w, w.scopeOf(token), definition.activity);
      if (definition.waitForCompletion) startUndo(w, token, todo);
      else undoAside(w, token, todo);
      return;
    }
    case "cancel":
      return cancelTransaction(w, token);
    case "terminate":
      // Its own scope only; the scope then completes, for it is empty.
      return terminate(w, token);
    case "link":
      if (definition.target) w.add(w.scopeOf(token), definition.target);
      return jump(w, token);
    default:
      return;
  }
}

/** The throw does not wait: a token of its own carries the plan and keeps the scope open. */
function undoAside(w: Work, token: Token, todo: Parameters<typeof startUndo>[2]): void {
  if (!todo.length) return;
  const carrier = w.add(w.scopeOf(token), w.node(token), undefined, "aside");
  carrier.ready = undefined;
  w.ready = w.ready.filter((ready) => ready !== carrier);
  startUndo(w, carrier, todo);
}

function terminate(w: Work, token: Token): void {
  const scope = w.enclosing(w.scopeOf(token));
  w.end(token, "completed");
  cancelContents(w, scope, token);
  if (w.alive(token)) w.remove(token);
}

function jump(w: Work, token: Token): void {
  w.end(token, "completed");
  w.remove(token);
}
