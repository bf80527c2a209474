/**
 * How long an idle system takes from the start of an instance to the first handler, beside graphile-worker.
 *
 * Both run side by side, in a process each, and are measured in turn; see `latency_process.ts`.
 *
 * @module
 */
import { type BenchCase, row } from "../case.ts";
import { GRAPHILE_WORKER } from "../peers/graphile_worker.ts";
import { sampleLatencies } from "../latency.ts";
import { openBenchPostgres } from "../postgres.ts";
import { talkTo, WORKER_V8 } from "../process.ts";

const latency: BenchCase = {
  name: "latency",
  async run(context) {
    const samples = context.quick ? 30 : 900;
    context.log(`PostgreSQL and ${GRAPHILE_WORKER}: ${samples} starts each on an idle system`);
    await using database = await openBenchPostgres();
    await using own = await idle("baton", database.url);
    await using peerDatabase = await openBenchPostgres();
    await using peer = await idle("graphile-worker", peerDatabase.url);
    const durations = await sampleLatencies(samples, [own.measure, peer.measure]);
    const configuration =
      `${samples} starts of each in turn, 10-20 ms after the last one's end, starter and worker in one process, ${WORKER_V8}, ${database.configuration}`;
    return (["p50", "p99"] as const).map((quantile) =>
      row({
        case: `PostgreSQL, idle: start until the handler begins, ${quantile}`,
        value: durations[0][quantile],
        unit: "ms",
        peer: { name: GRAPHILE_WORKER, value: durations[1][quantile] },
        atMost: 1,
        configuration,
      })
    );
  },
};

async function idle(
  system: string,
  url: string,
): Promise<{ measure(): Promise<number> } & AsyncDisposable> {
  const process = talkTo("latency_process.ts", [system, url], { worker: system === "baton" });
  const line = await process.hear();
  if (line !== "ready") throw new Error(`Cannot measure: ${system} said "${line}"`);
  return {
    async measure() {
      await process.say("start");
      return Number(await process.hear());
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

export default latency;
