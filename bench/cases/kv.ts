/**
 * Deno KV in a file beside its own commit rate: what a store could do that needed one commit for each task.
 *
 * @module
 */
import { createEngine } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { type BenchCase, type BenchContext, row } from "../case.ts";
import { checkCompleted, deployFulfilment, runStream, startOrders, TASKS } from "../fulfilment.ts";
import { rate } from "../rate.ts";
import { spawnWorker } from "../spawn_worker.ts";

const kv: BenchCase = {
  name: "kv",
  async run(context) {
    const dir = await Deno.makeTempDir({ prefix: "baton-bench-kv-" });
    try {
      const commits = await commitRate(context, `${dir}/own`);
      const instances = context.quick ? 300 : 5_000;
      context.log(`Deno KV: ${instances} orders`);
      await using store = await KvStore.open(`${dir}/orders`);
      const { tasksPerSecond, instancesPerSecond } = await runStream(store, { instances });
      const two = await drainByTwo(context, `${dir}/two`, instances);
      return [
        row({
          case: "Deno KV file, started and run, no-op handlers",
          value: tasksPerSecond,
          unit: "tasks/s",
          peer: { name: "commits of KV itself", value: commits },
          atLeast: 0.15,
          configuration:
            `${instances} orders of 4 tasks (${
              Math.round(instancesPerSecond)
            } instances/s), one process, one worker of 64; KV itself: one check and four sets of 200 bytes per commit, ` +
            "one after the other",
        }),
        row({
          case: "Deno KV file, two worker processes",
          value: two,
          unit: "tasks/s",
          peer: { name: "commits of KV itself", value: commits },
          atLeast: 0.15,
          configuration:
            `${instances} waiting orders of 4 tasks, no-op handlers, two processes with a worker of 64 each`,
        }),
      ];
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};

/** @returns Tasks per second of two processes on one file that share orders which wait. */
async function drainByTwo(context: BenchContext, path: string, instances: number): Promise<number> {
  context.log(`Deno KV: ${instances} orders, two worker processes`);
  await using store = await KvStore.open(path);
  await using engine = await createEngine({ store, closeStore: false });
  await deployFulfilment(engine);
  await startOrders(engine, instances);
  const processes = [1, 2].map(spawnWorker);
  const run = { url: `kv:${path}`, handlers: "orders", maxHandlerMs: 0 } as const;
  await Promise.all(processes.map((each) => each.open(run)));
  const began = performance.now();
  await Promise.all(processes.map((each) => each.go()));
  while ((await store.listInstances({ statuses: ["running"], take: 1 })).items.length > 0) await pause(20);
  const elapsed = performance.now() - began;
  const counters = await Promise.all(processes.map((each) => each.end()));
  for (const each of processes) await each[Symbol.asyncDispose]();
  const idle = counters.find(({ completed }) => completed === 0);
  if (idle) throw new Error("Cannot trust the figure: one of the two processes did nothing");
  await checkCompleted(store, instances);
  return instances * TASKS / elapsed * 1000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Commits of one check and four sets, in sequence: the file takes one at a time, however many are asked for. */
async function commitRate(context: BenchContext, path: string): Promise<number> {
  context.log("Deno KV: its own commits");
  using database = await Deno.openKv(path);
  const value = "x".repeat(200);
  let next = 0;
  return await rate(async () => {
    const n = next++;
    const { ok } = await database.atomic()
      .check({ key: ["a", n], versionstamp: null })
      .set(["a", n], value).set(["b", n], value).set(["c", n], value).set(["d", n], value)
      .commit();
    if (!ok) throw new Error("Cannot measure Deno KV: a commit of its own key was refused");
  }, { ms: context.measureMs });
}

export default kv;
