import { createWorker } from "../../worker.ts";
import type { Worker } from "../../worker.ts";
import { command } from "../command.ts";
import { UsageError } from "../failure.ts";
import { count, formatDuration } from "../format.ts";
import { type HandlerModule, loadHandlers } from "../handler_module.ts";
import { duration, wholeNumber } from "../input.ts";
import { hidePassword } from "../secrets.ts";
import type { Session } from "../session.ts";

interface Flags {
  readonly handlers?: string;
  readonly concurrency?: number;
  readonly lease?: number;
  readonly poll?: number;
  readonly grace?: number;
  readonly type?: readonly string[];
  readonly onlyTenant?: readonly string[];
  readonly name?: string;
  readonly chain?: readonly string[];
  readonly historyTtl?: number;
  readonly keepHistory?: boolean;
  readonly drain?: boolean;
  readonly max?: number;
  readonly health?: number;
  readonly every?: number;
  readonly stopWithInput?: boolean;
}

/** Runs a worker until it is told to stop. */
export const worker = command<Flags>({
  name: "worker",
  group: "Operations:",
  summary: "run handlers, timers and messages in the background",
  details: `The module exports its handlers by job type:

  export const handlers = { "charge-card": async (ctx) => ({ paid: ctx.get("total") }) };

SIGTERM or Ctrl-C: takes nothing new, finishes what it can within --grace, gives the rest back, exit code 0.
Any number of workers may run on one database.`,
  options: [
    {
      flags: "--handlers <file>",
      description: "the module with the handlers; without it: timers and messages only",
    },
    { flags: "--concurrency <n>", description: "handlers at once (default: 64)", parse: wholeNumber(1) },
    { flags: "--type <type>", description: "only this job type; may be repeated", repeat: true },
    {
      flags: "--only-tenant <name>",
      description: "only this tenant (default: all); may be repeated",
      repeat: true,
    },
    {
      flags: "--chain <process>",
      description: "commit steps of this process together: see docs/jobs.md; may be repeated",
      repeat: true,
    },
    {
      flags: "--lease <time>",
      description: "how long jobs stay away when this process dies (default: 30s)",
      parse: duration,
    },
    {
      flags: "--poll <time>",
      description: "the longest pause between two looks (default: 1s)",
      parse: duration,
    },
    {
      flags: "--grace <time>",
      description: "how long stopping waits for handlers (default: 10s)",
      parse: duration,
    },
    { flags: "--name <name>", description: "shown as the holder of jobs" },
    {
      flags: "--history-ttl <time>",
      description: "delete ended instances after this, such as 90d, if their model has no historyTimeToLive",
      parse: duration,
    },
    { flags: "--keep-history", description: "delete no ended instances, whatever their models say" },
    { flags: "--drain", description: "do what is due now, then end" },
    { flags: "--max <time>", description: "with --drain: stop taking jobs after this", parse: duration },
    {
      flags: "--health <port>",
      description: "answer GET /health with status and counters",
      parse: wholeNumber(1),
    },
    { flags: "--every <time>", description: "say how it goes this often (default: 10s)", parse: duration },
    {
      flags: "--stop-with-input",
      description: "stop when standard input ends: for a parent that may be killed",
    },
  ],
  examples: [
    ["worker --db kv:orders.kv --handlers ./handlers.ts", "until Ctrl-C"],
    ["worker --db postgres://me@localhost/shop --handlers ./handlers.ts --health 8080", "in a container"],
    ["worker --db kv:orders.kv --handlers ./handlers.ts --drain --max 30s", "for cron"],
  ],
  async run(session, _args, flags) {
    if (flags.max !== undefined && !flags.drain) throw new UsageError("Cannot use --max: it needs --drain");
    if (flags.historyTtl !== undefined && flags.keepHistory) {
      throw new UsageError("Cannot use --history-ttl: it contradicts --keep-history");
    }
    const module: HandlerModule = flags.handlers === undefined
      ? { handlers: {} }
      : await loadHandlers(flags.handlers);
    const worker = await createWorker({
      store: await session.openStore(),
      ...module,
      tenant: session.tenant,
      logger: session.logger,
      ...(flags.concurrency !== undefined && { concurrency: flags.concurrency }),
      ...(flags.lease !== undefined && { leaseMs: flags.lease }),
      ...(flags.poll !== undefined && { pollMs: flags.poll }),
      ...(flags.grace !== undefined && { graceMs: flags.grace }),
      ...(flags.type !== undefined && { types: flags.type }),
      ...(flags.chain !== undefined && { chain: flags.chain }),
      ...(flags.historyTtl !== undefined && { cleanup: { defaultTtlMs: flags.historyTtl } }),
      ...(flags.keepHistory && { cleanup: false }),
      ...(flags.onlyTenant !== undefined && { tenants: flags.onlyTenant }),
      ...(flags.name !== undefined && { name: flags.name }),
    });
    const stop = (): void => {
      worker.stop().catch((error) => session.fail(error));
    };
    const signals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
    for (const signal of signals) Deno.addSignalListener(signal, stop);
    if (flags.stopWithInput) session.terminal.readInput().then(stop, stop);
    try {
      const health = flags.health === undefined ? undefined : serveHealth(worker, flags.health);
      const types = Object.keys(module.handlers);
      session.note(
        `worker on ${hidePassword(session.database)}: ` +
          (types.length === 0 ? "no handlers, only timers and messages" : `handles ${types.join(", ")}`),
      );
      if (flags.drain) {
        const drained = await worker.drain({ ...(flags.max !== undefined && { maxMs: flags.max }) });
        await worker.stop();
        session.print({ ...drained, counters: worker.counters() }, () => {
          session.say(
            `Did ${count(drained.jobs, "job")}${drained.more ? "; time was up, more are due" : ""}`,
          );
        });
      } else {
        const from = performance.now();
        const telling = setInterval(() => tell(session, worker), flags.every ?? 10_000);
        try {
          await worker.run();
        } finally {
          clearInterval(telling);
        }
        const { completed, failed } = worker.counters();
        const ranMs = Math.round(performance.now() - from);
        session.print({ ranMs, counters: worker.counters() }, () => {
          session.say(
            `Stopped after ${formatDuration(ranMs)}: ${
              count(completed, "task")
            } done, ${failed} failed attempts`,
          );
        });
      }
      await health?.shutdown();
    } finally {
      for (const signal of signals) Deno.removeSignalListener(signal, stop);
      await worker.stop();
    }
  },
});

function tell(session: Session, worker: Worker): void {
  const { connected, running, waiting } = worker.health();
  const { completed, failed, incidents } = worker.counters();
  session.note(
    `${connected ? "connected" : "not connected"}, ${running} at work, ${waiting} waiting; ` +
      `${completed} tasks done, ${failed} failed attempts, ${incidents} incidents`,
  );
}

/** `GET /health`: 200 while it works, 503 while it cannot. */
function serveHealth(worker: Worker, port: number): Deno.HttpServer {
  return Deno.serve({ port, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" || pathname !== "/health") {
      return new Response("Not found\n", { status: 404 });
    }
    const health = worker.health();
    const well = health.connected && health.status === "running";
    return Response.json({ ...health, counters: worker.counters() }, { status: well ? 200 : 503 });
  });
}
