/**
 * graphile-worker in a process of its own: `graphile_worker_process.ts URL MODE JOBS`. Prints `{ jobsPerSecond }`.
 *
 * @module
 */
import { Logger, run, runMigrations } from "graphile-worker";
import pg from "pg";
import { type GraphileMode, SETTINGS } from "./graphile_worker.ts";

/** Enqueues jobs, then runs them all. The clock runs from the first job's handler to the last row's deletion. */
async function drain(url: string, pool: pg.Pool, mode: GraphileMode, jobs: number): Promise<number> {
  const logger = new Logger(() => () => {});
  await runMigrations({ connectionString: url, logger });
  await pool.query(
    `select graphile_worker.add_jobs(array(
       select json_populate_record(null::graphile_worker.job_spec, json_build_object('identifier', 'noop', 'payload', '{}'::json))
       from generate_series(1, $1::int)
     ))`,
    [jobs],
  );
  await pool.query("analyze");
  await pool.query("checkpoint");

  let handled = 0;
  let first = 0;
  const last = Promise.withResolvers<void>();
  const runner = await run({
    connectionString: url,
    logger,
    noHandleSignals: true,
    crontab: "",
    preset: { worker: SETTINGS[mode] },
    taskList: {
      noop() {
        if (handled++ === 0) first = performance.now();
        if (handled === jobs) last.resolve();
      },
    },
  });
  try {
    await Promise.race([
      last.promise,
      runner.promise.then(() => Promise.reject(new Error(`Cannot drain ${jobs} jobs: the runner stopped`))),
    ]);
    // The last completions are on their way: a job counts when its row is gone.
    while (await remaining(pool) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    return jobs / (performance.now() - first) * 1000;
  } finally {
    await runner.stop();
    await runner.promise;
  }
}

async function remaining(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query("select count(*)::int as n from graphile_worker._private_jobs");
  return Number(rows[0].n);
}

const [url, mode, jobs] = Deno.args;
const pool = new pg.Pool({ connectionString: url, max: 1 });
const jobsPerSecond = await drain(url, pool, mode as GraphileMode, Number(jobs));
await pool.end();
console.log(JSON.stringify({ jobsPerSecond }));
