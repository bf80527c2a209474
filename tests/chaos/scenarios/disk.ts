/** The server's disk is full. */
import { mayMount } from "../../support/own_postgres.ts";
import { pause, type Scenario, World } from "../world.ts";

const DISK_MIB = 192;

/** Somebody else's file takes all that is left; then it is removed. The server may go down by it. */
export const disk: Scenario = {
  name: "disk",
  what: "the server's disk is full for a while",
  async skip() {
    return await mayMount() ? undefined : "a small file system takes root on Linux";
  },
  async run(size) {
    await using world = await World.open({
      size,
      server: { diskMiB: DISK_MIB, settings: { max_wal_size: "32MB", min_wal_size: "32MB" } },
    });
    const ballast = `${world.server.dir}/data/ballast`;
    await world.trouble(async () => {
      using file = await Deno.open(ballast, { create: true, write: true });
      const chunk = new Uint8Array(64 * 1_024);
      const until = performance.now() + 2_000 + world.random.below(1_000);
      let written = 0;
      while (performance.now() < until) {
        try {
          written += await file.write(chunk);
        } catch {
          await pause(20); // full: which is the point
        }
      }
      await Deno.remove(ballast);
      const down = await world.server.restartIfDown();
      return `disk full by ${written >> 20} MiB${down ? ", which took the server down" : ""}`;
    });
    return await world.end();
  },
};
