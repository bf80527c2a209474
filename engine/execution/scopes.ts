/** Opening, completing and cancelling scopes and tokens (BPMN 2.0.2, 13.3.4 Sub-Process, 13.5.6 End Events). */
import type { ScopeElement } from "../model/types.ts";
import { adHocContinues } from "./elements/ad_hoc_sub_process.ts";
import { armEventSubProcesses, disarm } from "./events/subscribe.ts";
import { handlerEnded, isRevived } from "./activities/compensation.ts";
import { completeActivity } from "./activities/complete.ts";
import { IN, keptId, OWNER, type Scope, type Token, type Undo } from "./state.ts";
import { isScopeElement, type Work } from "./work.ts";

/** Gives a token an inner scope, with its data and its event sub-processes armed. */
export function openScope(w: Work, token: Token, node: ScopeElement): Scope {
  const scope: Scope = { id: token.id, el: node.id, tokens: [], [OWNER]: token };
  token.scope = scope;
  token.wait = "scope";
  prepareScope(w, scope, node);
  return scope;
}

/** Declares a scope's data and arms its event sub-processes. */
export function prepareScope(w: Work, scope: Scope, node: ScopeElement): void {
  for (const name of node.dataNames) {
    const own = scope[OWNER] ? w.vars.ownOf(scope[OWNER]) : w.vars.own(scope.id);
    // A start variable or input of the same name is the data object's first value.
    if (!(own && name in own)) w.vars.writeLocal(scope.id, name, null);
  }
  armEventSubProcesses(w, scope, node);
  w.touched.add(scope);
}

/**
 * Prepares the root scope, whose first tokens are there. If that fails, those that are ready are held: one token shows
 * the incident, and all is tried again when it is resolved.
 */
export function prepareRoot(w: Work, root: Scope, node: ScopeElement): void {
  const held = root.tokens.filter((token) => !token.subs);
  const shown = held[0] ?? root.tokens[0];
  root.unprepared = undefined;
  w.guard(shown, shown.subs ? "leave" : shown.phase, () => {
    try {
      prepareScope(w, root, node);
    } catch (error) {
      disarm(w, root);
      root.unprepared = true;
      throw error;
    }
  });
  for (const token of held) {
    if (!root.unprepared) w.wake(token, token.phase);
    else {
      token.ready = undefined;
      token.wait = "incident";
    }
  }
  // What waits for the other events of its start goes on doing so.
  if (shown.subs) shown.wait = "event";
}

/** Closes an inner scope that was opened in vain. */
export function dropScope(w: Work, token: Token): void {
  if (!token.scope) return;
  cancelContents(w, token.scope);
  token.scope = token.loop = undefined;
  w.vars.drop(keptId(token));
}

/** Starts the scope's none start event, or every node without incoming flow. */
export function enterStartNodes(w: Work, scope: Scope, node: ScopeElement): void {
  for (const start of node.startNodes) w.add(scope, start);
}

/** True for tokens that do not keep a scope's own flow alive: running event sub-processes. */
function isHandler(w: Work, token: Token): boolean {
  return w.node(token).type === "eventSubProcess";
}

/**
 * Completes the scopes that have run empty. An event sub-process that still runs keeps its scope open, but when
 * the last ordinary token is gone no further one can start (BPMN 2.0.2, 13.5.4).
 */
export function settleScopes(w: Work): void {
  // Completing a scope touches the one around it.
  for (let scope = w.touched.take(); scope; scope = w.touched.take()) {
    if (scope.body || !isOpen(w, scope)) continue;
    if (!scope.tokens.every((token) => isHandler(w, token)) || adHocContinues(w, scope)) continue;
    if (scope.tokens.length === 0) completeScope(w, scope);
    else disarm(w, scope);
  }
}

function isOpen(w: Work, scope: Scope): boolean {
  const owner = scope[OWNER];
  if (!owner) return w.state.root === scope && w.state.status === "running";
  // A compensated scope ends when its plan has ended, not when it is empty.
  return owner.scope === scope && w.alive(owner) && owner.wait === "scope";
}

function completeScope(w: Work, scope: Scope): void {
  disarm(w, scope);
  const owner = scope[OWNER];
  if (!owner) return endInstance(w, "completed");
  if (isRevived(owner)) {
    owner.scope = undefined;
    return handlerEnded(w, owner);
  }
  const node = w.node(owner);
  if (node.type === "eventSubProcess") {
    w.end(owner, "completed");
    w.remove(owner);
    return;
  }
  if (!isScopeElement(node)) return;
  completeActivity(w, owner, node);
}

/** Ends the whole instance; what still runs in it is cancelled. */
export function endInstance(
  w: Work,
  status: "completed" | "cancelled" | "failed",
  reason?: string,
  byParent = false,
): void {
  const { state } = w;
  if (status === "failed") w.ending = "failed";
  cancelContents(w, state.root);
  state.status = status;
  w.reason = reason;
  state.more = state.moved = undefined;
  w.ready.length = w.throws.length = w.starts.length = 0;
  if (state.parent && !byParent) {
    const variables = w.vars.own(0) ?? {};
    w.openJob({
      type: "baton:child-ended",
      class: 0,
      dueAt: w.at,
      instanceId: state.parent.id,
      payload: JSON.stringify({
        childId: w.instance.id,
        token: state.parent.token,
        status,
        variables,
        reason,
      }),
    });
  }
}

/** Cancels everything in a scope; the scope itself stays. */
export function cancelContents(w: Work, scope: Scope, except?: Token): void {
  disarm(w, scope);
  scope.queue = undefined;
  for (const token of scope.tokens.slice()) if (token !== except) cancelToken(w, token);
}

/** Cancels one element with all that it has opened (BPMN 2.0.2, 13.3.2: terminating an activity). */
export function cancelToken(w: Work, token: Token): void {
  if (!w.alive(token)) return;
  if (token.scope) cancelContents(w, token.scope);
  if (token.undo) cancelHandlers(w, token.undo);
  if (token.job) w.closeJob(token.job);
  if (token.task) w.closeUserTask(token.task, "cancelled");
  if (token.child) cancelChild(w, token.child, w.ending, `the caller was ${w.ending}`);
  disarm(w, token);
  w.settleIncident(token);
  if (w.failing?.token === token) w.end(token, "failed", w.failing.history, w.failing.message);
  else w.end(token, "cancelled");
  w.remove(token);
}

/** Who compensates for a throw that is cancelled is cancelled, too. */
function cancelHandlers(w: Work, undo: Undo): void {
  for (const { token } of undo.running) {
    const handler = w.tokenById(token);
    if (handler) cancelToken(w, handler);
  }
}

/** Tells a called instance to end. If it was not created yet, closing its start job has prevented it. */
export function cancelChild(w: Work, childId: string, status: "cancelled" | "failed", reason: string): void {
  w.openJob({
    type: "baton:cancel-child",
    class: 0,
    dueAt: w.at,
    instanceId: childId,
    payload: JSON.stringify({ status, reason }),
  });
}

/** @returns The innermost scope around `scope` (itself included) whose element fits. */
export function scopeAround(w: Work, scope: Scope, fits: (node: ScopeElement) => boolean): Scope | undefined {
  for (let at: Scope | undefined = scope; at; at = at[OWNER]?.[IN]) {
    const node = w.scopeElement(at);
    if (!at.body && isScopeElement(node) && fits(node)) return at;
  }
  return undefined;
}
