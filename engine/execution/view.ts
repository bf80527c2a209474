/** Reading an instance's state: where its tokens are, what waits for what, what runs. */
import type { ElementType, ProcessModel } from "../model/types.ts";
import type { Step } from "./effects.ts";
import type { Instance, Scope, Subscribed, Token, Wait } from "./state.ts";

/** Tokens that stand at one element of one scope. */
export interface Position {
  /** Id in the model. */
  readonly elementId: string;
  /** BPMN's name of the element's kind. */
  readonly elementType: ElementType;
  /** Name in the model. */
  readonly name?: string;
  /** Ids of the scopes around it, outermost first, without the process: sub-processes, loop bodies. */
  readonly scopes: readonly string[];
  /** Several tokens wait together in front of a join; each other token has a position of its own. */
  readonly count: number;
  /** What it waits for; `ready` moves next. */
  readonly waitsFor: Wait | "ready";
  /** The token's number within the instance; the first one's where several are counted. */
  readonly token: number;
  /** The job that it waits for. */
  readonly jobId?: string;
  /** The user task that it waits for. */
  readonly userTaskId?: string;
  /** The called instance that it waits for. */
  readonly childId?: string;
  /** The incident that must be resolved first. */
  readonly incidentId?: string;
  /** Item number within a loop. */
  readonly item?: number;
  /** Events that can happen here: the element's own, its boundary's, or behind an event gateway. */
  readonly events: readonly ArmedEvent[];
}

/** One armed event. */
export interface ArmedEvent {
  /** The event that would catch it. */
  readonly elementId: string;
  /** What it waits for. */
  readonly kind: "message" | "timer" | "signal" | "conditional";
  /** Message or signal name. */
  readonly name?: string;
  /** Timers: milliseconds since 1970 UTC. */
  readonly dueAt?: number;
}

const PARKED: ReadonlySet<string> = new Set(["join", "inclusive", "complex", "quantity"]);

/** @returns Where the tokens are, depth first; tokens that only hold an inner scope are left out unless it is empty. */
export function positions(model: ProcessModel, instance: Instance): Position[] {
  const result: Position[] = [];
  const walk = (scope: Scope, path: readonly string[]): void => {
    const joined = new Set<string>();
    for (const token of scope.tokens) {
      if (token.scope?.tokens.length) {
        walk(token.scope, [...path, token.el]);
        if (!token.subs?.length) continue;
      }
      const parked = token.ready || (token.wait !== undefined && PARKED.has(token.wait));
      const gateway = parked && (model.elements.get(token.el)?.incoming.length ?? 0) > 1 &&
        isGateway(model, token.el);
      if (gateway && joined.has(token.el)) continue;
      if (gateway) joined.add(token.el);
      const count = gateway ? scope.tokens.filter((other) => other.el === token.el).length : 1;
      result.push(position(model, token, path, count));
    }
  };
  walk(instance.state.root, []);
  return result;
}

function isGateway(model: ProcessModel, id: string): boolean {
  return model.elements.get(id)?.type.endsWith("Gateway") ?? false;
}

function position(model: ProcessModel, token: Token, scopes: readonly string[], count: number): Position {
  const node = model.elements.get(token.el);
  return {
    elementId: token.el,
    elementType: node?.type ?? "task",
    name: node?.name,
    scopes,
    count,
    waitsFor: token.ready ? "ready" : token.wait ?? "ready",
    token: token.id,
    jobId: token.job,
    userTaskId: token.task,
    childId: token.child,
    incidentId: token.incident,
    item: token.item,
    events: (token.subs ?? []).map(armedEvent),
  };
}

function armedEvent(sub: Subscribed): ArmedEvent {
  return { elementId: sub.el, kind: sub.kind, name: sub.name, dueAt: sub.due };
}

/** @returns Events that the instance's scopes wait for: armed event sub-processes. */
export function armedScopes(instance: Instance): ArmedEvent[] {
  const result: ArmedEvent[] = [];
  const walk = (scope: Scope): void => {
    for (const sub of scope.subs ?? []) result.push(armedEvent(sub));
    for (const token of scope.tokens) if (token.scope) walk(token.scope);
  };
  walk(instance.state.root);
  return result;
}

/**
 * @param at Milliseconds since 1970 UTC; the steps' `endedAt`.
 * @returns Steps that have started and not ended, by sequence.
 */
export function runningSteps(model: ProcessModel, instance: Instance, at: number): Step[] {
  const steps: Step[] = [];
  const walk = (scope: Scope): void => {
    for (const token of scope.tokens) {
      if (token.seq !== undefined && token.at !== undefined) {
        steps.push({
          sequence: token.seq,
          elementId: token.el,
          elementType: model.elements.get(token.el)?.type ?? "task",
          status: "started",
          startedAt: token.at,
          endedAt: Math.max(at, token.at),
          item: token.item,
        });
      }
      if (token.scope) walk(token.scope);
    }
  };
  walk(instance.state.root);
  return steps.sort((a, b) => a.sequence - b.sequence);
}
