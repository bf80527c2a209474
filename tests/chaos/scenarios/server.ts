/** The server goes away in every way, and comes back. */
import { sql } from "../../support/postgres_sql.ts";
import type { StopSignal } from "../../support/own_postgres.ts";
import { pause, type Scenario, World } from "../world.ts";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGQUIT", "SIGKILL"];

/** A restart: fast, immediate, and by `kill -9` of the main process. */
export const restart: Scenario = {
  name: "restart",
  what: "the server stopped (fast, immediate, kill -9) and started again",
  async run(size) {
    await using world = await World.open({ size });
    await world.trouble(async (round) => {
      const signal = SIGNALS[round % SIGNALS.length];
      await world.server.stop(signal);
      const ms = world.random.below(1_500);
      await pause(ms);
      await world.server.start();
      return `server under ${signal}, away for ${ms} ms more than it takes`;
    });
    return await world.end();
  },
};

/** `kill -9` of one server process: the server throws all sessions out and recovers by itself. */
export const crash: Scenario = {
  name: "crash",
  what: "one process of the server under SIGKILL: the server recovers by itself",
  async run(size) {
    await using world = await World.open({ size });
    await world.trouble(async () => {
      const sessions = await sql(
        world.server.url,
        "select pid from pg_stat_activity where application_name = 'baton' order by pid",
      );
      const { pid } = world.random.pick(sessions);
      Deno.kill(Number(pid), "SIGKILL");
      await world.server.answers(); // how long it recovers is its own affair
      return "a server process killed";
    });
    return await world.end();
  },
};

/** Sessions ended by an administrator, at random. */
export const terminate: Scenario = {
  name: "terminate",
  what: "pg_terminate_backend and pg_cancel_backend at random",
  async run(size) {
    await using world = await World.open({ size });
    await world.trouble(async () => {
      const until = performance.now() + 1_000;
      let ended = 0;
      while (performance.now() < until) {
        const how = world.random.below(2) === 0 ? "terminate" : "cancel";
        const ending = await sql(
          world.server.url,
          `select pg_${how}_backend(pid) from pg_stat_activity
           where application_name = 'baton' and random() < 0.3`,
        );
        ended += ending.length;
        await pause(world.random.below(100));
      }
      return `${ended} sessions or statements ended`;
    });
    return await world.end();
  },
};
