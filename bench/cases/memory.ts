/**
 * The memory store with a worker beside bpmn-elements: order fulfilment from its start to its end.
 *
 * @module
 */
import { type BenchCase, row } from "../case.ts";
import type { Fulfilment } from "../fulfilment.ts";
import type { FulfilmentRun } from "../fulfilment_process.ts";
import { BPMN_ELEMENTS, bpmnElementsRate } from "../peers/bpmn_elements.ts";
import { runProcess } from "../process.ts";
import { inTurn, ratiosOf } from "../rounds.ts";

const memory: BenchCase = {
  name: "memory",
  async run(context) {
    const instances = context.quick ? 3_000 : 30_000;
    const configuration =
      `${instances} orders, 4 tasks each, started and run in one process of its own, one worker of 64, ` +
      "full history and variables";
    const ratio = ({ first, second }: { readonly first: number; readonly second: number }) => first / second;
    const { rounds, middle } = await inTurn(
      context.quick ? 1 : 3,
      () => measure(false),
      () => bpmnElementsRate(context),
      ratio,
    );
    const peer = { name: BPMN_ELEMENTS, value: middle.second };
    const rows = [
      row({
        case: "memory store, no-op handlers",
        value: middle.first,
        unit: "instances/s",
        peer,
        atLeast: 50,
        configuration: `${configuration}; the middle of rounds in turn (${ratiosOf(rounds, ratio)})`,
      }),
    ];
    if (context.quick) return rows;
    return [
      ...rows,
      row({
        case: "memory store, handlers that write a variable",
        value: await measure(true),
        unit: "instances/s",
        peer,
        configuration: `${configuration}; each handler returns one variable, the peer's still do nothing`,
      }),
    ];

    async function measure(writing: boolean): Promise<number> {
      context.log(`memory store: ${instances} orders`);
      const run: FulfilmentRun = { kind: "stream", instances, warm: 3_000, writing };
      const result = await runProcess<Fulfilment>("fulfilment_process.ts", [JSON.stringify(run)], {
        worker: true,
      });
      return result.instancesPerSecond;
    }
  },
};

export default memory;
