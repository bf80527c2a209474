/**
 * Throwing errors and escalations, also across called instances (BPMN 2.0.2, 10.5.7, 13.5.3).
 *
 * What nothing in a called instance catches is first asked of the caller, up to the root, before anything is
 * cancelled: the throwing token waits for the answer.
 */
import { cancelChild, endInstance } from "../scopes.ts";
import type { Asked, Token, Wait } from "../state.ts";
import type { Work } from "../work.ts";
import { applyCatch, findCatch, type Thrown } from "./catch.ts";

/** What an uncaught error does depends on where it came from: an end event, or a job that people can repair. */
export type ThrowSource = "event" | "job";

/**
 * Throws from a token. Afterwards the token is gone (an interrupting catch), waits for the caller's answer, stands
 * on an incident, or is untouched and may go on.
 *
 * @param own Whether the boundary of the token's own activity may catch.
 * @returns `on` if the token goes on, `stays` if it waits or is gone.
 */
export function throwFrom(
  w: Work,
  token: Token,
  thrown: Thrown,
  source: ThrowSource,
  own: boolean,
): "on" | "stays" {
  const caught = findCatch(w, token, thrown, own);
  if (caught) {
    applyCatch(w, caught, thrown);
    return w.alive(token) && thrown.kind === "escalation" ? "on" : "stays";
  }
  const { parent } = w.state;
  if (parent) {
    token.asked = { kind: thrown.kind, code: thrown.code, message: thrown.message, from: source };
    token.wait = "answer";
    if (token.job) w.effects.holdJobs.push({ id: token.job, held: "answer" });
    askCaller(w, parent, token, thrown, source);
    return "stays";
  }
  return notCaught(w, token, thrown, source);
}

function askCaller(
  w: Work,
  parent: { id: string; token: number },
  token: Token,
  thrown: Thrown,
  from: ThrowSource,
): void {
  w.openJob({
    type: "baton:child-throws",
    class: 0,
    dueAt: w.at,
    instanceId: parent.id,
    payload: JSON.stringify({
      childId: w.instance.id,
      token: parent.token,
      childToken: token.id,
      throws: thrown.kind,
      code: thrown.code,
      message: thrown.message,
      variables: thrown.variables,
      from,
    }),
  });
}

/** Nobody catches: an escalation is no error; an error ends the instance or becomes an incident. */
function notCaught(w: Work, token: Token, thrown: Thrown, source: ThrowSource): "on" | "stays" {
  if (thrown.kind === "escalation") return "on";
  const what = describeError(thrown);
  if (source === "event") {
    w.end(token, "failed", undefined, `Nothing catches the ${what}`);
    endInstance(w, "failed", `Nothing catches the ${what} thrown by "${token.el}"`);
    return "stays";
  }
  const work = openWork(token);
  if (token.job && !token.child) {
    w.effects.holdJobs.push({ id: token.job, held: "incident" });
    token.wait = "job";
  } else if (work) {
    backToWork(w, token, work, thrown, "not-caught");
    return "stays";
  }
  w.raise(token, "unhandled-error", `Cannot go on: nothing catches the ${what}`, "start");
  return "stays";
}

function describeError({ code, message }: Thrown): string {
  return `error "${code}"${message ? ` (${message})` : ""}`;
}

/** What a token waits for besides its job: the work that is open at it. */
function openWork(token: Token): Wait | undefined {
  if (token.scope) return "scope";
  if (token.task) return "user";
  if (token.child) return "child";
  return token.undo ? "compensation" : undefined;
}

/** A token whose work is still open goes on with it; that nothing caught what was thrown is an incident beside. */
function backToWork(
  w: Work,
  token: Token,
  work: Wait,
  thrown: Thrown,
  answer: "continue" | "not-caught",
): void {
  token.wait = work;
  if (token.scope) w.touched.add(token.scope);
  if (answer === "continue" || thrown.kind === "escalation") return;
  w.raise(token, "unhandled-error", `Nothing catches the ${describeError(thrown)}`, undefined, true);
}

/** A called instance asks whether this one catches. Its questions are passed on one at a time. */
export function askedByChild(w: Work, call: Token, child: Asked): void {
  if (call.askedBy) {
    call.askedBy.push(child);
    return;
  }
  const { thrown, from } = child;
  const caught = findCatch(w, call, thrown, true);
  if (caught) {
    applyCatch(w, caught, thrown);
    // An interrupting catch has cancelled the call and with it the child: that is its answer.
    if (w.alive(call)) answerChild(w, child, "continue");
    return;
  }
  if (w.state.parent) {
    call.askedBy = [child];
    askCaller(w, w.state.parent, call, thrown, from);
    return;
  }
  if (thrown.kind === "error" && from === "event") {
    const reason = `Nothing catches the error "${thrown.code}" thrown by the called instance ${child.id}`;
    // The whole call tree fails, not only the part above the child.
    if (call.child) cancelChild(w, call.child, "failed", reason);
    call.child = undefined;
    w.end(call, "failed", undefined, reason);
    endInstance(w, "failed", reason);
    return;
  }
  answerChild(w, child, "not-caught");
}

function answerChild(w: Work, child: Asked, answer: "continue" | "not-caught"): void {
  w.openJob({
    type: "baton:throw-answer",
    class: 0,
    dueAt: w.at,
    instanceId: child.id,
    payload: JSON.stringify({ token: child.token, answer }),
  });
}

/** The caller has answered. */
export function answered(w: Work, token: Token, answer: "continue" | "not-caught"): void {
  if (token.askedBy) {
    const [child, ...others] = token.askedBy;
    token.askedBy = undefined;
    answerChild(w, child, answer);
    for (const other of others) if (w.alive(token)) askedByChild(w, token, other);
    return;
  }
  const asked = token.asked;
  if (!asked) return;
  token.asked = undefined;
  const work = openWork(token);
  if (work && asked.from === "job" && (token.child || !token.job)) {
    return backToWork(w, token, work, asked, answer);
  }
  const goesOn = answer === "continue" ||
    notCaught(w, token, asked, asked.from === "event" ? "event" : "job") === "on";
  if (goesOn && w.alive(token)) w.wake(token, "out");
}
