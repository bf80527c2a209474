/**
 * The peer for the core: bpmn-elements runs order fulfilment in memory.
 *
 * As favourable to it as its documentation allows: the file is parsed and serialized once, nothing is logged,
 * nothing is stored, and a service calls back at once.
 *
 * @module
 */
import * as elements from "bpmn-elements";
import { BpmnModdle } from "bpmn-moddle";
import serialize, { TypeResolver } from "moddle-context-serializer";
import type { BenchContext } from "../case.ts";
import { runProcess } from "../process.ts";

/** Name and pinned version, as rows show it. */
export const BPMN_ELEMENTS = "bpmn-elements 17.3.0";

/**
 * Measures the peer, in a process of its own. Not once per run: what is compared is measured close together.
 *
 * @returns Order-fulfilment instances per second.
 */
export async function bpmnElementsRate(context: BenchContext): Promise<number> {
  context.log(`${BPMN_ELEMENTS}: order fulfilment in memory`);
  const { instancesPerSecond } = await runProcess<{ instancesPerSecond: number }>(
    "peers/bpmn_elements_process.ts",
    [context.measureMs],
  );
  return instancesPerSecond;
}

/**
 * Parses a file for the peer.
 *
 * @param xml A file with one executable process of service tasks and gateways.
 * @returns Runs one instance from start to end, and says how many services it called.
 */
export async function prepareBpmnElements(xml: string): Promise<() => Promise<number>> {
  const moddleContext = await new BpmnModdle().fromXML(xml);
  const serialized = serialize(moddleContext, TypeResolver(elements));
  let calls = 0;
  class NoOpService {
    execute(...args: unknown[]): void {
      calls++;
      (args.at(-1) as () => void)();
    }
  }
  // An extension may return nothing, although its type does not say so.
  const service = ((activity: elements.ElementBase): void => {
    if (activity.type === "bpmn:ServiceTask") activity.behaviour.Service = NoOpService;
  }) as unknown as elements.Extension;
  return () => {
    calls = 0;
    const environment = new elements.Environment({ extensions: { service } });
    const definition = new elements.Definition(elements.Context(serialized, environment));
    const ended = Promise.withResolvers<number>();
    definition.run((error?: Error | null) => error ? ended.reject(error) : ended.resolve(calls));
    return ended.promise;
  };
}
