/**
 * PostgreSQL with one worker process beside graphile-worker: a task of a process against a plain job.
 *
 * @module
 */
import { type BenchCase, type BenchContext, row } from "../case.ts";
import type { Fulfilment } from "../fulfilment.ts";
import type { FulfilmentRun } from "../fulfilment_process.ts";
import { DBOS, dbosRate } from "../peers/dbos.ts";
import { GRAPHILE_WORKER, graphileWorkerRate } from "../peers/graphile_worker.ts";
import { PG_BOSS, pgBossRate } from "../peers/pg_boss.ts";
import { openBenchPostgres } from "../postgres.ts";
import { runProcess } from "../process.ts";

const postgres: BenchCase = {
  name: "postgres",
  async run(context) {
    const plain = await graphileWorkerRate(context, "plain");
    const batched = await graphileWorkerRate(context, "batched");
    const boss = await pgBossRate(context);
    const dbos = await dbosRate(context);
    const instances = context.quick ? 1_200 : 20_000;
    await using database = await openBenchPostgres();
    const measure = measurer(context, database.url);
    const backlog = await measure("backlog", { kind: "backlog", instances });
    const chained = await measure("chained", { kind: "backlog", instances, chain: true });
    const stream = await measure("stream", { kind: "stream", instances });

    const what =
      `${instances} orders of 4 tasks, one worker of 64 with 10 connections in a process of its own, full history and variables, ` +
      `one commit per step or together with steps of other instances, ${database.configuration}`;
    const rows = [
      row({
        case: "PostgreSQL, waiting orders, no-op handlers",
        value: backlog.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: `${GRAPHILE_WORKER} plain`, value: plain.jobsPerSecond },
        atLeast: 4,
        configuration: `${what}; peer: ${plain.configuration}`,
      }),
      row({
        case: "PostgreSQL, waiting orders, no-op handlers",
        value: backlog.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: `${GRAPHILE_WORKER} batched`, value: batched.jobsPerSecond },
        atLeast: 0.5,
        configuration: `the same measurement; peer: ${batched.configuration}`,
      }),
      row({
        case: "PostgreSQL, waiting orders, no-op handlers",
        value: backlog.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: `${PG_BOSS} batched`, value: boss.jobsPerSecond },
        atLeast: 0.5,
        configuration: `the same measurement; peer: ${boss.configuration}`,
      }),
      row({
        case: "PostgreSQL, waiting orders, no-op handlers",
        value: backlog.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: `${DBOS} steps`, value: dbos.stepsPerSecond },
        atLeast: 10,
        configuration: `the same measurement; peer: ${dbos.configuration}`,
      }),
      row({
        case: "PostgreSQL, waiting orders, steps of a chain commit together",
        value: chained.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: `${GRAPHILE_WORKER} batched`, value: batched.jobsPerSecond },
        atLeast: 1,
        configuration:
          `${instances} orders of 4 tasks, one worker of 64 with 10 connections in a process of its own and the chain option, ` +
          `full history and variables, ${database.configuration}; peer: ${batched.configuration}`,
      }),
      row({
        case: "PostgreSQL, started and run, no-op handlers",
        value: stream.instancesPerSecond,
        unit: "instances/s",
        peer: { name: "what is asked for", value: 1_000 },
        atLeast: 1,
        configuration: `${what}; started by the worker's process while it works (${
          Math.round(stream.tasksPerSecond)
        } tasks/s)`,
      }),
    ];
    if (context.quick) return rows;
    const writing = await measure("writing", { kind: "stream", instances, writing: true });
    return [
      ...rows,
      row({
        case: "PostgreSQL, started and run, handlers that write a variable",
        value: writing.instancesPerSecond,
        unit: "instances/s",
        configuration: `the same with ${instances} orders, each task writes a searchable variable (${
          Math.round(writing.tasksPerSecond)
        } tasks/s)`,
      }),
    ];
  },
};

function measurer(
  context: BenchContext,
  url: string,
): (name: string, run: Omit<FulfilmentRun, "database" | "warm">) => Promise<Fulfilment> {
  return async (name, run) => {
    context.log(`PostgreSQL ${name}: ${run.instances} orders`);
    const whole: FulfilmentRun = {
      ...run,
      database: { url, schema: `bench_${name}` },
      warm: context.quick ? 500 : 2_000,
    };
    return await runProcess<Fulfilment>("fulfilment_process.ts", [JSON.stringify(whole)]);
  };
}

export default postgres;
