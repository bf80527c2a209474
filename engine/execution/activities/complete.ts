/** The end of an activity (BPMN 2.0.2, 13.3.2): results, history, compensation record, and what comes next. */
import type { Activity, ScopeElement } from "../../model/types.ts";
import { adHocInnerEnded, collectAdHocOutput, giveAdHocOutput } from "../elements/ad_hoc_sub_process.ts";
import { childResults } from "../elements/call_activity.ts";
import { applyMappings } from "../evaluate.ts";
import { disarm } from "../events/subscribe.ts";
import { takeOutgoing } from "../flow.ts";
import { OWNER, type Token } from "../state.ts";
import type { JobHistory, Work } from "../work.ts";
import { itemEnded } from "./loops.ts";
import { handlerEnded, rememberCompleted } from "./compensation.ts";

/**
 * Takes the values that an activity's work gave; with an output mapping they are only visible to that.
 *
 * A value under the name or id of the data object that an association leads to was written to that object itself
 * (BPMN 2.0.2, 10.4.2): scripts know the object, few know the data output.
 */
export function takeResults(
  w: Work,
  token: Token,
  node: Activity,
  values: Readonly<Record<string, unknown>>,
): void {
  if (!node.outputs.length) return w.vars.writeAll(token, values);
  w.vars.atomically(() => takeMapped(w, token, node, values));
}

function takeMapped(w: Work, token: Token, node: Activity, values: Readonly<Record<string, unknown>>): void {
  w.vars.writeAllLocal(token.id, values);
  const outside = w.scopeOf(token)[OWNER] ?? w.scopeOf(token);
  for (const { optional, target, source, aliases = [] } of node.outputs) {
    if (!optional || target.length > 1) continue;
    if ([...source.names ?? []].some((each) => Object.hasOwn(values, each))) continue;
    const given = [...target, ...aliases].find((name) => Object.hasOwn(values, name));
    if (given !== undefined) w.vars.write(outside, target[0], values[given]);
  }
}

/**
 * Completes an activity whose work is done. What goes wrong in its output mapping or its conditions is an
 * incident that goes on from there, not from the start: the work is not done twice.
 */
export function completeActivity(w: Work, token: Token, node: Activity, history?: JobHistory): void {
  w.guard(token, "leave", () => {
    applyOutputs(w, token, node);
    const from = token.seq ?? 0;
    w.settleIncident(token);
    w.end(token, "completed", history);
    rememberCompleted(w, token, node, from);
    disarm(w, token);
    token.scope = undefined;
    leaveActivity(w, token, node);
  });
}

function applyOutputs(w: Work, token: Token, node: Activity): void {
  if (token.returned) {
    const call = "call" in node ? node.call : undefined;
    takeResults(w, token, node, call ? childResults(w, token, call, token.returned) : token.returned);
    // Taken once; until then an incident keeps them.
    token.returned = undefined;
  }
  if (node.type === "adHocSubProcess") giveAdHocOutput(w, token, node as ScopeElement);
  if (!node.outputs.length) return;
  const scope = w.scopeOf(token);
  applyMappings(w, node.outputs, token, scope[OWNER] ?? scope);
}

/** What follows an ended activity depends on why it ran: by flow, as an item, or to compensate. */
export function leaveActivity(w: Work, token: Token, node: Activity, continued = false): void {
  if (token.item !== undefined) return itemEnded(w, token, node);
  if (token.undoFor !== undefined) return handlerEnded(w, token);
  const scope = w.scopeOf(token);
  if (node.asyncAfter && !continued) {
    token.wait = "job";
    token.phase = "out";
    const job = w.openJob({
      type: "baton:continue",
      class: 0,
      dueAt: w.at,
      instanceId: w.instance.id,
      elementId: node.id,
    });
    w.setJob(token, job);
    return;
  }
  w.guard(token, "out", () => {
    collectAdHocOutput(w, token, node);
    takeOutgoing(w, token, node, node.completionQuantity);
    adHocInnerEnded(w, scope);
  });
}
