/**
 * The demo's handlers: they take a little time, and some attempts fail. What they do depends only on the order and
 * the attempt, so that every demo with the same seed shows the same failures.
 *
 * A handler module like any other: `worker --handlers cli/demo/handlers.ts`.
 */
import type { Handler, HandlerContext } from "../../runtime/handler.ts";

/** By job type. */
export const handlers: Readonly<Record<string, Handler>> = {
  "validate-order": async (ctx) => {
    await work(ctx, { fromMs: 40, toMs: 120 });
    return { valid: (ctx.get<number>("items") ?? 0) > 0 };
  },
  "reserve-inventory": async (ctx) => {
    await work(ctx, { fromMs: 80, toMs: 280, fails: 0.12, because: "The warehouse is busy" });
    return { reservation: `R-${ctx.jobId}` };
  },
  "process-payment": async (ctx) => {
    await work(ctx, { fromMs: 150, toMs: 500, fails: 0.2, because: "The card processor did not answer" });
    // The job's id stays the same through retries: the processor would see a repeated charge by it.
    return { payment: `P-${ctx.jobId}` };
  },
  "fulfil-order": async (ctx) => {
    await work(ctx, { fromMs: 80, toMs: 240 });
    return { fulfilled: true };
  },
};

interface Work {
  readonly fromMs: number;
  readonly toMs: number;
  /** Share of attempts that fail; default none. The third attempt never does. */
  readonly fails?: number;
  readonly because?: string;
}

async function work(ctx: HandlerContext, { fromMs, toMs, fails = 0, because }: Work): Promise<void> {
  const about = `${ctx.get("seed")}/${ctx.instance.businessKey}/${ctx.type}/${ctx.attempt}`;
  await pause(fromMs + (toMs - fromMs) * chance(`time ${about}`), ctx.signal);
  if (ctx.attempt < 3 && chance(`luck ${about}`) < fails) {
    ctx.fail({ message: because ?? "It failed", retryInMs: 150 * ctx.attempt });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** @returns A number from 0 up to 1 that depends on nothing but the text (FNV-1a, then mixed). */
export function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
