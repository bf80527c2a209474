/** Conditional events: each fires when its condition turns from false to true (BPMN 2.0.2, 10.5.5.4). */
import { ExpressionError } from "../../expression/types.ts";
import type { ConditionalEventDefinition } from "../../model/types.ts";
import type { Subscribed } from "../state.ts";
import type { Work } from "../work.ts";
import { fire, stillArmed } from "./fire.ts";
import { allSubs, definitionsOf, type Holder } from "./subscribe.ts";

/** Looks at all conditional events after variables were written or conditions were armed. */
export function settleConditions(w: Work): void {
  if (!w.model.root.hasConditionalEvents) return;
  // A handler that starts may write variables and arm conditions in turn.
  while (w.newConditions || w.vars.written.size) {
    const written = new Set(w.vars.written);
    w.vars.written.clear();
    w.newConditions = false;
    for (const { holder, sub } of allSubs(w, (sub) => sub.kind === "conditional")) {
      if (stillArmed(w, holder, sub) && turnsTrue(w, holder, sub, written)) fire(w, holder, sub, {});
    }
  }
}

function turnsTrue(w: Work, holder: Holder, sub: Subscribed, written: ReadonlySet<string>): boolean {
  const definition = definitionsOf(w.element(sub.el))[sub.def] as ConditionalEventDefinition;
  const names = definition.variableNames ?? definition.condition.names;
  if (sub.was !== undefined && names && ![...names].some((name) => written.has(name))) return false;
  const before = sub.was ?? false;
  sub.was = holds(w, definition, holder);
  return sub.was && !before;
}

// Here an unknown variable or null is no mistake: the event has just not occurred yet.
function holds(w: Work, definition: ConditionalEventDefinition, holder: Holder): boolean {
  try {
    return definition.condition.evaluate(w.vars.context(holder)) === true;
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}
