/**
 * An idle system in a process of its own: `latency_process.ts baton|graphile-worker URL`, on an empty database. Prints a
 * line when it is ready, and then, for each line that it reads, the milliseconds from a start until the handler began.
 * Ends when there are no more lines.
 *
 * In both the one who starts has connections of its own, as another process would: the worker learns of the job from a
 * notification.
 *
 * @module
 */
import { createEngine } from "../mod.ts";
import { PostgresStore } from "../storage/postgres.ts";
import { createWorker } from "../worker.ts";
import { deployFulfilment, HANDLERS, startOrders, TASKS } from "./fulfilment.ts";
import { openIdleGraphileWorker } from "./peers/graphile_worker.ts";
import { linesOf } from "./process.ts";

const [system, url] = Deno.args;

/** Something that is started and measured, one at a time. */
interface Idle extends AsyncDisposable {
  /** @returns How long it took until the handler began, in milliseconds. */
  measure(): Promise<number>;
}

async function openIdleBaton(): Promise<Idle> {
  const store = await PostgresStore.open(url);
  const engine = await createEngine({ store });
  await deployFulfilment(engine);
  let begins = Promise.withResolvers<number>();
  const worker = await createWorker({
    store: await PostgresStore.open(url),
    handlers: { ...HANDLERS, "validate-order": () => begins.resolve(performance.now()) },
  });
  worker.start();
  let orders = 0;
  return {
    async measure() {
      begins = Promise.withResolvers();
      const started = performance.now();
      await startOrders(engine, 1);
      const began = await begins.promise;
      // The order's other tasks are done before the next one: the system is idle again.
      orders++;
      while (worker.counters().completed < orders * TASKS) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return began - started;
    },
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}

await using idle = system === "baton" ? await openIdleBaton() : await openIdleGraphileWorker(url);
console.log("ready");
for await (const _ of linesOf(Deno.stdin.readable)) console.log(await idle.measure());
