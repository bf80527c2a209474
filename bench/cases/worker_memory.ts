/**
 * The memory of a worker process that runs for long: nothing it keeps may grow with what it has done.
 *
 * @module
 */
import { type BenchCase, row } from "../case.ts";
import type { MemoryOfWorker } from "../memory_process.ts";
import { runProcess } from "../process.ts";
import { openBenchPostgres } from "../postgres.ts";

const FIRST = 10_000;
const MOST_MB = 300;
/** The heap's size goes up and down with the collector. */
const FLAT = 1.25;

const workerMemory: BenchCase = {
  name: "worker-memory",
  async run(context) {
    // Below this there is nothing to compare.
    if (context.quick) return [];
    const instances = context.large ? 1_000_000 : 60_000;
    context.log(`PostgreSQL: memory of a worker over ${instances} orders`);
    await using database = await openBenchPostgres();
    const { first, last, most, tenths } = await runProcess<MemoryOfWorker>(
      "memory_process.ts",
      [database.url, instances, FIRST],
    );
    const configuration =
      `orders of 4 tasks, started and run without a pause in one process of its own, resident size, means of ` +
      `${FIRST} orders; of each tenth of all: ${
        tenths.map(Math.round).join(", ")
      } MB; V8's own settings, which grow the heap within the first orders; ${database.configuration}`;
    const name = `PostgreSQL: worker memory over ${instances.toLocaleString("en")} orders`;
    return [
      row({
        case: name,
        value: last,
        unit: "MB",
        peer: { name: `from ${FIRST.toLocaleString("en")} on`, value: first },
        atMost: FLAT,
        configuration,
      }),
      row({
        case: `${name}, the most`,
        value: most,
        unit: "MB",
        peer: { name: "what is allowed", value: MOST_MB },
        atMost: 1,
        configuration,
      }),
    ];
  },
};

export default workerMemory;
