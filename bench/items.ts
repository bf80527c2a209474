/**
 * The handler of `models/multi_instance.bpmn`, for this process and for worker processes.
 *
 * @module
 */
import type { Handlers } from "../worker.ts";

/** @param maxMs Each takes 0 to this many milliseconds, so that items end in random order. */
export function itemHandlers(maxMs: number): Handlers {
  return {
    item: async (context) => {
      const item = Number(context.get("item"));
      if (maxMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * maxMs));
      return { result: item * 2 };
    },
  };
}
