/**
 * Compensation (BPMN 2.0.2, 10.7.1 and 13.5.5): completed activities are remembered in their scope, and a throw
 * undoes them in reverse order.
 *
 * A plan ({@link Undo}) sits on the token that waits for it. B is undone before A if B started after A completed;
 * otherwise they may run together.
 */
import type { Activity, ScopeElement } from "../../model/types.ts";
import { startEventSubProcess } from "../events/fire.ts";
import { type Completed, IN, OWNER, type Scope, type Token, type Undo } from "../state.ts";
import { isScopeElement, type Work } from "../work.ts";

/** Remembers a completed activity if anything could compensate it. */
export function rememberCompleted(w: Work, token: Token, node: Activity, from: number): void {
  if (!node.compensable || token.undoFor !== undefined) return;
  const own = isScopeElement(node) || token.item !== undefined ? w.vars.ownOf(token) : undefined;
  // The counter is computed while the loop runs; its handler sees it as a variable.
  const vars = token.item === undefined ? own : { loopCounter: w.vars.read(token, "loopCounter"), ...own };
  remember(w.scopeOf(token), {
    el: node.id,
    from,
    to: w.state.seq,
    item: token.item,
    vars: vars && { ...vars },
    inner: token.scope?.completed,
  });
}

/** Remembers a loop as one activity whose items can be undone. */
export function rememberLoop(w: Work, token: Token, node: Activity, body: Scope): void {
  if (!node.compensable || !body.completed?.length) return;
  const from = Math.min(...body.completed.map((item) => item.from));
  remember(w.scopeOf(token), { el: node.id, from, to: w.state.seq, inner: body.completed });
}

function remember(scope: Scope, completed: Completed): void {
  (scope.completed ??= []).push(completed);
}

/** Takes what a throw in `scope` compensates out of the records: each activity is compensated once. */
export function takeCompleted(w: Work, scope: Scope, activity: Activity | undefined): Completed[] {
  const taken: Completed[] = [];
  const wanted = (record: Completed) => !activity || record.el === activity.id;
  const takeFrom = (from: Scope): void => {
    for (const record of from.completed ?? []) if (wanted(record)) taken.push({ ...record, in: from.id });
    if (from.completed) from.completed = from.completed.filter((record) => !wanted(record));
    // A handler in an event sub-process also reaches the activities of the scope it belongs to.
    const outer = from[OWNER]?.[IN];
    if (outer && w.scopeElement(from).type === "eventSubProcess") takeFrom(w.enclosing(outer));
  };
  takeFrom(w.enclosing(scope));
  return taken;
}

/** Starts a plan on a token, which waits until all is undone. @returns False if there is nothing to undo. */
export function startUndo(w: Work, token: Token, todo: Completed[]): boolean {
  if (!todo.length) return false;
  token.undo = { todo, running: [] };
  token.wait = "compensation";
  continueUndo(w, token);
  return true;
}

function continueUndo(w: Work, token: Token): void {
  const undo = token.undo as Undo;
  // A handler may have nothing to do and end at once, which frees the next ones.
  for (let next = startable(undo); next.length; next = startable(undo)) startHandlers(w, token, undo, next);
  if (!undo.todo.length && !undo.running.length) undone(w, token);
}

/** What nothing that started after its completion still stands in the way of. */
function startable(undo: Undo): Completed[] {
  const open = [...undo.todo, ...undo.running];
  return undo.todo.filter((record) => !open.some((later) => later.from > record.to));
}

function startHandlers(w: Work, owner: Token, undo: Undo, records: readonly Completed[]): void {
  undo.todo = undo.todo.filter((record) => !records.includes(record));
  for (const record of records) {
    const scope = w.scopeById(record.in ?? 0);
    const node = w.element(record.el) as Activity;
    if (!scope) continue;
    const handler = startHandler(w, owner, scope, node, record);
    if (handler && w.alive(handler)) {
      undo.running.push({ token: handler.id, from: record.from, to: record.to });
    }
  }
}

function startHandler(
  w: Work,
  owner: Token,
  scope: Scope,
  node: Activity,
  record: Completed,
): Token | undefined {
  if (node.loop && record.item === undefined) {
    return revive(w, owner, scope, node, record, (token, inner) => {
      inner.body = true;
      startUndo(w, token, inInner(record, inner));
    });
  }
  if (node.compensationHandler) {
    const token = w.add(scope, node.compensationHandler);
    token.undoFor = owner.id;
    if (record.vars) w.vars.restore(token.id, record.vars);
    return token;
  }
  if (!isScopeElement(node)) return undefined;
  const handler = compensationHandlerOf(node);
  if (!handler && !record.inner?.length) return undefined;
  return revive(w, owner, scope, node, record, (token, inner) => {
    if (!handler) return void startUndo(w, token, inInner(record, inner));
    inner.completed = record.inner;
    token.wait = "scope";
    startEventSubProcess(w, inner, handler, {});
  });
}

function compensationHandlerOf(node: ScopeElement): ScopeElement | undefined {
  return node.eventSubProcesses.find((handler) =>
    handler.trigger?.definitions.some((d) => d.kind === "compensate")
  );
}

function inInner(record: Completed, inner: Scope): Completed[] {
  return (record.inner ?? []).map((each) => ({ ...each, in: inner.id }));
}

/** Brings a completed scope back with its variables as they were, so that its inner activities can be undone. */
function revive(
  w: Work,
  owner: Token,
  scope: Scope,
  node: Activity,
  record: Completed,
  begin: (token: Token, inner: Scope) => void,
): Token {
  const token = w.add(scope, node);
  w.ready.pop();
  token.ready = undefined;
  token.undoFor = owner.id;
  if (record.vars) w.vars.restore(token.id, record.vars);
  token.scope = { id: token.id, el: node.id, tokens: [], [OWNER]: token };
  begin(token, token.scope);
  return token;
}

/** A compensation handler, or a revived scope, has ended. */
export function handlerEnded(w: Work, token: Token): void {
  w.remove(token);
  handlerGone(w, token);
}

/** A handler is gone: the one who waits for it goes on. */
export function handlerGone(w: Work, token: Token): void {
  const owner = w.tokenById(token.undoFor as number);
  const position = owner?.undo?.running.findIndex((running) => running.token === token.id) ?? -1;
  // Not registered yet: it ended while it was being started, and the starter goes on.
  if (!owner?.undo || position < 0) return;
  owner.undo.running.splice(position, 1);
  continueUndo(w, owner);
}

/** True for a token that stands for a completed activity which is being undone: it never starts itself. */
export function isRevived(token: Token): boolean {
  return token.undoFor !== undefined && token.seq === undefined;
}

/** All is undone: the token that waited for it goes on. */
function undone(w: Work, token: Token): void {
  token.undo = undefined;
  token.wait = undefined;
  // A revived scope was only there to be undone; it has no outgoing flow to take.
  if (isRevived(token)) {
    if (token.scope?.tokens.length) {
      // What an interrupted handler's boundary event has started is still at work in it.
      token.wait = "scope";
      return;
    }
    token.scope = undefined;
    return handlerEnded(w, token);
  }
  if (token.phase === "aside") return w.remove(token);
  w.wake(token, "out");
}
