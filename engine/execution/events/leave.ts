/** Events that have occurred or were thrown go on. */
import type { FlowNode } from "../../model/types.ts";
import { applyMappings } from "../evaluate.ts";
import { takeOutgoing } from "../flow.ts";
import { OWNER, type Token } from "../state.ts";
import type { Work } from "../work.ts";
import { cancelEnded, isCancelEnd } from "./cancel.ts";

/**
 * A caught event goes on. Its payload, the token's local variables, is written where the catch leaves to: all of
 * it, or what the output mapping says. In an event sub-process it stays local to that.
 */
export function leaveEvent(w: Work, token: Token, node: FlowNode): void {
  if (token.returned) w.vars.writeAllLocal(token.id, token.returned);
  token.returned = undefined;
  const scope = w.scopeOf(token);
  const to = scope[OWNER] ?? scope;
  const local = node.type === "startEvent" && node.parent?.type === "eventSubProcess" ? scope.id : undefined;
  if ("outputs" in node && node.outputs.length) applyMappings(w, node.outputs, token, to, local);
  else {
    const payload = w.vars.own(token.id);
    if (payload && local !== undefined) w.vars.writeAllLocal(local, payload);
    else if (payload) w.vars.writeAll(to, payload);
  }
  outOfEvent(w, token, node);
}

/** Ends an event's step and takes its outgoing flows; an end event's token is consumed. */
export function outOfEvent(w: Work, token: Token, node: FlowNode): void {
  w.settleIncident(token);
  w.end(token, "completed");
  if (isCancelEnd(node)) return cancelEnded(w, token);
  takeOutgoing(w, token, node);
}
