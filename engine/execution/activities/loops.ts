/**
 * Standard loops and multi-instance activities (BPMN 2.0.2, 10.3.8 and 13.3.6, 13.3.7).
 *
 * The token that arrived stands for the whole activity and carries boundary events and {@link LoopState}; its
 * scope is a body whose tokens are the items.
 */
import type { Activity, MultiInstance, StandardLoop } from "../../model/types.ts";
import { describe, evaluate, test, wholeNumber } from "../evaluate.ts";
import { throwToBoundary } from "../events/signals.ts";
import { disarm } from "../events/subscribe.ts";
import { ModelError } from "../model_error.ts";
import { cancelContents } from "../scopes.ts";
import { type Kept, keptId, type LoopState, OWNER, type Scope, type Token } from "../state.ts";
import { jsonBytes, TooLargeError } from "../variable_sizes.ts";
import type { Work } from "../work.ts";
import { leaveActivity } from "./complete.ts";
import { rememberLoop } from "./compensation.ts";

/** What is left to what the items themselves open, of the tokens that an instance may have. */
const LEFT_TO_ITEMS = 0.1;

/** Outputs of sequential items that the state holds, at most. */
const OUTPUTS = 128;

/** From here on a loop opens further items only when its turn comes: see {@link hasManyItems}. */
const MANY_ITEMS = 1_000;

/**
 * Whether so many items of a loop are open that what ends some of them does not open more: the job that goes on with the
 * cut unit does.
 */
export function hasManyItems({ loop }: Token): boolean {
  return loop !== undefined && loop.started - loop.done >= MANY_ITEMS;
}

/** Starts a loop: its limits are checked before anything runs. */
export function startLoop(w: Work, token: Token, node: Activity, loop: StandardLoop | MultiInstance): void {
  token.loop = loop.kind === "standard" ? standard(w, token, loop) : multiInstance(w, token, loop);
  token.scope = { id: token.id, el: node.id, body: true, tokens: [], [OWNER]: token };
  token.wait = "scope";
  continueLoop(w, token, node);
}

function standard(w: Work, token: Token, loop: StandardLoop): LoopState {
  const total = loop.maximum ? wholeNumber(w, loop.maximum, token, 0, "a loop maximum") : -1;
  return { total: total < 0 ? -1 : total, started: 0, done: 0 };
}

function multiInstance(w: Work, token: Token, loop: MultiInstance): LoopState {
  const first = loop.firstCounter || undefined;
  if (loop.collection) {
    const items = evaluate(w, loop.collection, token);
    if (!Array.isArray(items)) {
      throw new ModelError(
        "loop",
        `Cannot use "${loop.collection.text}" as a collection: it gives ${describe(items)}`,
      );
    }
    const max = w.context.maxVariablesBytes;
    const bytes = max === undefined ? 0 : jsonBytes(items);
    if (max !== undefined && bytes > max) {
      throw new TooLargeError(
        `Cannot use "${loop.collection.text}" as a collection: it takes ${bytes} bytes, ${max} are allowed`,
      );
    }
    const state = { first, total: items.length, started: 0, done: 0 };
    if (!loop.sequential) return { ...state, items };
    if (loop.itemName) w.vars.writeLocal(keptId(token), "items", items);
    return { ...state, each: loop.itemName, gives: loop.outputItemName };
  }
  const total = loop.cardinality ? wholeNumber(w, loop.cardinality, token, 0, "a loop cardinality") : 0;
  return { first, total, started: 0, done: 0 };
}

/** Starts further items, or finishes. */
export function continueLoop(w: Work, token: Token, node: Activity): void {
  const { loop: spec } = node;
  const state = token.loop;
  const body = token.scope;
  if (!spec || !state || !body) return;
  if (spec.kind === "standard") return continueStandard(w, token, node, spec, state, body);
  if (state.done === state.total) return finishLoop(w, token, node);
  if (spec.sequential) {
    if (body.tokens.length === 0) startItem(w, body, node, state);
    return;
  }
  // A loop that waits to open its next items does so in a wave: what ends meanwhile does not open more.
  if (token.ready) return;
  while (state.started < state.total && w.itemsLeft > 0) {
    if (isFull(w)) return holdItems(w, token, state);
    w.itemsLeft--;
    startItem(w, body, node, state);
  }
  if (state.started < state.total) w.wake(token, "loop");
  else state.items = undefined;
  token.wait = "scope";
}

function isFull(w: Work): boolean {
  return w.hasMoreTokensThan(Math.floor(w.maxTokens * (1 - LEFT_TO_ITEMS)));
}

/** The instance has as many tokens as it may have: what is open goes on, the next items wait for a person. */
function holdItems(w: Work, token: Token, state: LoopState): void {
  state.full = true;
  const open = state.started - state.done;
  w.raise(
    token,
    "loop",
    `Cannot start item ${
      state.started + 1
    } of ${state.total}, ${open} are open: with all that goes on in it the ` +
      `instance has nearly ${w.maxTokens} tokens, the most it may have`,
    "loop",
  );
}

function continueStandard(
  w: Work,
  token: Token,
  node: Activity,
  spec: StandardLoop,
  state: LoopState,
  body: Scope,
): void {
  if (body.tokens.length) return;
  const capped = state.total >= 0 && state.done >= state.total;
  const asks = spec.condition && (state.done > 0 || spec.testBefore);
  if (capped || (asks && !test(w, spec.condition!, token, { loopCounter: state.done }))) {
    return finishLoop(w, token, node);
  }
  startItem(w, body, node, state);
}

function startItem(w: Work, body: Scope, node: Activity, state: LoopState): void {
  if (node.loop?.kind === "multiInstance" && node.loop.itemName && state.items) {
    w.vars.checkNew(w.state.last + 1, node.loop.itemName, state.items[state.started]);
  }
  const token = w.add(body, node);
  token.item = state.started++;
  const spec = node.loop;
  if (spec?.kind !== "multiInstance") return;
  if (spec.itemName && state.items) w.vars.writeLocal(token.id, spec.itemName, state.items[token.item]);
  else if (state.each) w.vars.announce(state.each);
  if (state.gives) w.vars.announce(state.gives);
  else if (spec.outputItemName) w.vars.writeLocal(token.id, spec.outputItemName, null);
}

/** One item has ended. */
export function itemEnded(w: Work, item: Token, node: Activity): void {
  const body = w.scopeOf(item);
  const token = body[OWNER] as Token;
  const { loop: spec } = node;
  const state = token.loop as LoopState;
  w.guard(item, "out", () => {
    if (spec?.kind === "multiInstance" && spec.outputCollection) {
      const value = spec.outputElement
        ? evaluate(w, spec.outputElement, item)
        : spec.outputItemName
        ? w.vars.read(item, spec.outputItemName)
        : null;
      takeOutput(w, token, spec, state, item.item as number, value ?? null);
    }
    w.remove(item);
  });
  if (w.alive(item)) return;
  state.done++;
  w.guard(token, "loop", () => {
    if (spec?.kind === "multiInstance") {
      throwBehavior(w, token, node, spec, state);
      if (!w.alive(token)) return;
    }
    if (!completes(w, token, node) && !isHeld(state)) goOn(w, token, node);
  });
}

/** Until the items that are open have ended, or a person says so, no further ones start. */
function isHeld(state: LoopState): boolean {
  return state.full === true && state.done < state.started;
}

function takeOutput(
  w: Work,
  token: Token,
  spec: MultiInstance,
  state: LoopState,
  item: number,
  value: unknown,
): void {
  const bytes = outputBytes(w, spec, state, item, value);
  const out = state.out ??= [];
  out[item - (state.outFrom ?? 0)] = value;
  if (spec.sequential && out.length >= OUTPUTS) {
    const id = keptId(token);
    w.vars.writeLocal(id, "out", [...keptOutputs(w, token), ...out]);
    state.outFrom = (state.outFrom ?? 0) + out.length;
    state.out = undefined;
  }
  state.outBytes = bytes;
}

/** @returns What the outputs take together. @throws {TooLargeError} If that is too much. */
function outputBytes(
  w: Work,
  spec: MultiInstance,
  state: LoopState,
  item: number,
  value: unknown,
): number | undefined {
  const max = w.context.maxVariablesBytes;
  if (max === undefined) return undefined;
  const size = jsonBytes(value);
  const bytes = (state.outBytes ?? 1) + size + 1;
  if (bytes <= max) return bytes;
  throw new TooLargeError(
    `Cannot keep the output of item ${item}: with its ${size} bytes "${spec.outputCollection}" takes ${bytes} bytes, ` +
      `${max} are allowed`,
  );
}

function keptOutputs(w: Work, token: Token): readonly unknown[] {
  return (w.vars.own(keptId(token)) as Kept | undefined)?.out ?? [];
}

/** The next items of a loop are to start, or it is tried again after an incident. */
export function goOnWithLoop(w: Work, token: Token, node: Activity): void {
  if (!completes(w, token, node)) goOn(w, token, node);
}

/** Tests the completion condition. @returns Whether the loop has ended by it. */
function completes(w: Work, token: Token, node: Activity): boolean {
  const { loop: spec } = node;
  if (spec?.kind !== "multiInstance" || !spec.completionCondition || !token.loop?.done) return false;
  if (!test(w, spec.completionCondition, token)) return false;
  finishLoop(w, token, node);
  return true;
}

function goOn(w: Work, token: Token, node: Activity): void {
  w.settleIncident(token);
  if (token.loop?.full) token.loop.full = undefined;
  token.wait = "scope";
  continueLoop(w, token, node);
}

/** Events of completed items: only this activity's boundary events receive them. */
function throwBehavior(w: Work, token: Token, node: Activity, spec: MultiInstance, state: LoopState): void {
  if (spec.behavior === "All") return;
  if (spec.behavior === "None") throwToBoundary(w, token, node, spec.noneEvent);
  else if (spec.behavior === "One" && !state.thrown) {
    state.thrown = true;
    throwToBoundary(w, token, node, spec.oneEvent);
  } else if (spec.behavior === "Complex") {
    for (const { condition, event } of spec.complex) {
      if (w.alive(token) && test(w, condition, token)) throwToBoundary(w, token, node, event);
    }
  }
}

/** Ends the whole activity; items that still run are cancelled. */
function finishLoop(w: Work, token: Token, node: Activity): void {
  const body = token.scope as Scope;
  const state = token.loop as LoopState;
  const spec = node.loop;
  // Written first: if it does not fit, nothing is lost.
  if (spec?.kind === "multiInstance" && spec.outputCollection) {
    const length = Math.max(state.started, 0);
    const all = [...keptOutputs(w, token), ...state.out ?? []];
    const out = Array.from({ length }, (_, i) => all[i] ?? null);
    const scope = w.scopeOf(token);
    w.vars.write(scope[OWNER] ?? scope, spec.outputCollection, out);
  }
  cancelContents(w, body);
  if (state.started === 0) {
    w.begin(token);
    w.end(token, "skipped");
  }
  rememberLoop(w, token, node, body);
  w.settleIncident(token);
  disarm(w, token);
  // It may have waited to open its next items.
  token.ready = token.phase = undefined;
  token.scope = undefined;
  token.loop = undefined;
  w.vars.drop(keptId(token));
  leaveActivity(w, token, node);
}
