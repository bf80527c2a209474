/** Boundary event (BPMN 2.0.2, 10.5.4): armed with its activity, fired in `events/fire.ts`; here it only goes on. */
import type { BoundaryEvent } from "../../model/types.ts";
import { outOfEvent } from "../events/leave.ts";
import type { ElementBehavior } from "./behavior.ts";

export const boundaryEvent: ElementBehavior<BoundaryEvent> = {
  enter(w, token, node) {
    w.begin(token);
    outOfEvent(w, token, node);
  },
};
