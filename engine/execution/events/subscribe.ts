/** Arming and disarming catch events: what an element waits for (BPMN 2.0.2, 13.5.2 and 13.5.4). */
import type { EventDefinition, FlowNode, MessageEventDefinition, ScopeElement } from "../../model/types.ts";
import { nextDue, parseTimer } from "../../expression/mod.ts";
import { text } from "../evaluate.ts";
import { ModelError } from "../model_error.ts";
import type { Scope, Subscribed, Token } from "../state.ts";
import type { Place } from "../variables.ts";
import type { Work } from "../work.ts";

/** Something that listens: a token for itself and its boundary events, a scope for its event sub-processes. */
export type Holder = Token | Scope;

/** What is armed: a catch event, or a receive task with its message. */
interface Catching {
  readonly id: string;
  readonly definitions: readonly EventDefinition[];
}

/** @returns The event definitions of a catching element, also of a receive task. */
export function definitionsOf(node: FlowNode): readonly EventDefinition[] {
  if ("definitions" in node) return node.definitions;
  return "message" in node && node.message ? [node.message] : [];
}

/** Arms every definition of an event that comes from outside or from data; errors and the like need no arming. */
export function arm(w: Work, holder: Holder, place: Place, event: Catching, key?: string): void {
  for (const definition of event.definitions) {
    const sub = armDefinition(w, place, event.id, definition, key);
    if (sub) (holder.subs ??= []).push(sub);
  }
}

function armDefinition(
  w: Work,
  place: Place,
  el: string,
  definition: EventDefinition,
  knownKey?: string,
): Subscribed | undefined {
  switch (definition.kind) {
    case "message": {
      const name = text(w, definition.name, place) ?? "";
      const key = knownKey ?? keyOf(w, definition, place, name);
      return subscribe(w, { el, def: definition.index, kind: "message", name }, key);
    }
    case "signal":
      return subscribe(w, {
        el,
        def: definition.index,
        kind: "signal",
        name: text(w, definition.name, place) ?? "",
      }, "");
    case "conditional":
      w.newConditions = true;
      return { el, def: definition.index, kind: "conditional" };
    case "timer": {
      const value = text(w, definition.value, place) ?? "";
      const due = firstDue(w, definition.timerType, value, el);
      if (!due) return undefined;
      const sub: Subscribed = {
        el,
        def: definition.index,
        kind: "timer",
        due: due.dueAt,
        left: due.remaining,
        every: definition.timerType === "cycle" ? value : undefined,
      };
      sub.id = openTimer(w, el, due.dueAt);
      return sub;
    }
    default:
      return undefined;
  }
}

/**
 * BPMN's own correlation keys may be filled later, by the first message. One that the message itself names is known or
 * wrong: without it the instance would take messages that are meant for those who wait without any key.
 *
 * @throws {ModelError} If such a key is null.
 */
function keyOf(w: Work, definition: MessageEventDefinition, place: Place, name: string): string {
  const key = text(w, definition.key, place);
  if (key !== undefined || !definition.key || definition.retrieval) return key ?? "";
  throw new ModelError(
    "expression",
    `Cannot wait for message "${name}": its correlation key "${definition.key.text}" gives null`,
  );
}

function subscribe(w: Work, sub: Subscribed, key: string): Subscribed {
  sub.id = w.newId();
  w.openSubscription({
    id: sub.id,
    kind: sub.kind as "message" | "signal",
    processKey: w.model.id,
    name: sub.name as string,
    key,
    elementId: sub.el,
    instanceId: w.instance.id,
    definitionIndex: sub.def,
  });
  return sub;
}

/** @throws {ModelError} If the text is no timer of that type. */
function firstDue(w: Work, type: "date" | "duration" | "cycle", value: string, el: string) {
  try {
    return nextDue(parseTimer(type, value), { at: w.at });
  } catch (error) {
    throw new ModelError("timer", `Cannot arm the timer of "${el}": ${(error as Error).message}`);
  }
}

function openTimer(w: Work, elementId: string, dueAt: number): string {
  return w.openJob({ type: "baton:timer", class: 0, dueAt, instanceId: w.instance.id, elementId });
}

/**
 * Sets a cycle timer to its next repetition.
 *
 * @returns Whether there is one.
 */
export function rearmTimer(w: Work, sub: Subscribed): boolean {
  if (sub.every === undefined) return false;
  const spec = parseTimer("cycle", sub.every);
  const due = nextDue(spec, { at: w.at, previousDue: sub.due, remaining: sub.left });
  if (!due) return false;
  sub.due = due.dueAt;
  sub.left = due.remaining;
  sub.id = openTimer(w, sub.el, due.dueAt);
  return true;
}

/** Arms the start events of a scope's event sub-processes. */
export function armEventSubProcesses(w: Work, scope: Scope, node: ScopeElement): void {
  for (const handler of node.eventSubProcesses) {
    if (handler.trigger) arm(w, scope, scope, handler.trigger);
  }
}

/** Closes one subscription in the store; the caller drops it from its holder. */
export function closeSub(w: Work, sub: Subscribed): void {
  if (!sub.id) return;
  if (sub.kind === "timer") w.closeJob(sub.id);
  else w.closeSubscription(sub.id);
}

/** Closes all that a token or scope listens to. */
export function disarm(w: Work, holder: Holder): void {
  if (!holder.subs) return;
  for (const sub of holder.subs) closeSub(w, sub);
  holder.subs = undefined;
}

/** Finds a subscription by its store row; depth first over the instance. */
export function findSub(
  w: Work,
  fits: (sub: Subscribed, holder: Holder) => boolean,
): { readonly holder: Holder; readonly sub: Subscribed } | undefined {
  return allSubs(w, fits, true)[0];
}

/** All armed subscriptions that fit, in document order of their holders. */
export function allSubs(
  w: Work,
  fits: (sub: Subscribed, holder: Holder) => boolean,
  firstOnly = false,
): { readonly holder: Holder; readonly sub: Subscribed }[] {
  const found: { holder: Holder; sub: Subscribed }[] = [];
  const look = (holder: Holder): boolean => {
    for (const sub of holder.subs ?? []) {
      if (!fits(sub, holder)) continue;
      found.push({ holder, sub });
      if (firstOnly) return true;
    }
    return false;
  };
  const walk = (scope: Scope): boolean =>
    look(scope) || scope.tokens.some((token) => look(token) || (token.scope ? walk(token.scope) : false));
  walk(w.state.root);
  return found;
}
