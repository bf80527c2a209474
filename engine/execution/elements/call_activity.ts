/**
 * Call activity (BPMN 2.0.2, 10.3.6): the called process is an instance of its own. Entering reserves its id and
 * opens a `start-child` job; the child is created in that job's unit and nowhere else.
 */
import type { CallSpec, TaskElement } from "../../model/types.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { evaluate, text } from "../evaluate.ts";
import { ModelError } from "../model_error.ts";
import type { StartChildPayload } from "../payloads.ts";
import { record, type Token } from "../state.ts";
import { checkOutgoing } from "../variable_sizes.ts";
import type { Work } from "../work.ts";
import type { ElementBehavior } from "./behavior.ts";

export const callActivity: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) =>
    startActivity(w, token, node, () => {
      if (!node.call) {
        throw new ModelError("called-process-missing", `Cannot call from "${node.id}": it names no process`);
      }
      startChild(w, token, node.call);
    }),
};

function startChild(w: Work, token: Token, call: CallSpec): void {
  const calledElement = text(w, call.calledElement, token);
  if (!calledElement) {
    throw new ModelError(
      "called-process-missing",
      `Cannot call "${call.calledElement.text}": it names no process`,
    );
  }
  const version = call.version ? Number(evaluate(w, call.version, token)) : undefined;
  const childId = w.newId();
  const payload: StartChildPayload = {
    childId,
    token: token.id,
    calledElement,
    binding: call.binding,
    version,
    versionTag: call.versionTag,
    businessKey: text(w, call.businessKey, token),
    variables: childVariables(w, token, call),
  };
  const json = JSON.stringify(payload);
  checkOutgoing(`call "${calledElement}"`, payload.variables, json, w.context.maxVariablesBytes);
  token.child = childId;
  token.wait = "child";
  const job = w.openJob({
    type: "baton:start-child",
    class: 0,
    dueAt: w.at,
    instanceId: w.instance.id,
    elementId: token.el,
    payload: json,
  });
  w.setJob(token, job);
}

function childVariables(w: Work, token: Token, call: CallSpec): Record<string, unknown> {
  // What is local to the call (its input mapping) goes in even when nothing else does.
  const values = call.propagateAllIn ? w.vars.visible(token) : record(w.vars.ownOf(token));
  for (const mapping of call.in) {
    const names = mapping.source.names;
    const unset = mapping.optional && names?.size === 1 &&
      [...names].every((name) => w.vars.read(token, name) == null);
    if (!unset) values[mapping.target[0]] = evaluate(w, mapping.source, token);
  }
  return values;
}

/** What comes back from an ended child. */
export function childResults(
  w: Work,
  token: Token,
  call: CallSpec,
  child: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values = call.propagateAllOut ? record(child) : record();
  // The child was told of the loop that calls it; written back, that would outlive the loop as a variable.
  if (call.propagateAllOut && call.propagateAllIn) {
    for (const name of w.vars.loopNames(token)) delete values[name];
  }
  for (const mapping of call.out) {
    const names = mapping.source.names;
    const unset = mapping.optional && names?.size === 1 &&
      [...names].every((name) => !Object.hasOwn(child, name) || child[name] === null);
    if (!unset) values[mapping.target[0]] = evaluate(w, mapping.source, token, child);
  }
  return values;
}
