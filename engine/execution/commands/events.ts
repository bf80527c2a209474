/** Commands that bring events from outside: timers, messages, signals, called instances. */
import { completeActivity } from "../activities/complete.ts";
import { fire } from "../events/fire.ts";
import { findSub } from "../events/subscribe.ts";
import { answered, askedByChild } from "../events/throw.ts";
import type {
  ChildEndedCommand,
  ChildMissingCommand,
  ChildThrowsCommand,
  DeliverMessageCommand,
  DeliverSignalCommand,
  FireTimerCommand,
  Rejection,
  ThrowAnswerCommand,
} from "../command.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";

/** A timer is due. */
export function fireTimer(w: Work, command: FireTimerCommand): Rejection | undefined {
  const found = findSub(w, (sub) => sub.kind === "timer" && sub.id === command.jobId);
  if (!found) {
    return { code: "no-such-timer", message: `Cannot fire timer "${command.jobId}": its element has ended` };
  }
  w.closeJob(command.jobId);
  found.sub.id = undefined;
  fireGuarded(w, found, {});
  return undefined;
}

/** A message or signal for one subscription. */
export function deliver(
  w: Work,
  command: DeliverMessageCommand | DeliverSignalCommand,
): Rejection | undefined {
  const found = findSub(w, (sub) => sub.id === command.subscriptionId);
  if (!found) {
    return {
      code: "no-such-subscription",
      message: `Cannot deliver to subscription "${command.subscriptionId}": it is closed`,
    };
  }
  fireGuarded(w, found, command.variables);
  return undefined;
}

function fireGuarded(
  w: Work,
  { holder, sub }: NonNullable<ReturnType<typeof findSub>>,
  payload: Readonly<Record<string, unknown>>,
): void {
  if ("tokens" in holder) fire(w, holder, sub, payload);
  else w.guard(holder, holder.phase, () => fire(w, holder, sub, payload));
}

function caller(w: Work, tokenId: number, childId: string): Token | undefined {
  const token = w.tokenById(tokenId);
  return token?.child === childId ? token : undefined;
}

// The call was cancelled meanwhile: what the child says has no receiver any more.
const GONE: Rejection = {
  code: "no-such-call",
  message: "Cannot take the called instance's word: the call has ended",
};

/** A called instance has ended. */
export function childEnded(w: Work, command: ChildEndedCommand): Rejection | undefined {
  const token = caller(w, command.token, command.childId);
  const node = token && w.node(token);
  if (!token || node?.type !== "callActivity") return GONE;
  token.child = undefined;
  w.setJob(token, undefined);
  token.wait = undefined;
  if (command.status !== "completed") {
    const why = command.reason ? `: ${command.reason}` : "";
    w.raise(
      token,
      "unhandled-error",
      `The called instance ${command.childId} was ${command.status}${why}`,
      "start",
    );
    return undefined;
  }
  token.returned = command.variables;
  completeActivity(w, token, node);
  return undefined;
}

/** The called process does not exist, or cannot be started. */
export function childMissing(w: Work, command: ChildMissingCommand): Rejection | undefined {
  const token = w.tokenOfJob(command.jobId);
  if (!token) return GONE;
  w.closeJob(command.jobId);
  w.setJob(token, undefined);
  token.child = undefined;
  w.raise(token, "called-process-missing", command.message, "start");
  return undefined;
}

/** A called instance asks who catches. */
export function childThrows(w: Work, command: ChildThrowsCommand): Rejection | undefined {
  const token = caller(w, command.token, command.childId);
  if (!token) return GONE;
  const { throws: kind, code, message, variables, from } = command;
  askedByChild(w, token, {
    id: command.childId,
    token: command.childToken,
    thrown: { kind, code, message, variables },
    from,
  });
  return undefined;
}

/** The caller has answered. */
export function throwAnswer(w: Work, command: ThrowAnswerCommand): Rejection | undefined {
  const token = w.tokenById(command.token);
  if (!token) return GONE;
  answered(w, token, command.answer);
  return undefined;
}
