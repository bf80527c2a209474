/** Parallel gateway (BPMN 2.0.2, 13.4.1): joins one token per incoming flow, then forks. */
import type { Gateway } from "../../model/types.ts";
import { joinInto } from "../flow.ts";
import type { Token } from "../state.ts";
import type { ElementBehavior } from "./behavior.ts";

export const parallelGateway: ElementBehavior<Gateway> = {
  enter(w, token, node) {
    token.at = w.at;
    if (node.incoming.length < 2) return joinInto(w, [token], node.outgoing);
    token.wait = "join";
    // Counted per flow, not per token: two tokens on one flow do not open the join, the second one belongs to the
    // next round. Tokens without a flow (an ad-hoc start) count as one more.
    const arrived = new Map<string | undefined, Token>();
    for (const other of w.scopeOf(token).tokens) {
      if (other.el === node.id && other.wait === "join" && !arrived.has(other.via)) {
        arrived.set(other.via, other);
      }
    }
    if (node.incoming.every((flow) => arrived.has(flow.id))) {
      joinInto(w, [...arrived.values()], node.outgoing);
    }
  },
};
