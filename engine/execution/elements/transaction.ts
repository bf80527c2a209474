/** Transaction (BPMN 2.0.2, 10.3.5.2): a sub-process that a cancel end event undoes; see `events/cancel.ts`. */
import { subProcess } from "./sub_process.ts";

export const transaction = subProcess;
