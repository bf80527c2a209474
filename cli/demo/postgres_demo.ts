/** The demo on PostgreSQL: three worker processes, one killed in the middle, and counts that prove the rest. */
import type { WorkerCounters } from "../../worker.ts";
import type { Store } from "../../storage/store.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { count, formatDuration } from "../format.ts";
import { startLocalPostgres } from "../local_postgres.ts";
import { openStore } from "../database.ts";
import { hidePassword } from "../secrets.ts";
import type { Session } from "../session.ts";
import { type DemoOptions, deployOrders, headline, say, showResults, startOrders, STEPS } from "./orders.ts";
import { type Proof, proofs } from "./proofs.ts";
import { WorkerProcess } from "./worker_process.ts";

const WORKERS = ["worker-1", "worker-2", "worker-3"];
const CONCURRENCY = 8;
/** A killed worker's jobs come back after this. */
const LEASE = "2s";
const LOOK_MS = 50;

/** Runs it. @returns 1 if a count is wrong. */
export async function postgresDemo(session: Session, options: DemoOptions): Promise<ExitCode> {
  headline(session, "Order fulfilment on PostgreSQL");
  await using server = await startLocalPostgres();
  session.hideSecretsOf(server.url);
  // In a database that was there already, everything goes into a schema that is dropped afterwards.
  const own = server.dir !== undefined;
  const schema = own ? "baton" : `baton_demo_${crypto.randomUUID().slice(0, 8)}`;
  const store = await openStore(server.url, { schema });
  const engine = await session.engineOver(store);
  const workers: WorkerProcess[] = [];
  try {
    say(session, `PostgreSQL ${await version(store)} at ${hidePassword(server.url)}, schema ${schema}`);
    await deployOrders(session, engine);
    headline(session, "Three worker processes");
    const args = ["--schema", schema, "--lease", LEASE, "--concurrency", String(CONCURRENCY)];
    for (const name of WORKERS) workers.push(new WorkerProcess(name, server.url, args));
    for (const worker of workers) {
      await worker.started();
      say(session, `${worker.name} is process ${worker.pid}`);
    }
    headline(session, "Orders come in; one worker is killed");
    const from = performance.now();
    await startOrders(session, engine, options);
    const killed = workers[1];
    const held = await watch(session, store, schema, options.orders, killed);
    say(
      session,
      session.paint(
        "green",
        `All ${options.orders} orders ended after ${formatDuration(performance.now() - from)}`,
      ),
    );

    const did = new Map<string, WorkerCounters>();
    for (const worker of workers) if (worker !== killed) did.set(worker.name, await worker.stop());
    workers.length = 0;
    if (!session.json) printWorkers(session, did, killed.name, held.length);

    headline(session, "The proof, by the database's own counts");
    const found: Proof[] = [];
    for (const proof of proofs(schema, options.orders, STEPS)) found.push(await check(session, store, proof));
    const right = found.every(({ passed }) => passed);
    say(
      session,
      right
        ? session.paint("green", "\nEvery order completed, and no step was committed twice.")
        : session.paint("red", "\nA count is wrong."),
    );
    const [struck] = await sql(
      store,
      `select id::text from ${schema}.instances order by id = any($1::bigint[]) desc, ended_at - started_at desc, id limit 1`,
      [held],
    );
    await showResults(
      session,
      engine,
      String(struck.id),
      `, of which ${killed.name} held a task when it was killed`,
    );
    if (session.json) {
      session.printJson({
        orders: options.orders,
        killed: { worker: killed.name, jobsHeld: held.length },
        workers: Object.fromEntries(did),
        proofs: found,
      });
    }
    return right ? EXIT.ok : EXIT.failed;
  } finally {
    for (const worker of workers) await worker.kill();
    if (!own && !options.keep) await sql(store, `drop schema if exists ${schema} cascade`);
    await engine.close();
  }
}

/** Shows progress; kills one worker when a third is done. @returns The instances of the jobs that it held. */
async function watch(
  session: Session,
  store: Store,
  schema: string,
  orders: number,
  victim: WorkerProcess,
): Promise<readonly string[]> {
  const progress = session.progress("orders", orders);
  let held: readonly string[] | undefined;
  for (;;) {
    const [row] = await sql(
      store,
      `select count(*) filter (where status <> 'running') as done,
         (select count(*) from ${schema}.incidents) as stuck,
         (select coalesce(json_agg(instance_id::text order by id), '[]') from ${schema}.jobs
          where worker = $1 and instance_id is not null and due_at > statement_timestamp()) as held
       from ${schema}.instances`,
      [victim.name],
    );
    const done = Number(row.done);
    progress.update(done);
    const now = row.held as string[];
    if (held === undefined && done >= orders / 3 && (now.length > 0 || done === orders)) {
      held = now;
      await victim.kill();
      progress.clear();
      say(
        session,
        `${session.paint("red", `Killed ${victim.name} (SIGKILL)`)} after ${count(done, "order")}; ` +
          `it held ${count(held.length, "job")}.\nThe others get these when the lease of ${LEASE} is over.`,
      );
    }
    if (done + Number(row.stuck) >= orders) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  progress.end();
  return held ?? [];
}

function printWorkers(
  session: Session,
  did: ReadonlyMap<string, WorkerCounters>,
  killed: string,
  held: number,
): void {
  session.say();
  session.table(WORKERS, [
    { title: "WORKER", value: (name) => name },
    { title: "TASKS DONE", value: (name) => did.get(name)?.completed, align: "right" },
    { title: "FAILED ATTEMPTS", value: (name) => did.get(name)?.failed, align: "right" },
    { title: "COMMITS", value: (name) => did.get(name)?.commits, align: "right" },
    { title: "", value: (name) => name === killed ? `killed while it held ${count(held, "job")}` : " " },
  ]);
}

async function check(session: Session, store: Store, proof: Omit<Proof, "found" | "passed">): Promise<Proof> {
  const [row] = await sql(store, proof.sql);
  const found = Number(row.count);
  const passed = found === proof.expected;
  const mark = passed ? session.paint("green", "✓") : session.paint("red", "✗");
  say(
    session,
    `${mark} ${proof.claim}: ${session.paint("bold", String(found))} (expected ${proof.expected})`,
  );
  say(session, session.paint("gray", `    ${proof.sql}`));
  return { ...proof, found, passed };
}

async function version(store: Store): Promise<string> {
  const [row] = await sql(store, "show server_version");
  return String(row.server_version).split(" ")[0];
}

async function sql(store: Store, text: string, params?: unknown[]): Promise<Record<string, unknown>[]> {
  if (!store.transaction) throw new TypeError(`Cannot run SQL: the store is ${store.kind}`);
  return await store.transaction(async (tx) => (await tx.query(text, params)).rows);
}
