/**
 * Inclusive gateway (BPMN 2.0.2, 13.4.3). A join fires when at least one incoming flow has a token and every token
 * elsewhere in its scope that can still reach an empty flow can also reach a filled one.
 */
import type { Gateway } from "../../model/types.ts";
import { chooseFlows, joinInto } from "../flow.ts";
import { pathsTo } from "../reachability.ts";
import type { Scope, Token } from "../state.ts";
import type { Work } from "../work.ts";
import type { ElementBehavior } from "./behavior.ts";

export const inclusiveGateway: ElementBehavior<Gateway> = {
  enter(w, token, node) {
    token.at = w.at;
    if (node.incoming.length < 2) return joinInto(w, [token], chooseFlows(w, token, node));
    // Whether it may fire depends on where the others stand when the wave is over.
    token.wait = "inclusive";
    w.touched.add(w.scopeOf(token));
  },
};

/** Fires the inclusive joins of a scope that may fire, one at a time: each changes what the others can expect. */
export function settleInclusiveGateways(w: Work, scope: Scope): void {
  for (;;) {
    const open = firstThatMayFire(w, scope);
    if (open === undefined) return;
    fireJoin(w, scope, w.element(open) as Gateway);
  }
}

/** The join whose token came first, of those that may fire. */
function firstThatMayFire(w: Work, scope: Scope): string | undefined {
  let seen: Set<string> | undefined;
  for (const { wait, el } of scope.tokens) {
    if (wait !== "inclusive" || seen?.has(el)) continue;
    if (mayFire(w, scope, w.element(el) as Gateway)) return el;
    (seen ??= new Set()).add(el);
  }
  return undefined;
}

function mayFire(w: Work, scope: Scope, node: Gateway): boolean {
  const filled = new Set<string>();
  for (const token of scope.tokens) {
    if (token.el === node.id && token.wait === "inclusive" && token.via) filled.add(token.via);
  }
  return !canGrow(w, scope, node, filled);
}

/**
 * True if a token elsewhere can reach an empty incoming flow and no filled one: then it is worth waiting for it.
 * A token that is about to enter the gateway, or stands on an incident there, has reached its flow.
 */
export function canGrow(w: Work, scope: Scope, node: Gateway, filled: ReadonlySet<string>): boolean {
  if (filled.size === node.incoming.length) return false;
  const paths = pathsTo(node);
  for (const token of scope.tokens) {
    if (token.el === node.id) {
      if ((token.ready || token.incident) && token.via && !filled.has(token.via)) return true;
      continue;
    }
    const reached = paths.get(w.node(token));
    if (!reached) continue;
    let toEmpty = false;
    let toFilled = false;
    for (const flow of reached) {
      if (filled.has(flow)) toFilled = true;
      else toEmpty = true;
    }
    if (toEmpty && !toFilled) return true;
  }
  return false;
}

/** Consumes one token per filled flow; a surplus token waits for the next round. */
function fireJoin(w: Work, scope: Scope, node: Gateway): void {
  const consumed = new Map<string | undefined, Token>();
  for (const token of scope.tokens) {
    if (token.el === node.id && token.wait === "inclusive" && !consumed.has(token.via)) {
      consumed.set(token.via, token);
    }
  }
  const tokens = [...consumed.values()];
  const [first] = tokens;
  // An incident keeps all tokens: only the first one shows it, and it comes back to the join when it is resolved.
  w.guard(first, undefined, () => joinInto(w, tokens, chooseFlows(w, first, node)));
}
