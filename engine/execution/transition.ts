/**
 * The core's only entry: one command on one instance.
 *
 * Pure and synchronous: no clock, no I/O, no randomness; time and ids come in the context. The instance is changed
 * in place (a failed commit must drop it), everything for the outside world goes into the effects. The same state,
 * command and context give the same result, byte for byte.
 */
import type { ProcessModel } from "../model/types.ts";
import { activate, completeElement, resolveIncident, setVariables } from "./commands/people.ts";
import { cancel, resume, start, suspend } from "./commands/life.ts";
import { childEnded, childMissing, childThrows, deliver, fireTimer, throwAnswer } from "./commands/events.ts";
import {
  completeJob,
  completeUserTask,
  failJob,
  goOn,
  scriptDone,
  throwError,
  throwFromUserTask,
} from "./commands/jobs.ts";
import type { Command, Rejection, TransitionContext, Transitioned } from "./command.ts";
import {
  IN,
  type Instance,
  type InstanceState,
  OWNER,
  record,
  type Scope,
  STATE_FORMAT,
  type Token,
} from "./state.ts";
import { hasManyItems } from "./activities/loops.ts";
import { raiseIfStuck } from "./stuck.ts";
import { Variables } from "./variable_store.ts";
import { isFull, runWaves } from "./waves.ts";
import { Work } from "./work.ts";

/** Ids of commands without a lease that are remembered to recognise a repeat. */
const REMEMBERED = 32;

/** @returns An instance before its `start` command. */
export function createInstance(id: string, model: ProcessModel): Instance {
  const root: Scope = { id: 0, el: model.id, tokens: [], [OWNER]: undefined };
  const state: InstanceState = { v: STATE_FORMAT, status: "running", seq: 0, last: 0, root };
  return { id, state, vars: new Variables(record()) };
}

/**
 * Carries out a command.
 *
 * @returns What was done besides the effects, or why it cannot be done: then nothing was changed.
 * @throws {RangeError} If the state names elements that the model does not have.
 */
export function transition(instance: Instance, command: Command, context: TransitionContext): Transitioned {
  const w = new Work(instance, context);
  const rejection = refuse(instance.state, command) ?? apply(w, command);
  if (rejection) return { ...outcome(w, false), rejection };
  if (command.id !== undefined) remember(instance.state, command.id);
  w.movedBefore = isFromOutside(command) ? 0 : w.state.moved ?? 0;
  const more = w.state.status === "running" && runAll(w, command);
  if (w.state.status === "running") afterWaves(w, more);
  return outcome(w, more);
}

/** What goes on with ready tokens, or answers for a script, is the instance's own doing. */
function isFromOutside(command: Command): boolean {
  return command.kind === "continue" ? command.jobId === undefined : command.kind !== "scriptDone";
}

function refuse(state: InstanceState, command: Command): Rejection | undefined {
  if (command.id !== undefined && state.applied?.includes(command.id)) {
    return { code: "already-applied", message: `Command "${command.id}" was applied before` };
  }
  if (state.status === "running") {
    return command.kind === "resume"
      ? { code: "not-suspended", message: "Cannot resume: the instance is running" }
      : undefined;
  }
  if (state.status === "suspended") {
    const allowed = command.kind === "resume" || command.kind === "cancel" || command.kind === "setVariables";
    return allowed
      ? undefined
      : { code: "suspended", message: `Cannot ${command.kind}: the instance is suspended` };
  }
  return { code: "not-running", message: `Cannot ${command.kind}: the instance is ${state.status}` };
}

function apply(w: Work, command: Command): Rejection | undefined {
  switch (command.kind) {
    case "start":
      return start(w, command);
    case "continue":
      return goOn(w, command);
    case "completeJob":
      return completeJob(w, command);
    case "failJob":
      return failJob(w, command);
    case "throwError":
      return throwError(w, command);
    case "scriptDone":
      return scriptDone(w, command);
    case "fireTimer":
      return fireTimer(w, command);
    case "deliverMessage":
    case "deliverSignal":
      return deliver(w, command);
    case "completeUserTask":
      return completeUserTask(w, command);
    case "throwFromUserTask":
      return throwFromUserTask(w, command);
    case "setVariables":
      return setVariables(w, command);
    case "resolveIncident":
      return resolveIncident(w, command);
    case "childEnded":
      return childEnded(w, command);
    case "childMissing":
      return childMissing(w, command);
    case "childThrows":
      return childThrows(w, command);
    case "throwAnswer":
      return throwAnswer(w, command);
    case "cancel":
      return cancel(w, command);
    case "suspend":
      return suspend(w);
    case "resume":
      return resume(w);
    case "activate":
      return activate(w, command);
    case "completeElement":
      return completeElement(w, command);
  }
}

/** @returns Whether ready tokens remain. */
function runAll(w: Work, command: Command): boolean {
  const waits = wakeStored(w, command);
  return runWaves(w) || (waits && w.state.status === "running");
}

/**
 * Ready tokens of an earlier, cut transition come first: they became ready first.
 *
 * @returns Whether some of them do not move yet.
 */
function wakeStored(w: Work, command: Command): boolean {
  if (!w.state.more) return false;
  // When the unit is full, none of them moves: those who wait are not looked for.
  if (isFull(w)) return true;
  let waits = false;
  const stored: Token[] = [];
  const known = new Set(w.ready);
  w.find((token) => {
    if (!token.ready || !token[IN] || known.has(token)) return false;
    if (command.kind !== "continue" && hasManyItems(token)) waits = true;
    else stored.push(token);
    return false;
  });
  w.ready = [...stored, ...w.ready];
  return waits;
}

function afterWaves(w: Work, more: boolean): void {
  w.state.more = more || undefined;
  const goesOn = w.context.maxWaves === undefined && (more || w.scripts.length > 0);
  w.state.moved = goesOn ? w.movedBefore + w.moves : undefined;
  if (more) {
    // A person decides: what comes from outside next wakes the others, too.
    if (w.overBudget) return;
    // A unit that was cut for its size goes on by itself; one that is stepped by hand waits for the next step.
    // One job does for all commands until it comes: among 10,000 items each command would open its own.
    if (w.context.maxWaves === undefined && !w.scripts.length && w.state.cut === undefined) {
      w.state.cut = w.openJob({ type: "baton:continue", class: 0, dueAt: w.at, instanceId: w.instance.id });
    }
    return;
  }
  if (!w.scripts.length) raiseIfStuck(w);
}

function remember(state: InstanceState, id: string): void {
  state.applied = [...state.applied ?? [], id].slice(-REMEMBERED);
}

function outcome(w: Work, more: boolean): Transitioned {
  return {
    status: w.state.status,
    reason: w.reason,
    idsUsed: w.idsUsed,
    scripts: w.scripts,
    more,
    variablesChanged: w.vars.rootChanged,
    localsChanged: w.vars.localsChanged,
    shownChanged: w.vars.olderChanged || w.moved,
  };
}
