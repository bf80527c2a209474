/**
 * Worker processes of the cases that compare one with several.
 *
 * @module
 */
import type { WorkerCounters } from "../worker.ts";
import { talkTo } from "./process.ts";

/** What a worker process works on. */
export interface WorkerRun {
  /** Of a PostgreSQL database, or `kv:` and the path of a Deno KV file. */
  readonly url: string;
  /** Absent: Deno KV has none. */
  readonly schema?: string;
  /** Whose handlers: order fulfilment, or items of a multi-instance. */
  readonly handlers: "orders" | "items";
  /** Handlers take 0 to this many ms. */
  readonly maxHandlerMs: number;
}

/** A process that works on one store after the other, so that its code is compiled once. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Opens a store and waits for the word. */
  open(run: WorkerRun): Promise<void>;
  /** Begins to work. */
  go(): Promise<void>;
  /** What it has done so far. */
  count(): Promise<WorkerCounters>;
  /** Stops, and closes the store. @returns What it has done with it. */
  end(): Promise<WorkerCounters>;
}

/** Starts a worker process. Disposing it ends the process. */
export function spawnWorker(): WorkerProcess {
  const process = talkTo("worker_process.ts", [], { worker: true });
  return {
    pid: process.pid,
    async open(run) {
      await process.say(JSON.stringify(run));
      const line = await process.hear();
      if (line !== "ready") throw new Error(`Cannot measure: a worker process said "${line}"`);
    },
    go: () => process.say("go"),
    async count() {
      await process.say("count");
      return JSON.parse(await process.hear());
    },
    async end() {
      await process.say("end");
      return JSON.parse(await process.hear());
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
