/**
 * Handlers for `leave_request.bpmn`, by job type. A worker runs them:
 *
 *     deno task worker --db kv:leave.kv --handlers examples/leave_handlers.ts
 */
import type { Handlers } from "../mod.ts";

/** Stands for a table of people and the days that they have left. */
const DAYS_LEFT: Readonly<Record<string, number>> = { ann: 12, ben: 2 };

/** What a worker looks for. */
export const handlers: Handlers = {
  "check-balance": (ctx) => {
    const balance = DAYS_LEFT[ctx.get<string>("person") ?? ""];
    // The model's own error: its boundary event catches it.
    if (balance === undefined) ctx.throwBpmnError("UNKNOWN_PERSON");
    return { balance };
  },
  remind: (ctx) => {
    console.log(`Instance ${ctx.instance.id}: ${ctx.get("person")} waits for an answer`);
  },
};
