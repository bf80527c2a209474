/**
 * DBOS in a process of its own: `dbos_process.ts URL WORKFLOWS CONCURRENCY`. Prints `{ workflowsPerSecond }`.
 *
 * @module
 */
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";

const [url, workflows, concurrency] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
const STEPS = ["validate", "reserve", "pay", "fulfil"];
/** Before the clock starts. */
const WARM = 50;

function step(): Promise<void> {
  return Promise.resolve();
}

const order = DBOS.registerWorkflow(async () => {
  for (const name of STEPS) await DBOS.runStep(step, { name });
}, { name: "order" });

DBOS.setConfig({
  name: "bench",
  systemDatabaseUrl: url,
  systemDatabasePoolSize: 20,
  logLevel: "error",
});
await DBOS.launch();
await run(WARM);
const began = performance.now();
await run(workflows);
const elapsedMs = performance.now() - began;

const pool = new pg.Pool({ connectionString: url, max: 1 });
const { rows: [{ steps, ended }] } = await pool.query(
  `select (select count(*)::int from dbos.operation_outputs) as steps,
     (select count(*)::int from dbos.workflow_status where status = 'SUCCESS') as ended`,
);
await pool.end();
const expected = workflows + WARM;
if (ended !== expected || steps !== expected * STEPS.length) {
  throw new Error(`Cannot trust the figure: of ${expected} workflows ${ended} ended, with ${steps} steps`);
}
console.log(JSON.stringify({ workflowsPerSecond: workflows / elapsedMs * 1000 }));
Deno.exit(0);

/** Runs so many workflows, `concurrency` of them at a time. */
async function run(count: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (left-- > 0) await order();
  }));
}
