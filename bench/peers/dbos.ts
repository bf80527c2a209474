/**
 * A peer for durable workflows: DBOS runs a workflow of four steps that do nothing, each one committed.
 *
 * @module
 */
import type { BenchContext } from "../case.ts";
import { openBenchPostgres } from "../postgres.ts";
import { runProcess } from "../process.ts";

/** Name and pinned version, as rows show it. */
export const DBOS = "DBOS 5.3.0";

/** Steps of the workflow: as many as an order has tasks. */
const STEPS = 4;
/** Workflows at a time: fewer and more both gave less on two cores. */
const CONCURRENCY = 50;
const EXPECTED_RATE = 150;

/** What was measured, and how. */
export interface DbosResult {
  readonly stepsPerSecond: number;
  readonly configuration: string;
}

/** Measures the peer once per run. Workflows are called directly, not through one of its queues, which are slower. */
export function dbosRate(context: BenchContext): Promise<DbosResult> {
  const workflows = Math.ceil(EXPECTED_RATE * context.measureMs / 1000);
  return context.once(DBOS, async () => {
    context.log(`${DBOS}: ${workflows} workflows of ${STEPS} steps`);
    await using database = await openBenchPostgres();
    const { workflowsPerSecond } = await runProcess<{ workflowsPerSecond: number }>(
      "peers/dbos_process.ts",
      [database.url, workflows, CONCURRENCY],
    );
    return {
      stepsPerSecond: workflowsPerSecond * STEPS,
      configuration: `${workflows} workflows of ${STEPS} steps, ${CONCURRENCY} at a time, 20 connections, ` +
        `started directly, a process of its own on Deno, ${database.configuration}`,
    };
  });
}
