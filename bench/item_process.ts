/**
 * One worker process for the items of the multi-instance case: `item_process.ts URL SCHEMA MAX_HANDLER_MS`.
 *
 * Says `ready` on standard output, begins at the first line on standard input, and prints its counters when
 * standard input ends.
 *
 * @module
 */
import { PostgresStore } from "../storage/postgres.ts";
import { createWorker } from "../worker.ts";
import { itemHandlers } from "./items.ts";

const [url, schema, maxHandlerMs] = Deno.args;
const store = await PostgresStore.open(url, { schema, migrate: false });
const worker = await createWorker({ store, handlers: itemHandlers(Number(maxHandlerMs)), migrate: false });
console.log("ready");
const input = Deno.stdin.readable.getReader();
await input.read();
worker.start();
while (!(await input.read()).done);
await worker.stop();
console.log(JSON.stringify(worker.counters()));
