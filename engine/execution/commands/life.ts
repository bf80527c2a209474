/** Commands on the instance as a whole: start, cancel, suspend, resume. */
import type { FlowNode, Gateway, StartTrigger } from "../../model/types.ts";
import { arm, definitionsOf } from "../events/subscribe.ts";
import { fire, occur } from "../events/fire.ts";
import type { CancelCommand, Rejection, StartCommand } from "../command.ts";
import { endInstance, enterStartNodes, prepareRoot } from "../scopes.ts";
import type { Scope, Token } from "../state.ts";
import type { Work } from "../work.ts";

/** Creates the first tokens (BPMN 2.0.2, 13.2). */
export function start(w: Work, command: StartCommand): Rejection | undefined {
  const { root } = w.state;
  const node = w.model.root;
  const trigger = command.definitionIndex === undefined ? undefined : findTrigger(w, command);
  const place = command.startEvent === undefined ? undefined : w.model.elements.get(command.startEvent);
  if (command.startEvent !== undefined && (!place || place.parent !== node)) {
    return {
      code: "no-start-event",
      message:
        `Cannot start "${w.model.id}" at "${command.startEvent}": it has no such element at its top level`,
    };
  }
  const none = node.startNodes.filter((each) => each.type === "startEvent");
  if (!place && none.length > 1) {
    return {
      code: "ambiguous-start",
      message:
        `Cannot start "${w.model.id}": it has ${none.length} none start events, name one with startEvent`,
    };
  }
  if (!place && !node.startNodes.length) {
    return {
      code: "no-start-event",
      message:
        `Cannot start "${w.model.id}": it has no none start event, name a startEvent or send what it waits for`,
    };
  }
  w.state.parent = command.parent && { ...command.parent };
  w.state.manual = command.manual || undefined;
  // A top instance's first jobs come after the follow-ups of others; a called one belongs to its caller's work.
  w.jobClass = command.parent ? 1 : 2;
  const variables = trigger ? {} : command.variables;
  w.vars.writeAllLocal(0, variables);
  w.vars.rootChanged = true;
  if (trigger) startBy(w, root, trigger, command);
  else if (place) w.add(root, place);
  else enterStartNodes(w, root, node);
  const first = place ?? node.startNodes[0];
  if (command.startedBy !== undefined && first?.type === "startEvent" && first.initiator) {
    w.vars.writeLocal(0, first.initiator, command.startedBy);
  }
  prepareRoot(w, root, node);
  return undefined;
}

function findTrigger(w: Work, command: StartCommand): StartTrigger | undefined {
  return w.model.startTriggers.find((trigger) =>
    trigger.element.id === command.startEvent && trigger.definition.index === command.definitionIndex
  );
}

function startBy(w: Work, root: Scope, trigger: StartTrigger, command: StartCommand): void {
  const { element, gateway, definition } = trigger;
  if ("parallelMultiple" in element && element.parallelMultiple) {
    // The first event reserves the instance, the others join it by the same key.
    const token = wait(w, root, element, command.messageKey);
    const sub = token.subs?.find((each) => each.def === definition.index);
    if (sub) fire(w, token, sub, command.variables);
    return;
  }
  occur(w, root, element, command.variables);
  if (gateway?.eventGatewayType === "Parallel") waitForOthers(w, root, gateway, element, command.messageKey);
}

/** A parallel instantiating gateway: all its events must occur (BPMN 2.0.2, 10.6.6). */
function waitForOthers(
  w: Work,
  root: Scope,
  gateway: Gateway,
  first: FlowNode,
  key: string | undefined,
): void {
  for (const { target } of gateway.outgoing) if (target !== first) wait(w, root, target, key);
}

function wait(w: Work, root: Scope, node: FlowNode, key: string | undefined): Token {
  const token = w.add(root, node);
  token.ready = undefined;
  w.ready = w.ready.filter((ready) => ready !== token);
  arm(w, token, token, { id: node.id, definitions: definitionsOf(node) }, key);
  w.begin(token);
  token.wait = "event";
  return token;
}

/** Ends the instance from outside. */
export function cancel(w: Work, command: CancelCommand): undefined {
  endInstance(w, command.status, command.reason, command.byParent);
}

/** Holds every job of the instance. */
export function suspend(w: Work): undefined {
  w.state.status = "suspended";
  for (const id of openJobs(w)) w.effects.holdJobs.push({ id, held: "suspended" });
}

/** Lets them run again; timers keep the time they were due. */
export function resume(w: Work): undefined {
  w.state.status = "running";
  w.find((token) => {
    if (token.job && runs(token)) w.effects.retryJobs.push(token.job);
    return false;
  });
  for (const { subs } of holders(w)) {
    for (const sub of subs ?? []) {
      // Variables may have been set meanwhile: what was false is looked at anew.
      if (sub.kind === "conditional" && !sub.was) {
        sub.was = undefined;
        w.newConditions = true;
      }
      if (sub.kind !== "timer" || !sub.id) continue;
      w.closeJob(sub.id);
      sub.id = w.openJob({
        type: "baton:timer",
        class: 0,
        dueAt: sub.due ?? w.at,
        instanceId: w.instance.id,
        elementId: sub.el,
      });
    }
  }
}

/** False for a job that is held already: by an incident, or until the caller answers. */
function runs(token: Token): boolean {
  return token.incident === undefined && token.asked === undefined;
}

function openJobs(w: Work): string[] {
  const ids: string[] = [];
  w.find((token) => {
    if (token.job && runs(token)) ids.push(token.job);
    return false;
  });
  for (const { subs } of holders(w)) {
    for (const sub of subs ?? []) if (sub.kind === "timer" && sub.id) ids.push(sub.id);
  }
  return ids;
}

function holders(w: Work): (Token | Scope)[] {
  const all: (Token | Scope)[] = [w.state.root];
  w.find((token) => {
    all.push(token);
    if (token.scope) all.push(token.scope);
    return false;
  });
  return all;
}
