/**
 * What the peers do by themselves, without anything of ours beside them: to see that they are treated well.
 *
 * @module
 */
import { type BenchCase, row } from "../case.ts";
import { BPMN_ELEMENTS, bpmnElementsRate } from "../peers/bpmn_elements.ts";
import { GRAPHILE_WORKER, graphileWorkerRate } from "../peers/graphile_worker.ts";

const peers: BenchCase = {
  name: "peers",
  async run(context) {
    const plain = await graphileWorkerRate(context, "plain");
    const batched = await graphileWorkerRate(context, "batched");
    return [
      row({
        case: `${BPMN_ELEMENTS}: order fulfilment`,
        value: await bpmnElementsRate(context),
        unit: "instances/s",
        configuration: "4 service tasks that call back at once, in memory, parsed once",
      }),
      row({
        case: `${GRAPHILE_WORKER}: plain`,
        value: plain.jobsPerSecond,
        unit: "jobs/s",
        configuration: plain.configuration,
      }),
      row({
        case: `${GRAPHILE_WORKER}: batched`,
        value: batched.jobsPerSecond,
        unit: "jobs/s",
        configuration: batched.configuration,
      }),
    ];
  },
};

export default peers;
