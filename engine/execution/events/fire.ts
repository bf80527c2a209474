/** What happens when an armed event occurs (BPMN 2.0.2, 13.5.2 to 13.5.4). */
import type { BoundaryEvent, FlowNode, ScopeElement, StartEvent } from "../../model/types.ts";
import { handlerGone } from "../activities/compensation.ts";
import { takeResults } from "../activities/complete.ts";
import { cancelContents, cancelToken, openScope } from "../scopes.ts";
import { IN, type Scope, type Subscribed, type Token } from "../state.ts";
import { isScopeElement, type Work } from "../work.ts";
import { TooLargeError } from "../variable_sizes.ts";
import { closeSub, disarm, type Holder, rearmTimer } from "./subscribe.ts";

type Payload = Readonly<Record<string, unknown>>;

/** One armed definition has occurred. */
export function fire(w: Work, holder: Holder, sub: Subscribed, payload: Payload): void {
  const event = w.element(sub.el);
  let values = payload;
  if ("parallelMultiple" in event && event.parallelMultiple) {
    // Each event is remembered per subscription; the catch opens when the last one is there, and starts afresh.
    sub.fired = true;
    sub.payload = { ...payload };
    // What opens only once listens no more to what it has had: the next one is for others.
    if (!("interrupting" in event) || event.interrupting) {
      closeSub(w, sub);
      sub.id = undefined;
    }
    const group = (holder.subs ?? []).filter((other) => other.el === sub.el);
    if (!group.every((other) => other.fired)) return;
    values = Object.assign({}, ...group.map((other) => other.payload));
    for (const other of group) {
      other.fired = other.payload = undefined;
      if (other !== sub && "interrupting" in event && !event.interrupting) again(w, holder, other, true);
    }
  }
  if ("tokens" in holder) return fireEventSubProcess(w, holder, sub, event as StartEvent, values);
  if (event.type === "boundaryEvent") return fireBoundary(w, holder, sub, event, values);
  if (holder.el === event.id) return fireCatch(w, holder, values);
  return fireBehindGateway(w, holder, event, values);
}

/** The event a token itself waits for: it goes on with the payload as its local variables. */
export function fireCatch(w: Work, token: Token, payload: Payload): void {
  disarm(w, token);
  w.settleIncident(token);
  const node = w.node(token);
  takePayload(w, token, node, payload);
  w.wake(token, "leave");
}

/** What does not fit is kept with the token: when it leaves it is tried again, and that is an incident. */
function takePayload(w: Work, token: Token, node: FlowNode, payload: Payload): void {
  try {
    if ("boundaryEvents" in node) takeResults(w, token, node, payload);
    else w.vars.writeAllLocal(token.id, payload);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    token.returned = payload;
  }
}

/** The first event behind an event-based gateway wins; the others are gone in the same commit. */
function fireBehindGateway(w: Work, gateway: Token, event: FlowNode, payload: Payload): void {
  const scope = w.scopeOf(gateway);
  disarm(w, gateway);
  w.end(gateway, "completed");
  w.remove(gateway);
  occur(w, scope, event, payload);
}

/** Puts a token on an event that has occurred; it leaves in the next wave. */
export function occur(w: Work, scope: Scope, event: FlowNode, payload: Payload): Token {
  const token = w.add(scope, event, undefined, "leave");
  w.begin(token);
  takePayload(w, token, event, payload);
  return token;
}

/** A boundary event occurs: its activity is cancelled, or goes on beside the new token. */
export function fireBoundary(
  w: Work,
  holder: Token,
  sub: Subscribed | undefined,
  event: BoundaryEvent,
  payload: Payload,
): void {
  const scope = w.scopeOf(holder);
  if (event.interrupting) cancelToken(w, holder);
  else if (sub) again(w, holder, sub, event.parallelMultiple);
  occur(w, scope, event, payload);
  // An interrupted compensation handler has done what it could: the compensation goes on beside the new token.
  if (event.interrupting && holder.undoFor !== undefined) handlerGone(w, holder);
}

/**
 * A non-interrupting event can occur again, a timer only if it is a cycle.
 *
 * @param together The event is one of several that must all occur: once over, it keeps the others from opening alone.
 */
function again(w: Work, holder: Holder, sub: Subscribed, together = false): void {
  if (sub.kind !== "timer") return;
  if (rearmTimer(w, sub)) return;
  sub.id = undefined;
  if (!together) holder.subs = holder.subs?.filter((other) => other !== sub);
}

function fireEventSubProcess(
  w: Work,
  scope: Scope,
  sub: Subscribed,
  start: StartEvent,
  payload: Payload,
): void {
  if (!start.interrupting) again(w, scope, sub, start.parallelMultiple);
  startEventSubProcess(w, scope, start.parent as ScopeElement, payload);
}

/** Starts a handler in its scope, which it takes over if it interrupts. */
export function startEventSubProcess(w: Work, scope: Scope, node: ScopeElement, payload: Payload): void {
  const start = node.trigger as StartEvent;
  if (start.interrupting) {
    cancelContents(w, scope);
    scope.interrupted = true;
  }
  const handler = w.add(scope, node);
  // It has started already: the wave must not enter it as an activity.
  w.ready.pop();
  handler.ready = undefined;
  w.begin(handler);
  if (!isScopeElement(node)) return;
  w.guard(handler, "start", () => {
    handler.returned = payload;
    w.vars.writeAllLocal(handler.id, payload);
    handler.returned = undefined;
    occur(w, openScope(w, handler, node), start, payload);
  });
}

/** @returns Whether the holder still listens: an earlier receiver may have cancelled it. */
export function stillArmed(w: Work, holder: Holder, sub: Subscribed): boolean {
  if (!holder.subs?.includes(sub)) return false;
  return "tokens" in holder ? true : holder[IN] !== undefined && w.alive(holder);
}
