/** End event (BPMN 2.0.2, 10.5.3 and 13.5.6): throws before its scope completes, then consumes the token. */
import type { EndEvent } from "../../model/types.ts";
import { outOfEvent } from "../events/leave.ts";
import { throwEvent } from "../events/throw_event.ts";
import type { ElementBehavior } from "./behavior.ts";

export const endEvent: ElementBehavior<EndEvent> = {
  enter(w, token, node) {
    if (node.definitions.length) return void w.throws.push(token);
    w.begin(token);
    outOfEvent(w, token, node);
  },
  throw: throwEvent,
};
