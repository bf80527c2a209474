/**
 * A worker that chaos is for. Arguments: where the data is (`postgres://…` or a KV file), the file for notes, the
 * lease's length and how long the store waits for an answer, both in ms.
 *
 * A note is one line, `<element>[ <item>] <instance>`, written by one `write` to a file that is open for appending:
 * what a handler did before its process was killed stays noted.
 */
import type { HandlerContext } from "../../../mod.ts";
import { KvStore } from "../../../storage/kv.ts";
import { PostgresStore } from "../../../storage/postgres.ts";
import { createWorker } from "../../../worker.ts";
import { TRANSACTIONAL, TYPES } from "../processes.ts";

const [place, notes, leaseMs, timeoutMs] = Deno.args;
const onPostgres = place.startsWith("postgres");
const store = onPostgres
  ? await PostgresStore.open(place, { migrate: false, timeoutMs: Number(timeoutMs) })
  : await KvStore.open(place);
const file = await Deno.open(notes, { append: true, create: true });
const encoder = new TextEncoder();

async function handle(ctx: HandlerContext): Promise<void> {
  const item = ctx.get<string>("item");
  file.writeSync(
    encoder.encode(`${ctx.element.id}${item === undefined ? "" : ` ${item}`} ${ctx.instance.id}\n`),
  );
  await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 25));
  // Every seventh job fails twice: which ones must not depend on who runs them.
  if (Number(ctx.jobId) % 7 === 0 && ctx.attempt <= 2) {
    ctx.fail({ retryInMs: 20, message: `attempt ${ctx.attempt} of job ${ctx.jobId} fails` });
  }
  ctx.set(`by-${ctx.element.id}`, ctx.jobId);
  if (!onPostgres || !TRANSACTIONAL.includes(ctx.element.id)) return;
  await ctx.transaction(async (tx) => {
    await tx.query("insert into public.payments (instance_id, element_id) values ($1, $2)", [
      ctx.instance.id,
      ctx.element.id,
    ]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  });
}

const worker = await createWorker({
  store,
  migrate: false,
  leaseMs: Number(leaseMs),
  pollMs: 200,
  concurrency: 8,
  handlers: Object.fromEntries(TYPES.map((type) => [type, handle])),
});
Deno.addSignalListener("SIGTERM", () => worker.stop().then(() => Deno.exit(0)));
worker.start();
console.log("ready");
