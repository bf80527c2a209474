import { command } from "../command.ts";
import { wholeNumber } from "../input.ts";

interface Flags {
  readonly postgres?: boolean;
  readonly orders?: number;
  readonly seed?: number;
  readonly keep?: boolean;
}

/** Shows the engine at work. */
export const demo = command<Flags>({
  name: "demo",
  group: "Without a database:",
  summary: "see it work: orders through a process, with a worker, failures, retries and key figures",
  details:
    "On a Deno KV file in a temporary folder. With --postgres on a real PostgreSQL (DATABASE_URL, an " +
    "installed one, or one from npm): three worker processes, one killed in the middle, and counts that prove " +
    "that nothing was lost and nothing done twice.",
  options: [
    { flags: "--postgres", description: "on PostgreSQL, with three workers, one of them killed" },
    {
      flags: "--orders <n>",
      description: "how many (default: 30, with --postgres 200)",
      parse: wholeNumber(1),
    },
    { flags: "--seed <n>", description: "which attempts fail (default: 1)", parse: wholeNumber() },
    { flags: "--keep", description: "leave the Deno KV file there, to look at it" },
  ],
  examples: [
    ["demo", "it takes a few seconds"],
    ["demo --postgres --orders 2000", "more of them"],
    ["demo --keep", "then try instances, show, history and kpi on it"],
  ],
  async run(session, _args, { postgres, orders, seed = 1, keep = false }) {
    if (postgres) {
      const { postgresDemo } = await import("../demo/postgres_demo.ts");
      return await postgresDemo(session, { orders: orders ?? 200, seed, keep });
    }
    const { kvDemo } = await import("../demo/kv_demo.ts");
    return await kvDemo(session, { orders: orders ?? 30, seed, keep });
  },
});
