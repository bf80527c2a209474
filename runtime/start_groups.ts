/**
 * Starts by several events together: an instantiating parallel event-based gateway, a parallel multiple start
 * event (BPMN 2.0.2, 10.5.2 and 10.6.6). The first event starts the instance, the others join it.
 *
 * Events may come at the same time, to different workers. So the instance that waits for the others holds a unique
 * key: a second one cannot be started, and whoever tries finds the first. It gives the key back when all have come.
 */
import type { InstanceState, StartTrigger } from "../engine/mod.ts";
import type { Subscription } from "../storage/store.ts";
import type { Runtime } from "./runtime.ts";
import type { WorkItem } from "./work_item.ts";

/** What starts together. */
export interface StartGroup {
  /** The gateway, or the start event. */
  readonly id: string;
  /** The elements at which a started instance waits for the other events. */
  readonly elements: readonly string[];
}

/** @returns `undefined` if the subscription's event starts an instance by itself. */
export async function startGroup(
  runtime: Runtime,
  subscription: Subscription,
): Promise<StartGroup | undefined> {
  const { model } = await runtime.models.get(subscription.definitionId ?? "");
  const trigger = model.startTriggers.find((each) =>
    each.element.id === subscription.elementId && each.definition.index === subscription.definitionIndex
  );
  return trigger && groupOf(trigger);
}

function groupOf({ gateway, element }: StartTrigger): StartGroup | undefined {
  if (gateway?.eventGatewayType === "Parallel") {
    return { id: gateway.id, elements: gateway.outgoing.map(({ target }) => target.id) };
  }
  return "parallelMultiple" in element && element.parallelMultiple
    ? { id: element.id, elements: [element.id] }
    : undefined;
}

/** @returns The start of an instance that holds the group's key while it waits for the others. */
export function inGroup(item: WorkItem, processKey: string, group: StartGroup, messageKey = ""): WorkItem {
  const { create } = item;
  if (!create) return item;
  const uniqueKey = `g:${processKey}:${group.id}:${messageKey}`;
  return { ...item, create: { ...create, uniqueKey, host: { ...create.host, startGroup: group.elements } } };
}

/** @returns Whether an instance still waits for some of the events that start it. */
export function waitsForGroup({ root }: InstanceState, elements: readonly string[]): boolean {
  return root.tokens.some((token) => elements.includes(token.el) && token.wait === "event");
}
