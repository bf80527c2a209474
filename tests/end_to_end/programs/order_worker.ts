/**
 * Run by the kill tests: a worker for order fulfilment that notes what its handlers do. Arguments: where the data
 * is (`postgres://…` or a KV file), the file for the notes, the leases' length in ms.
 *
 * A note is one line, `<task> <instance>`, written by one `write` to a file that is open for appending: what a
 * handler did before its process was killed stays noted.
 */
import type { HandlerContext } from "../../../mod.ts";
import { KvStore } from "../../../storage/kv.ts";
import { PostgresStore } from "../../../storage/postgres.ts";
import { createWorker } from "../../../worker.ts";

const [place, notes, leaseMs] = Deno.args;
const onPostgres = place.startsWith("postgres");
const store = onPostgres ? await PostgresStore.open(place, { migrate: false }) : await KvStore.open(place);
const file = await Deno.open(notes, { append: true, create: true });
const encoder = new TextEncoder();

async function work(ctx: HandlerContext): Promise<void> {
  file.writeSync(encoder.encode(`${ctx.element.id} ${ctx.instance.id}\n`));
  await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 25));
  // Every seventh job fails twice: which ones must not depend on who runs them.
  if (Number(ctx.jobId) % 7 === 0 && ctx.attempt <= 2) {
    ctx.fail({ retryInMs: 20, message: `attempt ${ctx.attempt} of job ${ctx.jobId} fails` });
  }
  ctx.set(`by-${ctx.element.id}`, ctx.jobId);
}

/** The payment's row and the task's step stand or fall together. */
async function pay(ctx: HandlerContext): Promise<void> {
  await work(ctx);
  if (!onPostgres) return;
  await ctx.transaction(async (tx) => {
    await tx.query("insert into public.payments (instance_id) values ($1)", [ctx.instance.id]);
  });
}

const worker = await createWorker({
  store,
  migrate: false,
  leaseMs: Number(leaseMs),
  pollMs: 100,
  concurrency: 3,
  handlers: {
    "validate-order": work,
    "reserve-inventory": work,
    "process-payment": pay,
    "fulfil-order": work,
  },
});
Deno.addSignalListener("SIGTERM", () => worker.stop().then(() => Deno.exit(0)));
worker.start();
console.log("ready");
