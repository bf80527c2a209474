/** Commands about jobs, scripts and user tasks: work that was done, or could not be. */
import { completeActivity, takeResults } from "../activities/complete.ts";
import { findCatch, type Thrown } from "../events/catch.ts";
import { outOfEvent } from "../events/leave.ts";
import { throwFrom } from "../events/throw.ts";
import { takeScriptResult } from "../elements/script_task.ts";
import type {
  CompleteJobCommand,
  CompleteUserTaskCommand,
  ContinueCommand,
  FailJobCommand,
  Rejection,
  ScriptDoneCommand,
  ThrowErrorCommand,
  ThrowFromUserTaskCommand,
} from "../command.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";

function noSuchJob(id: string): Rejection {
  return { code: "no-such-job", message: `Cannot find job "${id}": its element has ended` };
}

/** A handler has done its work. */
export function completeJob(w: Work, command: CompleteJobCommand): Rejection | undefined {
  const token = w.tokenOfJob(command.jobId);
  if (!token) return noSuchJob(command.jobId);
  const node = w.node(token);
  closeJobOf(w, token);
  const { result } = command;
  if (node.type === "scriptTask") {
    takeScriptResult(
      w,
      token,
      node,
      result,
      withResult(command.variables, node.script?.resultVariable ? undefined : result),
    );
  } else {
    const name = "job" in node ? node.job?.resultVariable : undefined;
    const values = name
      ? { ...command.variables, [name]: result ?? null }
      : withResult(command.variables, result);
    if ("boundaryEvents" in node) takeResults(w, token, node, values);
    else w.vars.writeAll(w.scopeOf(token), values);
  }
  if ("boundaryEvents" in node) completeActivity(w, token, node, command);
  else if (token.next !== undefined) w.wake(token, "out");
  else w.guard(token, "out", () => outOfEvent(w, token, node));
  return undefined;
}

function closeJobOf(w: Work, token: Token): void {
  if (token.job) w.closeJob(token.job);
  w.setJob(token, undefined);
  token.wait = undefined;
}

function withResult(variables: Readonly<Record<string, unknown>>, result: unknown): Record<string, unknown> {
  const spread = typeof result === "object" && result !== null && !Array.isArray(result);
  return spread ? { ...result, ...variables } : { ...variables };
}

/** A job that nobody will try again by itself. */
export function failJob(w: Work, command: FailJobCommand): Rejection | undefined {
  const token = w.tokenOfJob(command.jobId);
  if (!token) return noSuchJob(command.jobId);
  w.settleIncident(token);
  w.effects.holdJobs.push({ id: command.jobId, held: "incident" });
  w.raise(token, command.incident, command.message, "start");
  return undefined;
}

/** A handler threw a BPMN error. */
export function throwError(w: Work, command: ThrowErrorCommand): Rejection | undefined {
  const token = w.tokenOfJob(command.jobId);
  if (!token) return noSuchJob(command.jobId);
  w.settleIncident(token);
  throwOwn(w, token, {
    kind: "error",
    code: command.code,
    message: command.message,
    variables: command.variables,
  }, command);
  return undefined;
}

function throwOwn(w: Work, token: Token, thrown: Thrown, history?: ThrowErrorCommand): void {
  const message = thrown.message ? `${thrown.code}: ${thrown.message}` : thrown.code;
  w.failing = { token, message: `BPMN error ${message}`, history };
  throwFrom(w, token, thrown, "job", true);
  w.failing = undefined;
}

/** A sandboxed script has ended. */
export function scriptDone(w: Work, command: ScriptDoneCommand): Rejection | undefined {
  const token = w.tokenById(command.token);
  const node = token && w.node(token);
  // The script's activity was interrupted by another script of the same unit.
  if (!token || token.wait !== "script" || node?.type !== "scriptTask") {
    return {
      code: "no-such-script",
      message: `Cannot take the script's result: token ${command.token} is gone`,
    };
  }
  const { outcome } = command;
  token.wait = undefined;
  if (outcome.ok) {
    w.guard(token, "start", () => takeScriptResult(w, token, node, outcome.result, outcome.variables));
    if (!token.incident) completeActivity(w, token, node);
  } else if ("errorCode" in outcome) {
    throwOwn(w, token, { kind: "error", code: outcome.errorCode, message: outcome.message });
  } else w.raise(token, outcome.incident, outcome.message, "start");
  return undefined;
}

/** Goes on after an asynchronous point, a cut unit, or by hand. */
export function goOn(w: Work, command: ContinueCommand): Rejection | undefined {
  if (command.jobId === undefined) return undefined;
  if (command.jobId === w.state.cut) {
    w.state.cut = undefined;
    return undefined;
  }
  const token = w.tokenOfJob(command.jobId);
  if (!token) return undefined;
  const { phase } = token;
  closeJobOf(w, token);
  w.wake(token, phase);
  return undefined;
}

/** A person has done the work. */
export function completeUserTask(w: Work, command: CompleteUserTaskCommand): Rejection | undefined {
  const token = w.tokenOfTask(command.taskId);
  const node = token && w.node(token);
  if (!token || node?.type !== "userTask") return noSuchTask(command.taskId);
  w.closeUserTask(command.taskId, "completed");
  w.setTask(token, undefined);
  token.wait = undefined;
  takeResults(w, token, node, command.variables);
  completeActivity(w, token, node);
  return undefined;
}

function noSuchTask(id: string): Rejection {
  return { code: "no-such-task", message: `Cannot find user task "${id}": it has ended` };
}

/** A person reports a BPMN error or escalation. An error must be caught, here or by the caller. */
export function throwFromUserTask(w: Work, command: ThrowFromUserTaskCommand): Rejection | undefined {
  const token = w.tokenOfTask(command.taskId);
  if (!token) return noSuchTask(command.taskId);
  const thrown: Thrown = {
    kind: command.throws,
    code: command.code,
    message: command.message,
    variables: command.variables,
  };
  const mayBeCaught = w.state.parent !== undefined || findCatch(w, token, thrown, true) !== undefined;
  if (command.throws === "error" && !mayBeCaught) {
    return {
      code: "not-caught",
      message: `Cannot throw the error "${command.code}": nothing in this instance catches it`,
    };
  }
  if (command.throws === "error") throwOwn(w, token, thrown);
  else if (mayBeCaught) throwFrom(w, token, thrown, "job", true);
  return undefined;
}
