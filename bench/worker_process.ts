/**
 * One worker process for the cases that compare one with several: `worker_process.ts URL SCHEMA MAX_HANDLER_MS [WARM]`.
 * A URL of `kv:` and a path is a Deno KV file, without a schema. What waits in the schema WARM is worked off first: the
 * code is compiled then, once in each process.
 *
 * Says `ready` on standard output, begins at the first line on standard input, and prints its counters when
 * standard input ends.
 *
 * @module
 */
import { KvStore } from "../storage/kv.ts";
import { PostgresStore } from "../storage/postgres.ts";
import { createWorker, type Handlers } from "../worker.ts";
import { HANDLERS } from "./fulfilment.ts";

const [url, schema, maxHandlerMs, warm] = Deno.args;
const handlers: Handlers = Number(maxHandlerMs) === 0
  ? HANDLERS
  : Object.fromEntries(Object.keys(HANDLERS).map((type) => [type, sleeping(Number(maxHandlerMs))]));

function sleeping(maxMs: number): () => Promise<void> {
  return () => new Promise((resolve) => setTimeout(resolve, Math.random() * maxMs));
}

if (warm !== undefined) {
  const store = await PostgresStore.open(url, { schema: warm, migrate: false });
  await using worker = await createWorker({ store, handlers: HANDLERS, migrate: false });
  await worker.drain();
}
const store = url.startsWith("kv:")
  ? await KvStore.open(url.slice("kv:".length))
  : await PostgresStore.open(url, { schema, migrate: false });
const worker = await createWorker({ store, handlers, migrate: false });
console.log("ready");
const input = Deno.stdin.readable.getReader();
await input.read();
worker.start();
while (!(await input.read()).done);
await worker.stop();
console.log(JSON.stringify(worker.counters()));
