/** Start event (BPMN 2.0.2, 10.5.2): the token passes; what triggered it is in `commands/life.ts`. */
import type { StartEvent } from "../../model/types.ts";
import { outOfEvent } from "../events/leave.ts";
import type { ElementBehavior } from "./behavior.ts";

export const startEvent: ElementBehavior<StartEvent> = {
  enter(w, token, node) {
    w.begin(token);
    outOfEvent(w, token, node);
  },
};
