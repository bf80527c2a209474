/**
 * A worker whose memory is watched, in a process of its own: `memory_process.ts URL INSTANCES FIRST`. Prints
 * `{ first, last, most }`, resident megabytes after FIRST orders, at the end, and the most between.
 *
 * @module
 */
import { PostgresStore } from "../storage/postgres.ts";
import { runStream } from "./fulfilment.ts";

const [url, instances, first] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
/** Samples that are averaged at either end: a collection of garbage may be due at any moment. */
const SAMPLES = 10;

const samples: number[] = [];
const sample = (): void => void samples.push(Deno.memoryUsage().rss / 2 ** 20);
await using store = await PostgresStore.open(url);
await runStream(store, { instances: first });
const timer = setInterval(sample, 200);
await new Promise((resolve) => setTimeout(resolve, 200 * (SAMPLES + 1)));
const before = mean(samples.splice(0));
clearInterval(timer);

await using second = await PostgresStore.open(url, { schema: "second" });
const watching = setInterval(sample, 200);
await runStream(second, { instances: instances - first });
clearInterval(watching);
sample();
console.log(
  JSON.stringify({ first: before, last: mean(samples.slice(-SAMPLES)), most: Math.max(...samples) }),
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
