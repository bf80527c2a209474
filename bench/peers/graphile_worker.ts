/**
 * The peer for durable work: graphile-worker runs jobs that do nothing, on PostgreSQL.
 *
 * Plain is its default: one statement to take a job, one to complete it. Batched fetches jobs ahead into the
 * process and completes them together; a crash then leaves them locked for hours.
 *
 * @module
 */
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import type { BenchContext } from "../case.ts";
import { openBenchPostgres } from "../postgres.ts";
import { runProcess } from "../process.ts";

/** Name and pinned version, as rows show it. */
export const GRAPHILE_WORKER = "graphile-worker 0.18.0";

/** Which of its modes. */
export type GraphileMode = "plain" | "batched";

/** What was measured, and how. */
export interface GraphileResult {
  /** No-op jobs per second. */
  readonly jobsPerSecond: number;
  readonly configuration: string;
}

/** Its settings in each mode. */
export const SETTINGS = {
  plain: { concurrentJobs: 24, maxPoolSize: 25 },
  batched: {
    concurrentJobs: 24,
    maxPoolSize: 25,
    localQueue: { size: 500 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  },
} as const;

/** Roughly what two cores do in a second: the default number of jobs is made of it. */
const EXPECTED_RATE = { plain: 3_000, batched: 20_000 } as const;

/**
 * Measures the peer once per run, mode, number of jobs and round.
 *
 * The table is analyzed after it is filled, which shows the peer at its best: batched it did 33,000 to 46,000 jobs/s
 * on two cores with 20,000, 80,000 and 200,000 jobs alike; without statistics 37,000, 19,000 and 12,000 (two runs
 * each, no vacuum in any of them).
 *
 * @param options.jobs Default: enough for about `context.measureMs`.
 * @param options.round To measure it again. Default 0.
 */
export function graphileWorkerRate(
  context: BenchContext,
  mode: GraphileMode,
  options: { readonly jobs?: number; readonly round?: number } = {},
): Promise<GraphileResult> {
  const jobs = options.jobs ?? Math.ceil(EXPECTED_RATE[mode] * context.measureMs / 1000);
  return context.once(`${GRAPHILE_WORKER} ${mode} ${jobs} ${options.round ?? 0}`, async () => {
    context.log(`${GRAPHILE_WORKER} ${mode}: ${jobs} no-op jobs`);
    await using database = await openBenchPostgres();
    const { jobsPerSecond } = await runProcess<{ jobsPerSecond: number }>(
      "peers/graphile_worker_process.ts",
      [database.url, mode, jobs],
    );
    const { concurrentJobs, maxPoolSize } = SETTINGS[mode];
    return {
      jobsPerSecond,
      configuration:
        `${jobs} jobs, ${concurrentJobs} at a time, ${maxPoolSize} connections, ${database.configuration}`,
    };
  });
}

/** The peer with nothing else to do. Its default settings: batching would only delay it. */
export interface IdleGraphileWorker extends AsyncDisposable {
  /** Adds a job. @returns How long it took until its handler began, in milliseconds. */
  measure(): Promise<number>;
}

/** Opens the peer on an empty database; whoever adds jobs has connections of its own. */
export async function openIdleGraphileWorker(connectionString: string): Promise<IdleGraphileWorker> {
  const logger = new Logger(() => () => {});
  let begins = Promise.withResolvers<number>();
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  const runner = await run({
    connectionString,
    logger,
    noHandleSignals: true,
    crontab: "",
    taskList: { noop: () => begins.resolve(performance.now()) },
  });
  return {
    async measure() {
      begins = Promise.withResolvers();
      const started = performance.now();
      await utils.addJob("noop", {});
      return await begins.promise - started;
    },
    async [Symbol.asyncDispose]() {
      await runner.stop();
      await runner.promise;
      await utils.release();
    },
  };
}
