/** Intermediate catch event (BPMN 2.0.2, 10.5.4): waits for its events; a link passes on. */
import type { IntermediateCatchEvent } from "../../model/types.ts";
import { outOfEvent } from "../events/leave.ts";
import { arm } from "../events/subscribe.ts";
import type { ElementBehavior } from "./behavior.ts";

export const intermediateCatchEvent: ElementBehavior<IntermediateCatchEvent> = {
  enter(w, token, node) {
    if (node.definitions.some((definition) => definition.kind === "link")) {
      w.begin(token);
      return outOfEvent(w, token, node);
    }
    arm(w, token, token, node);
    w.begin(token);
    token.wait = "event";
  },
};
