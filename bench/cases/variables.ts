/**
 * Orders with 50 KB of variables beside orders with 300 bytes, on PostgreSQL.
 *
 * @module
 */
import { PostgresStore } from "../../storage/postgres.ts";
import { type BenchCase, row } from "../case.ts";
import { runStream } from "../fulfilment.ts";
import { openBenchPostgres } from "../postgres.ts";

const SMALL = 300;
const LARGE = 50_000;

const variables: BenchCase = {
  name: "variables",
  async run(context) {
    // Some hundred orders fit into any cache.
    if (context.quick) return [];
    const instances = 5_000;
    await using database = await openBenchPostgres();
    const measure = async (bytes: number, schema: string, instances: number): Promise<number> => {
      context.log(`PostgreSQL: ${instances} orders with ${bytes} bytes of variables`);
      await using store = await PostgresStore.open(database.url, { schema: `bench_${schema}` });
      return (await runStream(store, { instances, variables: { document: textOf(bytes) } })).tasksPerSecond;
    };
    await measure(SMALL, "warm", instances);
    const small = await measure(SMALL, "small", instances);
    const large = await measure(LARGE, "large", instances);
    return [row({
      case: "PostgreSQL, 50 KB of variables per instance",
      value: large,
      unit: "tasks/s",
      peer: { name: "300 bytes", value: small },
      atLeast: 0.3,
      configuration:
        `${instances} orders of 4 tasks, started and run, no-op handlers, one worker of 64, one text ` +
        `that hardly compresses, ${database.configuration}`,
    })];
  },
};

/** Random letters: repeated ones would be compressed away. */
function textOf(bytes: number): string {
  let text = "";
  while (text.length < bytes) text += Math.random().toString(36).slice(2);
  return text.slice(0, bytes);
}

export default variables;
