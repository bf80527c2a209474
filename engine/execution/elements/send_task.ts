/** Send task (BPMN 2.0.2, 10.3.3): a job if it names a job type, else the engine publishes its message. */
import type { TaskElement } from "../../model/types.ts";
import { completeActivity } from "../activities/complete.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { openHandlerJob } from "../activities/jobs.ts";
import { publishMessage } from "../events/messages.ts";
import type { ElementBehavior } from "./behavior.ts";

export const sendTask: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) =>
    startActivity(w, token, node, () => {
      if (node.job) return openHandlerJob(w, token, node, node.job);
      if (node.message) publishMessage(w, token, node.message, w.vars.ownOf(token) ?? {});
      completeActivity(w, token, node);
    }),
};
