/** The network between workers and server: it drops, delays, half-closes, and goes silent. */
import { cuttingProxy } from "../../support/cutting_proxy.ts";
import { pause, type Scenario, World } from "../world.ts";

/** Connections that are closed, half-closed, slow, refused, or answered by nobody. */
export const network: Scenario = {
  name: "network",
  what: "connections dropped, half-closed, delayed, refused, answers lost",
  async run(size) {
    await using world = await World.open({ size, proxy: cuttingProxy });
    const { proxy, random } = world;
    const kinds: readonly (() => Promise<string>)[] = [
      async () => {
        for (let times = 0; times < 3; times++) {
          proxy.cut();
          await pause(random.below(200));
        }
        return "connections dropped three times";
      },
      async () => {
        proxy.halfClose();
        await pause(random.below(500));
        return "connections half-closed";
      },
      async () => {
        proxy.cutting = true;
        await pause(random.below(800));
        proxy.cutting = false;
        return "answers lost";
      },
      async () => {
        proxy.delayMs = 50 + random.below(250);
        await pause(1_000);
        const what = `everything ${proxy.delayMs} ms late for a second`;
        proxy.delayMs = 0;
        return what;
      },
      async () => {
        proxy.refusing = true;
        proxy.cut();
        await pause(random.below(1_000));
        proxy.refusing = false;
        return "connections dropped and new ones refused";
      },
    ];
    await world.trouble((round) => kinds[round % kinds.length]());
    return await world.end();
  },
};

/** Packets go nowhere, and nobody is told. */
export const silence: Scenario = {
  name: "silence",
  what: "connections that go dead without a word, new ones too",
  async run(size) {
    await using world = await World.open({ size, proxy: cuttingProxy });
    await world.trouble(async () => {
      world.proxy.silent = true;
      const ms = 500 + world.random.below(2 * size.leaseMs);
      await pause(ms);
      world.proxy.silent = false;
      return `silent for ${ms} ms`;
    });
    return await world.end();
  },
};
