/**
 * What the peers do by themselves, without anything of ours beside them: to see that they are treated well.
 *
 * @module
 */
import { type BenchCase, row } from "../case.ts";
import { BPMN_ELEMENTS, bpmnElementsRate } from "../peers/bpmn_elements.ts";
import { DBOS, dbosRate } from "../peers/dbos.ts";
import { GRAPHILE_WORKER, graphileWorkerRate } from "../peers/graphile_worker.ts";
import { PG_BOSS, pgBossRate } from "../peers/pg_boss.ts";

const peers: BenchCase = {
  name: "peers",
  async run(context) {
    const plain = await graphileWorkerRate(context, "plain");
    const batched = await graphileWorkerRate(context, "batched");
    const boss = await pgBossRate(context);
    const dbos = await dbosRate(context);
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
      row({
        case: `${PG_BOSS}: batched`,
        value: boss.jobsPerSecond,
        unit: "jobs/s",
        configuration: boss.configuration,
      }),
      row({
        case: `${DBOS}: workflows of four steps`,
        value: dbos.stepsPerSecond,
        unit: "steps/s",
        configuration: dbos.configuration,
      }),
    ];
  },
};

export default peers;
