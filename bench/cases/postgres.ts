/**
 * PostgreSQL with one worker process beside graphile-worker: a task of a process against a plain job.
 *
 * @module
 */
import { type BenchCase, type BenchContext, row } from "../case.ts";
import type { Fulfilment } from "../fulfilment.ts";
import type { FulfilmentRun } from "../fulfilment_process.ts";
import { DBOS, dbosRate } from "../peers/dbos.ts";
import { GRAPHILE_WORKER, type GraphileResult, graphileWorkerRate } from "../peers/graphile_worker.ts";
import { PG_BOSS, pgBossRate } from "../peers/pg_boss.ts";
import { type BenchPostgres, openBenchPostgres } from "../postgres.ts";
import { runProcess } from "../process.ts";
import { inTurn, ratiosOf, type Round } from "../rounds.ts";

/** Of what stands beside graphile-worker's batched jobs, in turn with them. */
const ROUNDS = 5;

const postgres: BenchCase = {
  name: "postgres",
  async run(context) {
    const plain = await graphileWorkerRate(context, "plain");
    const boss = await pgBossRate(context);
    const dbos = await dbosRate(context);
    const instances = context.quick ? 1_200 : 20_000;
    await using database = await openBenchPostgres();
    const measure = measurer(context, database);
    let round = 0;
    const { rounds, middle: { first: { chained }, second: besideChained } } = await inTurn(
      context.quick ? 1 : ROUNDS,
      async () => ({
        backlog: await measure({ kind: "backlog", instances }),
        chained: await measure({ kind: "backlog", instances, chain: true }),
      }),
      () => graphileWorkerRate(context, "batched", { round: round++ }),
      chainedRatio,
    );
    const waiting = rounds.toSorted((a, b) => waitingRatio(a) - waitingRatio(b));
    const { first: { backlog }, second: batched } = waiting[waiting.length >> 1];
    const stream = await measure({ kind: "stream", instances });

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
        configuration: `the same measurement, ${
          inRounds(waiting, waitingRatio)
        }; peer: ${batched.configuration}`,
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
        peer: { name: `${GRAPHILE_WORKER} batched`, value: besideChained.jobsPerSecond },
        atLeast: 1,
        configuration:
          `${instances} orders of 4 tasks, one worker of 64 with 10 connections in a process of its own and the chain option, ` +
          `full history and variables, ${database.configuration}, ${inRounds(rounds, chainedRatio)}; ` +
          `peer: ${besideChained.configuration}`,
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
    const writing = await measure({ kind: "stream", instances, writing: true });
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

/** What was measured in one round. */
type Beside = Round<{ readonly backlog: Fulfilment; readonly chained: Fulfilment }, GraphileResult>;

function waitingRatio({ first: { backlog }, second }: Beside): number {
  return backlog.tasksPerSecond / second.jobsPerSecond;
}

function chainedRatio({ first: { chained }, second }: Beside): number {
  return chained.tasksPerSecond / second.jobsPerSecond;
}

function inRounds(rounds: readonly Beside[], ratio: (round: Beside) => number): string {
  return `the middle of ${rounds.length} rounds in turn with the peer (${ratiosOf(rounds, ratio)})`;
}

function measurer(
  context: BenchContext,
  { url, pool }: BenchPostgres,
): (run: Omit<FulfilmentRun, "database" | "warm">) => Promise<Fulfilment> {
  let schemas = 0;
  return async (run) => {
    const schema = `bench_${schemas++}`;
    const kind = [run.kind, run.chain && "with chains", run.writing && "with writing handlers"];
    context.log(`PostgreSQL, ${kind.filter(Boolean).join(" ")}: ${run.instances} orders`);
    const whole: FulfilmentRun = { ...run, database: { url, schema }, warm: context.quick ? 500 : 2_000 };
    const result = await runProcess<Fulfilment>("fulfilment_process.ts", [JSON.stringify(whole)], {
      worker: true,
    });
    // Nothing is left to vacuum while the next one is measured.
    await pool.query(`drop schema ${schema} cascade; drop schema ${schema}_warm cascade`);
    return result;
  };
}

export default postgres;
