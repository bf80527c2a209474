/**
 * pg-boss in a process of its own: `pg_boss_process.ts URL JOBS BATCH LOOPS`. Prints `{ jobsPerSecond }`.
 *
 * @module
 */
import pg from "pg";
import { PgBoss } from "pg-boss";

const [url, jobs, batch, loops] = [Deno.args[0], ...Deno.args.slice(1).map(Number)] as [
  string,
  number,
  number,
  number,
];
const QUEUE = "noop";
/** Jobs inserted at once; not part of the measurement. */
const INSERT = 5_000;

const boss = new PgBoss({ connectionString: url, max: 10, schedule: false, supervise: false });
boss.on("error", (error) => console.error(error));
await boss.start();
await boss.createQueue(QUEUE);
for (let left = jobs; left > 0; left -= INSERT) {
  await boss.insert(QUEUE, Array.from({ length: Math.min(INSERT, left) }, () => ({ data: {} })));
}
const pool = new pg.Pool({ connectionString: url, max: 1 });
await pool.query("analyze");
await pool.query("checkpoint");

let done = 0;
const began = performance.now();
await Promise.all(Array.from({ length: loops }, async () => {
  for (;;) {
    const fetched = await boss.fetch(QUEUE, { batchSize: batch });
    if (fetched.length === 0) return;
    await boss.complete(QUEUE, fetched.map(({ id }) => id));
    done += fetched.length;
  }
}));
const elapsedMs = performance.now() - began;
const { rows: [{ completed }] } = await pool.query(
  "select count(*)::int as completed from pgboss.job where name = $1 and state = 'completed'",
  [QUEUE],
);
await pool.end();
await boss.stop({ graceful: false });
if (done !== jobs || completed !== jobs) {
  throw new Error(`Cannot trust the figure: of ${jobs} jobs ${done} were done, ${completed} are completed`);
}
console.log(JSON.stringify({ jobsPerSecond: jobs / elapsedMs * 1000 }));
Deno.exit(0);
