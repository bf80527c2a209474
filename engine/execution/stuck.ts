/**
 * An instance is stuck when tokens remain, all parked in front of joins, complex gateways or start quantities, and
 * nothing is open that could move them (13.4 of BPMN 2.0.2 calls such a state erroneous). It stays running.
 */
import type { Scope, Token } from "./state.ts";
import type { Work } from "./work.ts";

const PARKED = new Set(["join", "inclusive", "complex", "quantity"]);

/** Raises a `stuck` incident unless another incident is open: that one explains enough. */
export function raiseIfStuck(w: Work): void {
  if (w.state.incidents || !w.state.root.tokens.length) return;
  let parked: Token | undefined;
  const moves = (scope: Scope): boolean =>
    scope.subs !== undefined || scope.tokens.some((token) => {
      if (token.wait && PARKED.has(token.wait)) {
        parked ??= token;
        return false;
      }
      if (token.subs?.length) return true;
      // A scope or a compensation is what its inner tokens are.
      return token.scope && token.scope.tokens.length ? moves(token.scope) : token.wait !== "compensation";
    });
  if (moves(w.state.root) || !parked) return;
  w.raise(
    parked,
    "stuck",
    `Nothing can reach "${parked.el}" any more: it waits for a token that no other branch can bring`,
    undefined,
    true,
  );
}
