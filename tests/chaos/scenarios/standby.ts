/** The primary dies, and its standby takes over. */
import { cuttingProxy } from "../../support/cutting_proxy.ts";
import { OwnPostgres } from "../../support/own_postgres.ts";
import { sql } from "../../support/postgres_sql.ts";
import { pause, type Scenario, World } from "../world.ts";

/**
 * With synchronous replication nothing is lost. Workers are led to the standby before it is promoted: a read-only
 * server is one that is away.
 */
export const standby: Scenario = {
  name: "standby",
  what: "kill -9 of the primary, workers led to a read-only standby, which is then promoted",
  async run(size) {
    await using world = await World.open({ size, proxy: cuttingProxy, driverThroughProxy: true });
    await world.workGoesOn();
    // Copied while the primary is stopped for a moment, which workers have to survive, too.
    await using second = await OwnPostgres.start({ standbyOf: world.server });
    await sql(world.server.url, "alter system set synchronous_standby_names = 'standby'");
    await sql(world.server.url, "select pg_reload_conf()");
    await world.trouble(async () => {
      const streaming = "select 1 from pg_stat_replication where sync_state = 'sync' and state = 'streaming'";
      while ((await sql(world.server.url, streaming)).length === 0) await pause(50);
      await pause(500);
      await world.server.stop("SIGKILL");
      world.proxy.port = second.port;
      world.proxy.cut();
      const ms = 200 + world.random.below(1_500);
      await pause(ms);
      await sql(second.url, "select pg_promote()");
      return `primary killed, promoted after ${ms} ms of being read-only`;
    }, 1);
    return await world.end();
  },
};
