/**
 * The pure core beside bpmn-elements: order fulfilment from start to end, four tasks, nothing stored.
 *
 * @module
 */
import {
  type Command,
  compileBpmn,
  createInstance,
  encodeState,
  encodeVariables,
  type Instance,
  noEffects,
  type ProcessModel,
  transition,
} from "../../engine/mod.ts";
import { type BenchCase, row } from "../case.ts";
import { BPMN_ELEMENTS, bpmnElementsRate } from "../peers/bpmn_elements.ts";
import { rate } from "../rate.ts";

const core: BenchCase = {
  name: "core",
  async run(context) {
    const { models: [model] } = compileBpmn(
      await Deno.readTextFile(new URL("../models/order_fulfilment.bpmn", import.meta.url)),
    );
    const peer = { name: BPMN_ELEMENTS, value: await bpmnElementsRate(context) };
    const options = { ms: context.measureMs, batch: 500 };
    let transitions = 0;
    const pure = await rate((count) => {
      transitions = 0;
      for (let i = 0; i < count; i++) transitions += runInstance(model, false);
    }, options);
    const encoded = await rate((count) => {
      for (let i = 0; i < count; i++) runInstance(model, true);
    }, options);
    const perInstance = transitions / options.batch;
    return [
      row({
        case: "core: order fulfilment, pure transitions",
        value: pure,
        unit: "instances/s",
        peer,
        atLeast: 300,
        configuration: `4 tasks, ${perInstance} transitions each (${
          Math.round(pure * perInstance)
        }/s), parsed once`,
      }),
      row({
        case: "core: the same, state and variables encoded after each",
        value: encoded,
        unit: "instances/s",
        peer,
        configuration: "what a store would be given",
      }),
    ];
  },
};

/** @returns How many transitions the instance took. */
function runInstance(model: ProcessModel, encode: boolean): number {
  const instance = createInstance("1", model);
  const open: string[] = [];
  let firstId = 2;
  let transitions = 0;
  const carryOut = (command: Command): void => {
    const effects = noEffects();
    const done = transition(instance, command, { model, at: 1_767_225_600_000 + firstId, firstId, effects });
    transitions++;
    firstId += done.idsUsed;
    for (const job of effects.openJobs) open.push(job.id);
    if (encode) encodeBoth(instance, done.variablesChanged);
  };
  carryOut({ kind: "start", variables: { orderId: "A-1", total: 120 } });
  for (let jobId = open.shift(); jobId !== undefined; jobId = open.shift()) {
    carryOut({ kind: "completeJob", jobId, variables: {}, result: { ok: true } });
  }
  if (instance.state.status !== "completed") {
    throw new Error(`Cannot measure: the instance is ${instance.state.status}`);
  }
  return transitions;
}

function encodeBoth(instance: Instance, variablesChanged: boolean): void {
  encodeState(instance.state);
  if (variablesChanged) encodeVariables(instance.vars);
}

export default core;
