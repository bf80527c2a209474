/** Business rule task (BPMN 2.0.2, 10.3.3): a job, for the rules are evaluated by a handler. */
import { serviceTask } from "./service_task.ts";

export const businessRuleTask = serviceTask;
