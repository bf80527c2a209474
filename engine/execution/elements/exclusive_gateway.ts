/** Exclusive gateway (BPMN 2.0.2, 13.4.2): the first true flow in document order; it never synchronises. */
import type { Gateway, SequenceFlow } from "../../model/types.ts";
import { test } from "../evaluate.ts";
import { noFlow, take } from "../flow.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";
import type { ElementBehavior } from "./behavior.ts";

export const exclusiveGateway: ElementBehavior<Gateway> = {
  enter(w, token, node) {
    const flow = node.outgoing.length ? choose(w, token, node) : undefined;
    w.begin(token);
    w.end(token, "completed");
    take(w, token, flow ? [flow] : []);
  },
};

function choose(w: Work, token: Token, node: Gateway): SequenceFlow {
  for (const flow of node.outgoing) {
    // A flow without condition that is not the default counts as true.
    if (!flow.isDefault && (!flow.condition || test(w, flow.condition, token))) return flow;
  }
  if (!node.defaultFlow) throw noFlow(node);
  return node.defaultFlow;
}
