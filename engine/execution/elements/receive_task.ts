/** Receive task (BPMN 2.0.2, 10.3.3): waits for its message. */
import type { TaskElement } from "../../model/types.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { arm, definitionsOf } from "../events/subscribe.ts";
import type { ElementBehavior } from "./behavior.ts";

export const receiveTask: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) =>
    startActivity(w, token, node, () => {
      arm(w, token, token, { id: node.id, definitions: definitionsOf(node) });
      token.wait = "event";
    }),
};
