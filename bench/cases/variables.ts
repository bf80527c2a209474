/**
 * Orders with 50 KB of variables beside orders with 300 bytes, on PostgreSQL.
 *
 * @module
 */
import { PostgresStore } from "../../storage/postgres.ts";
import { type BenchCase, row } from "../case.ts";
import { runStream } from "../fulfilment.ts";
import { openBenchPostgres } from "../postgres.ts";
import { inTurn, ratiosOf } from "../rounds.ts";

const SMALL = 300;
const LARGE = 50_000;

const variables: BenchCase = {
  name: "variables",
  async run(context) {
    // Some hundred orders fit into any cache.
    if (context.quick) return [];
    const instances = 5_000;
    await using database = await openBenchPostgres();
    let schemas = 0;
    const measure = async (bytes: number): Promise<number> => {
      context.log(`PostgreSQL: ${instances} orders with ${bytes} bytes of variables`);
      const schema = `bench_${schemas++}`;
      const store = await PostgresStore.open(database.url, { schema });
      await database.pool.query("checkpoint");
      const { tasksPerSecond } = await runStream(store, {
        instances,
        variables: { document: textOf(bytes) },
      });
      await store[Symbol.asyncDispose]();
      await database.pool.query(`drop schema ${schema} cascade`);
      return tasksPerSecond;
    };
    await measure(SMALL); // so that the code is compiled
    const ratio = ({ first, second }: { readonly first: number; readonly second: number }) => first / second;
    const { rounds, middle } = await inTurn(3, () => measure(LARGE), () => measure(SMALL), ratio);
    return [row({
      case: "PostgreSQL, 50 KB of variables per instance",
      value: middle.first,
      unit: "tasks/s",
      peer: { name: "300 bytes", value: middle.second },
      atLeast: 0.3,
      configuration:
        `${instances} orders of 4 tasks, started and run, no-op handlers, one worker of 64, one text ` +
        `that hardly compresses, the middle of ${rounds.length} rounds in turn (${
          ratiosOf(rounds, ratio)
        }), ` +
        database.configuration,
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
