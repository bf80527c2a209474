/**
 * Ad-hoc sub-process (BPMN 2.0.2, 10.3.5.3): its activities start together, or one after the other in document
 * order; after each the completion condition is tested.
 */
import type { FlowNode, ScopeElement } from "../../model/types.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { describe, evaluate, test } from "../evaluate.ts";
import { ModelError } from "../model_error.ts";
import { cancelContents, openScope } from "../scopes.ts";
import { OWNER, type Scope, type Token } from "../state.ts";
import type { Work } from "../work.ts";
import type { ElementBehavior } from "./behavior.ts";

export const adHocSubProcess: ElementBehavior<ScopeElement> = {
  enter: enterActivity,
  start: (w, token, node) =>
    startActivity(w, token, node, () => {
      const ids = chosen(w, token, node);
      const scope = openScope(w, token, node);
      const { outputCollection } = node.adHoc ?? {};
      if (outputCollection) w.vars.writeLocal(scope.id, outputCollection, []);
      activate(w, scope, node, ids);
    }),
};

function chosen(w: Work, token: Token, node: ScopeElement): readonly string[] {
  const { activeElements } = node.adHoc ?? {};
  if (!activeElements) return node.startNodes.map((start) => start.id);
  const ids = evaluate(w, activeElements, token);
  if (!Array.isArray(ids)) {
    throw new ModelError(
      "expression",
      `Cannot use "${activeElements.text}" as a list of elements: it gives ${describe(ids)}`,
    );
  }
  return ids.map(String);
}

/** Starts inner activities, or lines them up behind the active one. */
export function activate(w: Work, scope: Scope, node: ScopeElement, ids: readonly string[]): void {
  for (const id of ids) {
    const inner = node.nodes.find((candidate) => candidate.id === id);
    if (!inner || !("boundaryEvents" in inner)) {
      throw new ModelError("expression", `Cannot activate "${id}": "${node.id}" has no such activity`);
    }
  }
  if (node.adHoc?.ordering === "Sequential") {
    // The next one starts when the scope is settled and nothing but event sub-processes is at work in it.
    scope.queue = [...scope.queue ?? [], ...ids];
    w.touched.add(scope);
  } else for (const id of ids) w.add(scope, w.element(id));
}

function startNext(w: Work, scope: Scope): boolean {
  const id = scope.queue?.shift();
  if (!scope.queue?.length) scope.queue = undefined;
  if (id === undefined) return false;
  w.add(scope, w.element(id));
  return true;
}

/** An inner activity that nothing follows has completed: its output is collected, local to the sub-process so far. */
export function collectAdHocOutput(w: Work, token: Token, node: FlowNode): void {
  const scope = w.scopeOf(token);
  const { outputCollection, outputElement } = adHocOf(w, scope) ?? {};
  if (!outputCollection || node.outgoing.length) return;
  const collected = w.vars.own(scope.id)?.[outputCollection];
  const value = outputElement ? evaluate(w, outputElement, token) : null;
  w.vars.writeLocal(scope.id, outputCollection, [...Array.isArray(collected) ? collected : [], value]);
}

/** The sub-process ends: the collection goes out, unless an output mapping says what does. */
export function giveAdHocOutput(w: Work, token: Token, node: ScopeElement): void {
  const { outputCollection } = node.adHoc ?? {};
  if (!outputCollection || node.outputs.length) return;
  const scope = w.scopeOf(token);
  w.vars.write(scope[OWNER] ?? scope, outputCollection, w.vars.own(token.id)?.[outputCollection]);
}

function adHocOf(w: Work, scope: Scope): ScopeElement["adHoc"] {
  const node = w.scopeElement(scope);
  return node.type === "adHocSubProcess" && !scope.body ? (node as ScopeElement).adHoc : undefined;
}

/** An activity in `scope` has ended: the completion condition is tested. */
export function adHocInnerEnded(w: Work, scope: Scope): void {
  const node = w.scopeElement(scope);
  const owner = scope[OWNER];
  if (node.type !== "adHocSubProcess" || scope.body || !owner || !w.alive(owner)) return;
  w.guard(owner, "loop", () => testCompletion(w, owner, scope, node as ScopeElement));
}

function testCompletion(w: Work, owner: Token, scope: Scope, { adHoc }: ScopeElement): void {
  owner.wait = "scope";
  w.touched.add(scope);
  if (scope.closing || !adHoc?.completionCondition) return;
  const ends = test(w, adHoc.completionCondition, owner);
  w.settleIncident(owner);
  if (!ends) return;
  scope.queue = undefined;
  scope.closing = true;
  if (adHoc.cancelRemainingInstances) cancelContents(w, scope);
}

/** @returns True if a scope without active activities is ad-hoc and goes on with the next one of its sequence. */
export function adHocContinues(w: Work, scope: Scope): boolean {
  return scope.queue !== undefined && startNext(w, scope);
}
