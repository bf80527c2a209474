/** Handlers for tests of the command line: a total over 1,000 is refused, every time. */
import type { Handlers } from "../../../runtime/handler.ts";

export const handlers: Handlers = {
  "Validate-Order": (ctx) => ({ valid: ctx.get("total") !== undefined }),
  "reserve-inventory": () => ({ reserved: true }),
  "process-payment": (ctx) => {
    if ((ctx.get<number>("total") ?? 0) > 1_000) ctx.fail({ message: "Too much", retry: false });
    return { paid: true };
  },
  "fulfil-order": () => ({ fulfilled: true }),
};
