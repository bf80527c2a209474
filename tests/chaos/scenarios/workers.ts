/** Workers that are killed, and workers that sleep beyond their leases. */
import { pause, type Scenario, World } from "../world.ts";

/** SIGKILL: nothing in the process gets a chance to run. */
export const kill: Scenario = {
  name: "kill",
  what: "worker processes under SIGKILL",
  async run(size) {
    await using world = await World.open({ size });
    await world.trouble(async () => {
      const victim = world.random.below(world.workers.length);
      await pause(world.random.below(200));
      await world.workers[victim].kill();
      world.workers[victim] = await world.startWorker();
      return `killed worker ${victim}`;
    });
    return await world.end();
  },
};

/** SIGSTOP beyond the lease, then SIGCONT: the late worker finds its jobs done by others and drops its results. */
export const sleep: Scenario = {
  name: "sleep",
  what: "worker processes under SIGSTOP beyond the lease, then SIGCONT",
  async run(size) {
    await using world = await World.open({ size });
    await world.trouble(async () => {
      const victim = world.random.below(world.workers.length);
      await pause(world.random.below(200));
      Deno.kill(world.workers[victim].pid, "SIGSTOP");
      const ms = size.leaseMs + 200 + world.random.below(size.leaseMs);
      await pause(ms);
      Deno.kill(world.workers[victim].pid, "SIGCONT");
      return `worker ${victim} slept for ${ms} ms`;
    });
    return await world.end();
  },
};
