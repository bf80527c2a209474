/**
 * Complex gateway (BPMN 2.0.2, 13.4.5). Waiting for start, it fires as soon as its activation condition holds;
 * then it waits for reset until no further token can come, consumes the late ones, and starts afresh.
 */
import type { Gateway, SequenceFlow } from "../../model/types.ts";
import { test } from "../evaluate.ts";
import { chooseFlows, joinInto } from "../flow.ts";
import type { Scope, Token } from "../state.ts";
import type { Work } from "../work.ts";
import type { ElementBehavior } from "./behavior.ts";
import { canGrow } from "./inclusive_gateway.ts";

export const complexGateway: ElementBehavior<Gateway> = {
  enter(w, token, node) {
    token.at = w.at;
    token.wait = "complex";
    const scope = w.scopeOf(token);
    w.touched.add(scope);
    if (!scope.complex?.[node.id]) tryStart(w, scope, node, token);
  },
};

/** One token per flow that holds any. */
function arrivals(scope: Scope, node: Gateway, except?: readonly string[]): Map<string | undefined, Token> {
  const tokens = new Map<string | undefined, Token>();
  for (const token of scope.tokens) {
    if (token.el !== node.id || token.wait !== "complex" || tokens.has(token.via)) continue;
    if (!except?.includes(token.via ?? "")) tokens.set(token.via, token);
  }
  return tokens;
}

function tryStart(w: Work, scope: Scope, node: Gateway, token: Token): void {
  const tokens = arrivals(scope, node);
  const extra = { activationCount: tokens.size, waitingForStart: true };
  if (node.activationCondition && !test(w, node.activationCondition, token, extra)) return;
  const flows = chooseFlows(w, token, node, extra);
  const used = [...tokens.keys()].filter((via): via is string => via !== undefined);
  joinInto(w, [...tokens.values()], flows);
  // With a single incoming flow there is nothing to wait for.
  if (node.incoming.length > 1) (scope.complex ??= {})[node.id] = { used };
}

/** Resets the scope's complex gateways that can expect no further token. */
export function settleComplexGateways(w: Work, scope: Scope): void {
  if (!scope.complex) return;
  for (const id of Object.keys(scope.complex)) {
    const node = w.element(id) as Gateway;
    const { used } = scope.complex[id];
    const late = arrivals(scope, node, used);
    const filled = new Set([...used, ...[...late.keys()].filter((via): via is string => via !== undefined)]);
    if (canGrow(w, scope, node, filled)) continue;
    reset(w, scope, node, [...late.values()]);
  }
}

function reset(w: Work, scope: Scope, node: Gateway, late: readonly Token[]): void {
  const [first] = late;
  if (first) w.guard(first, undefined, () => joinInto(w, late, resetFlows(w, first, node)));
  // Its late tokens are still there: the reset is tried again when the incident is resolved.
  if (first?.incident) return;
  delete scope.complex![node.id];
  if (!Object.keys(scope.complex!).length) scope.complex = undefined;
  // What came on a used flow meanwhile belongs to the next round.
  const next = scope.tokens.find((token) => token.el === node.id && token.wait === "complex");
  if (next) w.guard(next, undefined, () => tryStart(w, scope, node, next));
}

/** At the reset only conditions that speak of `waitingForStart` are evaluated; it is false now. */
function resetFlows(w: Work, token: Token, node: Gateway): SequenceFlow[] {
  return node.outgoing.filter((flow) =>
    flow.condition?.names?.has("waitingForStart") &&
    test(w, flow.condition, token, { activationCount: 0, waitingForStart: false })
  );
}
