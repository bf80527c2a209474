/** Manual task (BPMN 2.0.2, 10.3.3): done outside of any system, so the engine only notes that it was passed. */
import { task } from "./task.ts";

export const manualTask = task;
