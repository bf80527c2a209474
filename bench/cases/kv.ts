/**
 * Deno KV in a file beside its own commit rate: what a store could do that needed one commit for each task.
 *
 * @module
 */
import { KvStore } from "../../storage/kv.ts";
import { type BenchCase, type BenchContext, row } from "../case.ts";
import { runStream } from "../fulfilment.ts";
import { rate } from "../rate.ts";

const kv: BenchCase = {
  name: "kv",
  async run(context) {
    const dir = await Deno.makeTempDir({ prefix: "baton-bench-kv-" });
    try {
      const commits = await commitRate(context, `${dir}/own`);
      const instances = context.quick ? 1_500 : 5_000;
      context.log(`Deno KV: ${instances} orders`);
      await using store = await KvStore.open(`${dir}/orders`);
      const { tasksPerSecond, instancesPerSecond } = await runStream(store, { instances });
      return [row({
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
      })];
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};

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
