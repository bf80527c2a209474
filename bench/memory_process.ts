/**
 * A worker whose memory is watched, in a process of its own: `memory_process.ts URL INSTANCES FIRST`. Prints
 * {@link MemoryOfWorker}.
 *
 * @module
 */
import { PostgresStore } from "../storage/postgres.ts";
import type { Worker } from "../worker.ts";
import { runStream, TASKS } from "./fulfilment.ts";

/** Resident megabytes while orders are started and run without a pause. */
export interface MemoryOfWorker {
  /** The mean from FIRST orders to twice as many: the code is compiled, caches are full. */
  readonly first: number;
  /** The mean of as many at the end. */
  readonly last: number;
  readonly most: number;
  /** The mean of each tenth of all orders. */
  readonly tenths: readonly number[];
}

interface Sample {
  readonly orders: number;
  readonly mb: number;
}

const [url, instances, first] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
await using store = await PostgresStore.open(url);
const samples: Sample[] = [];
let watching: ReturnType<typeof setInterval> | undefined;
await runStream(store, {
  instances,
  begun: (worker: Worker) => {
    watching = setInterval(() => {
      samples.push({ orders: worker.counters().completed / TASKS, mb: Deno.memoryUsage().rss / 2 ** 20 });
    }, 100);
  },
  done: () => clearInterval(watching),
});
const memory: MemoryOfWorker = {
  first: mean(first, 2 * first),
  last: mean(instances - first, instances),
  most: Math.max(...samples.map(({ mb }) => mb)),
  tenths: Array.from({ length: 10 }, (_, i) => mean(i / 10 * instances, (i + 1) / 10 * instances)),
};
console.log(JSON.stringify(memory));

function mean(from: number, to: number): number {
  const found = samples.filter(({ orders }) => orders >= from && orders <= to);
  return found.reduce((sum, { mb }) => sum + mb, 0) / found.length;
}
