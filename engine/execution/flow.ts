/** How a token leaves a node (BPMN 2.0.2, 13.3.1 and 13.3.2): the implicit split, and completion quantities. */
import type { FlowNode, SequenceFlow } from "../model/types.ts";
import { test } from "./evaluate.ts";
import { ModelError } from "./model_error.ts";
import type { Token } from "./state.ts";
import type { Work } from "./work.ts";

/**
 * The flows that a token takes: unconditional ones always, conditional ones if true, the default only if no
 * conditional flow was true.
 *
 * @throws {ModelError} `no-flow` if there are outgoing flows and none is taken.
 */
export function chooseFlows(
  w: Work,
  token: Token,
  node: FlowNode,
  extra?: Record<string, unknown>,
): readonly SequenceFlow[] {
  // Without conditions none can be true, so that a default flow is taken like the others.
  if (!node.hasConditions) return node.outgoing;
  const taken: SequenceFlow[] = [];
  let conditionHeld = false;
  for (const flow of node.outgoing) {
    if (flow.isDefault) continue;
    if (!flow.condition) taken.push(flow);
    else if (test(w, flow.condition, token, extra)) {
      conditionHeld = true;
      taken.push(flow);
    }
  }
  if (!conditionHeld && node.defaultFlow) taken.push(node.defaultFlow);
  if (!taken.length) throw noFlow(node);
  return taken;
}

/** @returns The error of a node that has no flow to take. */
export function noFlow(node: FlowNode): ModelError {
  return new ModelError(
    "no-flow",
    `Cannot leave "${node.id}": no condition is true and there is no default flow`,
  );
}

/** Moves a token on: it goes, and one new token starts on each flow. */
export function take(w: Work, token: Token, flows: readonly SequenceFlow[], quantity = 1): void {
  const scope = w.scopeOf(token);
  w.remove(token);
  for (const flow of flows) {
    for (let i = 0; i < quantity; i++) w.add(scope, flow.target, flow);
  }
}

/** Leaves a node by the rules of the implicit split; without outgoing flows the token is consumed. */
export function takeOutgoing(w: Work, token: Token, node: FlowNode, quantity = 1): void {
  if (!node.outgoing.length) return w.remove(token);
  take(w, token, chooseFlows(w, token, node), quantity);
}

/** Consumes tokens at a gateway, whose step covers the time since the first of them came, and goes on. */
export function joinInto(w: Work, tokens: readonly Token[], flows: readonly SequenceFlow[]): void {
  const scope = w.scopeOf(tokens[0]);
  const since = Math.min(...tokens.map((token) => token.at ?? w.at));
  const [first] = tokens;
  w.begin(first);
  first.at = since;
  w.end(first, "completed");
  for (const token of tokens) {
    w.settleIncident(token);
    w.remove(token);
  }
  for (const flow of flows) w.add(scope, flow.target, flow);
}
