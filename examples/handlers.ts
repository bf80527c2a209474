/**
 * Handlers for `order_fulfillment.bpmn`, by job type. A worker runs them:
 *
 *     deno task worker --db kv:orders.kv --handlers examples/handlers.ts
 */
import type { Handlers } from "../mod.ts";

/** What a worker looks for. */
export const handlers: Handlers = {
  "validate-order": (ctx) => {
    const total = ctx.get<number>("total") ?? 0;
    // An error of the model's own: a boundary event may catch it. Without one it is an incident.
    if (total <= 0) ctx.throwBpmnError("EMPTY_ORDER", { message: "There is nothing to pay" });
    return { valid: true };
  },
  "reserve-inventory": (ctx) => ({ reservation: `R-${ctx.jobId}` }),
  "process-payment": async (ctx) => {
    // The job's id is the same in every attempt: with it a payment service can tell a repeated charge.
    const answer = await charge(ctx.jobId, ctx.get<number>("total") ?? 0, ctx.signal);
    if (!answer.ok) ctx.fail({ message: answer.message, retryInMs: 2_000 * ctx.attempt });
    return { payment: answer.id };
  },
  "fulfil-order": (ctx) => ({ fulfilledBy: ctx.instance.businessKey ?? ctx.instance.id }),
};

interface Answer {
  readonly ok: boolean;
  readonly id: string;
  readonly message: string;
}

/** Stands for a call to a payment service, with an idempotency key and a way to break it off. */
function charge(idempotencyKey: string, amount: number, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  return Promise.resolve({
    ok: amount < 10_000,
    id: `P-${idempotencyKey}`,
    message: "The card's limit is exceeded",
  });
}
