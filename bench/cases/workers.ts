/**
 * Four worker processes on the same instances beside one: no slower, and hardly a commit refused.
 *
 * @module
 */
import { type BenchCase, type BenchContext, row } from "../case.ts";
import { Fleet } from "../fleet.ts";
import { checkCompleted, deployFulfilment, startOrders, TASKS } from "../fulfilment.ts";
import { openBenchPostgres } from "../postgres.ts";
import { inTurn, ratiosOf, type Round } from "../rounds.ts";

const PROCESSES = 4;
const ROUNDS = 5;
/** Of the commits, at most. */
const CONFLICT_SHARE = 0.02;
const ORDERS = 10_000;
/** Orders that each process has done before: four would compile the code four times, on the same cores. */
const WARM = 2_500;
/**
 * Shares of the tasks between which the clock runs: in the beginning each connection makes its plans, and of the last
 * batches some processes have nothing.
 */
const FROM = 0.1;
const TO = 0.9;

interface Outcome {
  readonly tasksPerSecond: number;
  /** Share of units that were refused and run again. */
  readonly conflictShare: number;
}

const workers: BenchCase = {
  name: "workers",
  async run(context) {
    // To start the processes takes most of what a quick run has.
    if (context.quick) return [];
    await using database = await openBenchPostgres();
    await using fleet = new Fleet(database, PROCESSES);
    await drain(context, fleet, PROCESSES, PROCESSES * WARM, 0);
    const { rounds, middle } = await inTurn(
      ROUNDS,
      () => drain(context, fleet, 1, ORDERS, 0),
      () => drain(context, fleet, PROCESSES, ORDERS, 0),
      ratio,
    );
    const handlerMs = 20;
    const slow = await drain(context, fleet, PROCESSES, ORDERS, handlerMs);
    const what =
      `${ORDERS} waiting orders of 4 tasks, in a schema of their own each time, workers of 64 in ` +
      `processes that have done some ${WARM} orders each, ${database.configuration}`;
    return [
      row({
        case: `PostgreSQL, ${PROCESSES} worker processes on the same instances`,
        value: middle.second.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: "one worker process", value: middle.first.tasksPerSecond },
        atLeast: 1,
        configuration:
          `${what}, no-op handlers; from the time when a tenth of the tasks is done until a tenth is left; one and ` +
          `${PROCESSES} in turn, the round in the middle of ${ROUNDS} (${ratiosOf(rounds, ratio)}); ${
            percent(middle.second.conflictShare)
          } of the units were run again`,
      }),
      row({
        case: `PostgreSQL, ${PROCESSES} worker processes: units run again`,
        value: slow.conflictShare * 100,
        unit: "%",
        peer: { name: "what is allowed", value: CONFLICT_SHARE * 100 },
        atMost: 1,
        configuration: `${what}, handlers of 0-${handlerMs} ms (${Math.round(slow.tasksPerSecond)} tasks/s)`,
      }),
    ];
  },
};

function ratio({ first, second }: Round<Outcome, Outcome>): number {
  return second.tasksPerSecond / first.tasksPerSecond;
}

async function drain(
  context: BenchContext,
  fleet: Fleet,
  count: number,
  orders: number,
  maxHandlerMs: number,
): Promise<Outcome> {
  context.log(`PostgreSQL: ${orders} orders, ${count} worker processes, handlers of ${maxHandlerMs} ms`);
  const crew = await fleet.open(count, { handlers: "orders", maxHandlerMs }, async (engine) => {
    await deployFulfilment(engine);
    await startOrders(engine, orders);
  });
  await crew.go();
  const tasks = orders * TASKS;
  const until = async (most: number) => {
    for (;;) {
      const { completed } = await crew.count();
      if (completed >= most) return { completed, at: performance.now() };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const from = await until(tasks * FROM);
  const to = await until(tasks * TO);
  await until(tasks);
  await checkCompleted(crew.store, orders);
  const { units, conflicts } = await crew.end();
  return {
    tasksPerSecond: (to.completed - from.completed) / (to.at - from.at) * 1000,
    conflictShare: conflicts / (units + conflicts),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

export default workers;
