/** Task without a kind (BPMN 2.0.2, 10.3.3 Abstract Task): completes at once, with a step. */
import type { TaskElement } from "../../model/types.ts";
import { completeActivity } from "../activities/complete.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import type { ElementBehavior } from "./behavior.ts";

export const task: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) => startActivity(w, token, node, () => completeActivity(w, token, node)),
};
