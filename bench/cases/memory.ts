/**
 * The memory store with a worker beside bpmn-elements: order fulfilment from its start to its end.
 *
 * @module
 */
import { MemoryStore } from "../../storage/memory.ts";
import { type BenchCase, type BenchContext, row } from "../case.ts";
import { type FulfilmentOptions, runStream, WRITING_HANDLERS } from "../fulfilment.ts";
import { BPMN_ELEMENTS, bpmnElementsRate } from "../peers/bpmn_elements.ts";

const memory: BenchCase = {
  name: "memory",
  async run(context) {
    const peer = { name: BPMN_ELEMENTS, value: await bpmnElementsRate(context) };
    const instances = context.quick ? 3_000 : 30_000;
    const configuration =
      `${instances} orders${
        context.quick ? " or half as many" : ""
      }, 4 tasks each, started and run in one process, one worker of 64, ` +
      "full history and variables";
    await measure({ instances: 3_000 }); // warm
    return [
      row({
        case: "memory store, no-op handlers",
        value: await measure({ instances }),
        unit: "instances/s",
        peer,
        atLeast: 50,
        configuration,
      }),
      row({
        case: "memory store, handlers that write a variable",
        value: await measure({
          instances: context.quick ? instances / 2 : instances,
          worker: { handlers: WRITING_HANDLERS },
        }),
        unit: "instances/s",
        peer,
        configuration: `${configuration}; each handler returns one variable, the peer's still do nothing`,
      }),
    ];

    async function measure(options: FulfilmentOptions): Promise<number> {
      log(context, options);
      await using store = new MemoryStore();
      return (await runStream(store, options)).instancesPerSecond;
    }
  },
};

function log(context: BenchContext, { instances }: FulfilmentOptions): void {
  context.log(`memory store: ${instances} orders`);
}

export default memory;
