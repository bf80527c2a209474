/** Service task (BPMN 2.0.2, 10.3.3): a job for a handler. */
import type { TaskElement } from "../../model/types.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { openHandlerJob } from "../activities/jobs.ts";
import type { ElementBehavior } from "./behavior.ts";

export const serviceTask: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) => startActivity(w, token, node, () => openHandlerJob(w, token, node, node.job)),
};
