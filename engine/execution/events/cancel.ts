/** Cancelling a transaction (BPMN 2.0.2, 10.3.5.2 and 13.3.5). */
import type { FlowNode } from "../../model/types.ts";
import { startUndo, takeCompleted } from "../activities/compensation.ts";
import { cancelContents, cancelToken, scopeAround } from "../scopes.ts";
import { OWNER, type Scope, type Token } from "../state.ts";
import type { Work } from "../work.ts";
import { fireBoundary } from "./fire.ts";
import { outOfEvent } from "./leave.ts";

/** @returns Whether the node is an end event that cancels. */
export function isCancelEnd(node: FlowNode): boolean {
  return node.type === "endEvent" && node.definitions.some((definition) => definition.kind === "cancel");
}

/** First active work is terminated, then completed work compensated; the boundary fires after that. */
export function cancelTransaction(w: Work, token: Token): void {
  const scope = scopeAround(w, w.scopeOf(token), (node) => node.type === "transaction");
  if (!scope) return;
  const node = w.node(token);
  // Thrown in a nested sub-process, which is terminated too: the event itself goes on with the cancellation.
  w.move(token, scope);
  cancelContents(w, scope, token);
  terminateOtherItems(w, scope);
  if (!startUndo(w, token, takeCompleted(w, scope, undefined))) outOfEvent(w, token, node);
}

/** In a multi-instance only the item that cancels is undone; the others are terminated and no further ones start. */
function terminateOtherItems(w: Work, scope: Scope): void {
  const item = scope[OWNER];
  if (item?.item === undefined) return;
  const body = w.scopeOf(item);
  const { loop } = body[OWNER] as Token;
  if (loop) loop.total = loop.started;
  cancelContents(w, body, item);
}

/** All is undone: the transaction ends through its cancel boundary event. */
export function cancelEnded(w: Work, token: Token): void {
  const scope = scopeAround(w, w.scopeOf(token), (node) => node.type === "transaction");
  let owner = scope?.[OWNER];
  // In a multi-instance the boundary belongs to the whole activity: the other items are terminated.
  if (owner?.item !== undefined) owner = w.scopeOf(owner)[OWNER];
  if (!owner) return w.remove(token);
  const node = w.node(owner);
  const boundary = "boundaryEvents" in node
    ? node.boundaryEvents.find((event) =>
      event.definitions.some((definition) => definition.kind === "cancel")
    )
    : undefined;
  w.remove(token);
  if (boundary) fireBoundary(w, owner, undefined, boundary, {});
  else cancelToken(w, owner);
}
