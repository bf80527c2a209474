/**
 * A peer for durable work: pg-boss fetches and completes jobs that do nothing, in batches.
 *
 * @module
 */
import type { BenchContext } from "../case.ts";
import { openBenchPostgres } from "../postgres.ts";
import { runProcess } from "../process.ts";

/** Name and pinned version, as rows show it. */
export const PG_BOSS = "pg-boss 12.38.0";

/** Jobs per fetch and per completion. */
const BATCH = 500;
/** Batches on their way at once: more gave nothing on two cores. */
const LOOPS = 2;
/** Roughly what two cores do in a second. */
const EXPECTED_RATE = 10_000;

/** What was measured, and how. */
export interface PgBossResult {
  /** No-op jobs per second. */
  readonly jobsPerSecond: number;
  readonly configuration: string;
}

/** Measures the peer once per run. The table is filled, then analyzed, then the clock starts: as for the others. */
export function pgBossRate(context: BenchContext): Promise<PgBossResult> {
  const jobs = Math.ceil(EXPECTED_RATE * context.measureMs / 1000);
  return context.once(PG_BOSS, async () => {
    context.log(`${PG_BOSS}: ${jobs} no-op jobs`);
    await using database = await openBenchPostgres();
    const { jobsPerSecond } = await runProcess<{ jobsPerSecond: number }>(
      "peers/pg_boss_process.ts",
      [database.url, jobs, BATCH, LOOPS],
    );
    return {
      jobsPerSecond,
      configuration:
        `${jobs} jobs, fetched and completed in batches of ${BATCH}, ${LOOPS} batches at a time, ` +
        `10 connections, a process of its own on Deno, ${database.configuration}`,
    };
  });
}
