/** Commands by people and tools: variables, incidents, ad-hoc activities, moving a token by hand. */
import { completeActivity, takeResults } from "../activities/complete.ts";
import { activate as activateInner } from "../elements/ad_hoc_sub_process.ts";
import { cancelChild, prepareRoot } from "../scopes.ts";
import { fireCatch } from "../events/fire.ts";
import { disarm } from "../events/subscribe.ts";
import { throwFrom } from "../events/throw.ts";
import { take } from "../flow.ts";
import type {
  ActivateCommand,
  CompleteElementCommand,
  Rejection,
  ResolveIncidentCommand,
  SetVariablesCommand,
} from "../command.ts";
import type { ScopeElement } from "../../model/types.ts";
import { ModelError } from "../model_error.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";

/** Sets variables from outside; conditional events react. */
export function setVariables(w: Work, command: SetVariablesCommand): Rejection | undefined {
  const id = command.scope ?? 0;
  const place = id === 0 ? w.state.root : w.tokenById(id);
  if (!place) return { code: "no-such-scope", message: `Cannot set variables in scope ${id}: it has ended` };
  if (command.local) w.vars.writeAllLocal(id, command.variables);
  else w.vars.writeAll(place, command.variables);
  return undefined;
}

/** Closes an incident and tries again from where it stopped. */
export function resolveIncident(w: Work, command: ResolveIncidentCommand): Rejection | undefined {
  const token = w.find((each) => each.incident === command.incidentId);
  if (!token) {
    return {
      code: "no-such-incident",
      message: `Cannot resolve incident "${command.incidentId}": it is closed`,
    };
  }
  if (command.variables) w.vars.writeAll(token, command.variables);
  w.settleIncident(token);
  const scope = w.scopeOf(token);
  if (scope.unprepared) {
    prepareRoot(w, scope, w.model.root);
    return undefined;
  }
  if (token.job) {
    token.wait = "job";
    w.effects.retryJobs.push(token.job);
  } else if (token.wait === "incident") w.wake(token, token.phase);
  w.touched.add(scope);
  return undefined;
}

/** Starts activities of an ad-hoc sub-process. */
export function activate(w: Work, command: ActivateCommand): Rejection | undefined {
  const token = w.tokenById(command.token);
  const node = token && w.node(token);
  if (!token?.scope || node?.type !== "adHocSubProcess" || token.scope.closing) {
    return {
      code: "no-such-scope",
      message: `Cannot activate activities: token ${command.token} is at no open ad-hoc sub-process`,
    };
  }
  try {
    activateInner(w, token.scope, node as ScopeElement, command.elementIds);
  } catch (error) {
    if (error instanceof ModelError) return { code: "no-such-element", message: error.message };
    throw error;
  }
  return undefined;
}

/** Ends the element at a token as if its work were done: simulation and repair. */
export function completeElement(w: Work, command: CompleteElementCommand): Rejection | undefined {
  const token = w.tokenById(command.token);
  if (!token) return { code: "no-such-token", message: `Cannot complete token ${command.token}: it is gone` };
  const node = w.node(token);
  if (command.flowId !== undefined) {
    if (!node.type.endsWith("Gateway")) {
      return {
        code: "not-a-gateway",
        message: `Cannot choose a flow of "${node.id}": only a gateway's flow can be chosen`,
      };
    }
    const flow = node.outgoing.find((each) => each.id === command.flowId);
    if (!flow) {
      return {
        code: "no-such-flow",
        message: `Cannot take flow "${command.flowId}": it does not leave "${node.id}"`,
      };
    }
    release(w, token);
    w.begin(token);
    w.end(token, "completed");
    take(w, token, [flow]);
    return undefined;
  }
  if (command.errorCode !== undefined) {
    throwFrom(
      w,
      token,
      { kind: "error", code: command.errorCode, variables: command.variables },
      "job",
      true,
    );
    return undefined;
  }
  if ("nodes" in node || token.loop) {
    return {
      code: "not-a-task",
      message: `Cannot complete "${node.id}" from outside: its inner elements are at work`,
    };
  }
  if (node.type === "exclusiveGateway" || node.type === "eventBasedGateway") {
    return {
      code: "no-such-flow",
      message: `Cannot complete "${node.id}" from outside: name the flow to take`,
    };
  }
  release(w, token);
  if ("boundaryEvents" in node) {
    takeResults(w, token, node, command.variables ?? {});
    w.begin(token);
    completeActivity(w, token, node);
  } else if (node.type === "intermediateCatchEvent") fireCatch(w, token, command.variables ?? {});
  else w.wake(token, "out");
  return undefined;
}

function release(w: Work, token: Token): void {
  w.settleIncident(token);
  if (token.job) w.closeJob(token.job);
  if (token.task) w.closeUserTask(token.task, "completed");
  if (token.child) cancelChild(w, token.child, "cancelled", "the call was completed by hand");
  disarm(w, token);
  token.job =
    token.task =
    token.child =
    token.wait =
      undefined;
}
