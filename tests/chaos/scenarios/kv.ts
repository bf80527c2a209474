/** Processes on one Deno KV file, killed while they write. */
import { KvStore } from "../../../storage/kv.ts";
import { pause, type Scenario, World } from "../world.ts";

/** The file is shared by two workers and the one who starts. */
export const kv: Scenario = {
  name: "kv",
  what: "processes on one Deno KV file under SIGKILL",
  async run(size) {
    const folder = await Deno.makeTempDir({ prefix: "baton_chaos_kv_" });
    try {
      const place = `${folder}/shared.kv`;
      await using store = await KvStore.open(place);
      await using world = await World.on(store, place, { ...size, workers: Math.min(2, size.workers) });
      await world.trouble(async () => {
        const victim = world.random.below(world.workers.length);
        await pause(world.random.below(100));
        await world.workers[victim].kill();
        world.workers[victim] = await world.startWorker();
        return `killed worker ${victim}`;
      });
      return await world.end();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
