/** Signals within one instance, and their broadcast to all others (BPMN 2.0.2, 10.5.1 and 13.5.2). */
import type { Activity } from "../../model/types.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";
import { fire, fireBoundary, stillArmed } from "./fire.ts";
import { allSubs } from "./subscribe.ts";

/**
 * Throws a signal. Receivers in this instance get it now, before the throw completes; an earlier receiver may have
 * cancelled a later one. Others get it by a broadcast, which skips this instance.
 */
export function throwSignal(w: Work, name: string, payload: Readonly<Record<string, unknown>>): void {
  for (const { holder, sub } of allSubs(w, (sub) => sub.kind === "signal" && sub.name === name)) {
    if (stillArmed(w, holder, sub)) fire(w, holder, sub, payload);
  }
  w.openJob({
    type: "baton:broadcast",
    class: 0,
    dueAt: w.at,
    payload: JSON.stringify({ name, variables: payload, exceptInstance: w.instance.id, at: w.at }),
  });
}

/** Gives a signal to the boundary events of one activity alone (multi-instance behaviour, 10.3.8). */
export function boundarySignal(w: Work, holder: Token, node: Activity, name: string | undefined): void {
  for (const event of node.boundaryEvents) {
    if (!w.alive(holder)) return;
    const hit = event.definitions.some((definition) => {
      if (definition.kind !== "signal") return false;
      const wanted = holder.subs?.find((sub) => sub.el === event.id && sub.def === definition.index)?.name;
      return name === undefined || wanted === name;
    });
    if (hit) fireBoundary(w, holder, holder.subs?.find((sub) => sub.el === event.id), event, {});
  }
}
