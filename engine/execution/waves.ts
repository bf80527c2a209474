/**
 * The agenda: waves, breadth first, without recursion (BPMN 2.0.2, 13.2).
 *
 * One wave: (1) every ready token enters its node, catch events and boundaries are armed; (2) throws run; (3) the
 * activities that survived start. So a throw finds every catch of its fork armed, and a throw that interrupts its
 * scope stops the fork's other branches before they begin.
 */
import { goOnWithLoop } from "./activities/loops.ts";
import { completeActivity, leaveActivity } from "./activities/complete.ts";
import { adHocInnerEnded } from "./elements/ad_hoc_sub_process.ts";
import { behaviors } from "./elements/registry.ts";
import type { ElementBehavior } from "./elements/behavior.ts";
import { settleConditions } from "./events/conditions.ts";
import { leaveEvent, outOfEvent } from "./events/leave.ts";
import { settleJoins } from "./joins.ts";
import { settleScopes } from "./scopes.ts";
import { IN, OWNER, type Token } from "./state.ts";
import type { Work } from "./work.ts";
import type { FlowNode } from "../model/types.ts";

const DEFAULT_MOVES = 100_000;
/**
 * A loop that writes steps is cut into units, none of which meets the limit for one command: without this it would
 * fill the history for ever. No process that people drew makes so many moves before a job, a message, a timer or a
 * person has its turn, and who does have one that does can resolve the incident.
 */
const RUN_MOVES = 1_000_000;
const DEFAULT_ROWS = 500;
/** A loop through a fork doubles its tokens each time round: a wave is not cut, so it must not become too large. */
const MAX_READY = 20_000;

/** Runs waves until nothing is ready, or a limit is met. @returns Whether ready tokens remain. */
export function runWaves(w: Work): boolean {
  const maxWaves = w.context.maxWaves ?? Infinity;
  const budget = w.context.moveBudget ?? DEFAULT_MOVES;
  const runBudget = w.context.runBudget ?? RUN_MOVES;
  settle(w);
  for (let waves = 0; w.ready.length && w.state.status === "running"; waves++) {
    if (waves >= maxWaves || isFull(w)) break;
    if (w.moves > budget) {
      overBudget(w, `${budget} moves in one command, probably an endless loop`);
      break;
    }
    if (w.movedBefore + w.moves > runBudget) {
      overBudget(w, `${runBudget} moves with nothing from outside, probably an endless loop`);
      break;
    }
    if (w.ready.length > MAX_READY) {
      overBudget(w, `${w.ready.length} tokens want to move at once, probably a loop that multiplies them`);
      break;
    }
    // What only ends, or takes the place of another, may go on.
    if (w.grown > 0 && w.hasMoreTokensThan(w.maxTokens)) {
      overBudget(w, `the instance has more than ${w.maxTokens} tokens, probably a loop that multiplies them`);
      break;
    }
    runWave(w);
  }
  return w.ready.some((token) => token.ready);
}

function runWave(w: Work): void {
  const wave = w.ready;
  w.ready = [];
  w.allowItems();
  for (const token of wave) {
    if (!token.ready || !w.alive(token)) continue;
    token.ready = undefined;
    w.moves++;
    move(w, token);
    if (w.state.status !== "running") return;
  }
  settleConditions(w);
  const throws = w.throws;
  w.throws = [];
  for (const token of throws) {
    if (!w.alive(token)) continue;
    const node = w.node(token);
    w.guard(token, undefined, () => behavior(node).throw?.(w, token, node));
    if (w.state.status !== "running") return;
  }
  settleConditions(w);
  const starts = w.starts;
  w.starts = [];
  for (const token of starts) {
    if (!w.alive(token)) continue;
    const node = w.node(token);
    w.guard(token, "start", () => behavior(node).start?.(w, token, node));
    if (w.state.status !== "running") return;
  }
  openItems(w);
  if (w.state.status === "running") settle(w);
}

/** Loops open their next items with what is left, the innermost first: so that few are open in part at a time. */
function openItems(w: Work): void {
  const { loops } = w;
  if (loops.length === 0) return;
  w.loops = [];
  const depths = new Map(loops.map((token) => [token, depth(token)]));
  loops.sort((a, b) => depths.get(b)! - depths.get(a)! || a.id - b.id);
  for (const token of loops) {
    const node = w.node(token);
    if (!w.alive(token) || !token.loop || !("boundaryEvents" in node)) continue;
    w.guard(token, "loop", () => goOnWithLoop(w, token, node));
    if (w.state.status !== "running") return;
  }
}

function depth(token: Token): number {
  let depth = 0;
  for (let at: Token | undefined = token; at; at = at[IN]?.[OWNER]) depth++;
  return depth;
}

function settle(w: Work): void {
  settleConditions(w);
  if (w.state.status !== "running") return;
  settleJoins(w);
  settleScopes(w);
  settleConditions(w);
}

/** Phase 1 for one token. */
function move(w: Work, token: Token): void {
  const node = w.node(token);
  const { phase } = token;
  if (phase !== "async") token.phase = undefined;
  switch (phase) {
    case undefined:
    case "async":
      w.guard(token, phase, () => behavior(node).enter(w, token, node));
      return;
    case "start":
      w.starts.push(token);
      return;
    case "loop":
      if (!("boundaryEvents" in node)) return;
      if (token.loop) w.loops.push(token);
      else if (token.scope) adHocInnerEnded(w, token.scope);
      return;
    case "leave":
      if ("boundaryEvents" in node) completeActivity(w, token, node);
      else w.guard(token, "leave", () => leaveEvent(w, token, node));
      return;
    case "out":
      // A multiple throw event has waited for one of its definitions: the next ones follow.
      if (token.next !== undefined) return void w.throws.push(token);
      if ("boundaryEvents" in node) leaveActivity(w, token, node, true);
      else w.guard(token, "out", () => outOfEvent(w, token, node));
  }
}

function behavior(node: FlowNode): ElementBehavior<FlowNode> {
  // The registry is typed by element; a node's type is its key.
  return behaviors[node.type] as ElementBehavior<FlowNode>;
}

/** Whether the unit writes so much that what is still ready moves in the next one. */
export function isFull(w: Work): boolean {
  return rows(w) >= (w.context.maxRows ?? DEFAULT_ROWS);
}

function rows(w: Work): number {
  const { effects } = w;
  return effects.steps.length + effects.openJobs.length + effects.openSubscriptions.length +
    effects.closeJobs.length +
    effects.closeSubscriptions.length + effects.openUserTasks.length;
}

/** An endless loop of automatic elements, or one that multiplies: the tokens keep their places, a person decides. */
function overBudget(w: Work, why: string): void {
  w.overBudget = true;
  const token = w.ready.find((ready) => ready.ready && w.alive(ready));
  if (token) {
    w.raise(token, "move-budget", `Cannot go on: ${why}`, token.phase);
  }
}
