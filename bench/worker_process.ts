/**
 * One worker process for the cases that compare one with several.
 *
 * Each line on standard input that is a `WorkerRun` as JSON opens a store, which it answers with `ready`; `go` begins
 * the work, `count` prints the worker's counters, `end` stops it and prints them once more. It exits when standard
 * input ends.
 *
 * @module
 */
import { KvStore } from "../storage/kv.ts";
import { PostgresStore } from "../storage/postgres.ts";
import { createWorker, type Handlers, type Worker } from "../worker.ts";
import { HANDLERS } from "./fulfilment.ts";
import { itemHandlers } from "./items.ts";
import type { WorkerRun } from "./spawn_worker.ts";
import { linesOf } from "./process.ts";

function handlersOf({ handlers, maxHandlerMs }: WorkerRun): Handlers {
  if (handlers === "items") return itemHandlers(maxHandlerMs);
  if (maxHandlerMs === 0) return HANDLERS;
  return Object.fromEntries(Object.keys(HANDLERS).map((type) => [type, sleeping(maxHandlerMs)]));
}

function sleeping(maxMs: number): () => Promise<void> {
  return () => new Promise((resolve) => setTimeout(resolve, Math.random() * maxMs));
}

async function open(run: WorkerRun): Promise<Worker> {
  const store = run.url.startsWith("kv:")
    ? await KvStore.open(run.url.slice("kv:".length))
    : await PostgresStore.open(run.url, { schema: run.schema, migrate: false });
  return await createWorker({ store, handlers: handlersOf(run), migrate: false });
}

let worker: Worker | undefined;

async function obey(line: string): Promise<void> {
  if (worker && line === "go") return worker.start();
  if (worker && (line === "count" || line === "end")) {
    if (line === "end") await worker.stop();
    console.log(JSON.stringify(worker.counters()));
    return;
  }
  worker = await open(JSON.parse(line));
  console.log("ready");
}

for await (const line of linesOf(Deno.stdin.readable)) await obey(line);
await worker?.stop();
