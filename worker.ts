/**
 * A background worker for one store: runs handlers, timers, messages, called processes.
 *
 * @module
 */
import { checkStateFormat } from "./runtime/state_format.ts";
import { loadTelemetry } from "./runtime/telemetry.ts";
import { Worker } from "./runtime/worker/worker.ts";
import type { WorkerOptions } from "./runtime/worker/options.ts";

export { Worker };
export type * from "./runtime/worker/options.ts";
export type * from "./runtime/mod.ts";
export type * from "./storage/store.ts";
export { BpmnError } from "./runtime/handler.ts";

/**
 * Makes a worker; {@link Worker.start} sets it to work, {@link Worker.drain} does what is due and returns.
 *
 * @example
 * ```ts
 * import { PostgresStore } from "@baton/bpmn/postgres";
 *
 * await using worker = await createWorker({
 *   store: await PostgresStore.open("postgres://localhost/shop"),
 *   handlers: { charge: (ctx) => ({ paid: ctx.get("total") }) },
 * });
 * await worker.run(); // until it is stopped
 * ```
 */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  await loadTelemetry();
  if (options.migrate !== false) await options.store.migrate();
  await checkStateFormat(options.store);
  return new Worker(options);
}
