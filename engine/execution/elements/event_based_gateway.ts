/** Event-based gateway (BPMN 2.0.2, 13.4.4): the first event behind it decides. */
import type { Gateway } from "../../model/types.ts";
import { arm, definitionsOf } from "../events/subscribe.ts";
import type { ElementBehavior } from "./behavior.ts";

export const eventBasedGateway: ElementBehavior<Gateway> = {
  enter(w, token, node) {
    for (const { target } of node.outgoing) {
      arm(w, token, token, { id: target.id, definitions: definitionsOf(target) });
    }
    w.begin(token);
    token.wait = "event";
  },
};
