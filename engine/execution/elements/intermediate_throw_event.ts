/** Intermediate throw event (BPMN 2.0.2, 10.5.4): throws in phase 2, then goes on. */
import type { IntermediateThrowEvent } from "../../model/types.ts";
import { throwEvent } from "../events/throw_event.ts";
import type { ElementBehavior } from "./behavior.ts";

export const intermediateThrowEvent: ElementBehavior<IntermediateThrowEvent> = {
  enter: (w, token) => void w.throws.push(token),
  throw: throwEvent,
};
