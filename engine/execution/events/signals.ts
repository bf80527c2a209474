/** Signals within one instance, and their broadcast to all others (BPMN 2.0.2, 10.5.1 and 13.5.2). */
import type { Activity, EventDefinition } from "../../model/types.ts";
import { text } from "../evaluate.ts";
import type { Token } from "../state.ts";
import { checkOutgoing } from "../variable_sizes.ts";
import type { Work } from "../work.ts";
import { fire, fireBoundary, stillArmed } from "./fire.ts";
import { allSubs } from "./subscribe.ts";

/**
 * Throws a signal. Receivers in this instance get it now, before the throw completes; an earlier receiver may have
 * cancelled a later one. Others get it by a broadcast, which skips this instance.
 */
export function throwSignal(w: Work, name: string, payload: Readonly<Record<string, unknown>>): void {
  const json = JSON.stringify({ name, variables: payload, exceptInstance: w.instance.id, at: w.at });
  checkOutgoing(`throw the signal "${name}"`, payload, json, w.context.maxVariablesBytes);
  for (const { holder, sub } of allSubs(w, (sub) => sub.kind === "signal" && sub.name === name)) {
    if (stillArmed(w, holder, sub)) fire(w, holder, sub, payload);
  }
  w.openJob({
    type: "baton:broadcast",
    class: 0,
    dueAt: w.at,
    payload: json,
  });
}

/**
 * Throws an event of a multi-instance to the boundary events of its own activity alone (10.3.8).
 *
 * @param thrown Absent: a signal without name, which any signal boundary event receives.
 */
export function throwToBoundary(
  w: Work,
  holder: Token,
  node: Activity,
  thrown: EventDefinition | undefined,
): void {
  const wanted = thrown && nameOf(w, thrown, holder);
  for (const event of node.boundaryEvents) {
    if (!w.alive(holder)) return;
    const hit = event.definitions.find((definition) => {
      if (definition.kind !== (thrown?.kind ?? "signal")) return false;
      const name = nameOf(w, definition, holder);
      const any = definition.kind === "error" || definition.kind === "escalation" ? !name : false;
      return wanted === undefined || any || name === wanted;
    });
    if (!hit) continue;
    const sub = holder.subs?.find((each) => each.el === event.id && each.def === hit.index);
    if (sub) fire(w, holder, sub, {});
    else fireBoundary(w, holder, undefined, event, {});
  }
}

function nameOf(w: Work, definition: EventDefinition, holder: Token): string | undefined {
  switch (definition.kind) {
    case "signal":
    case "message":
      return text(w, definition.name, holder);
    case "error":
    case "escalation":
      return text(w, definition.code, holder);
    default:
      return undefined;
  }
}
