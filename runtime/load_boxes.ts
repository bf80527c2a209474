/** Makes ready what the transitions of a batch need: ids, the time, instances, models. */
import { BpmnValidationError } from "../engine/mod.ts";
import { DEFAULT_TENANT, NotFoundError, type StoredInstance } from "../storage/store.ts";
import type { Box } from "./box.ts";
import type { ExecutorOptions } from "./executor.ts";
import { type InstanceCache, type Live, live } from "./instance_cache.ts";
import { newLive } from "./new_instance.ts";

/**
 * Loads the instances of a batch that are not in the cache.
 *
 * @returns By instance id; an error for one that cannot be used, nothing for one that is not there.
 * @throws If the store cannot be read.
 */
export async function loadBoxes(
  boxes: readonly Box[],
  { cache, models, store, time, environment }: ExecutorOptions,
): Promise<Map<string, Live | Error>> {
  if (!time.known) await time.ready();
  while (!environment.ids.ready) await environment.ids.fill();
  const lives = new Map<string, Live | Error>();
  const missing: string[] = [];
  for (const { id, queue } of boxes) {
    if (queue[0].item.create) continue;
    const cached = queue.some((pending) => pending.fresh) ? undefined : cache.get(id);
    if (cached) lives.set(id, cached);
    else missing.push(id);
  }
  if (missing.length > 0) {
    for (const stored of await store.loadInstances(missing)) lives.set(stored.id, decoded(stored, cache));
  }
  for (const { id, queue } of boxes) {
    const { create, tenant } = queue[0].item;
    const entry = lives.get(id);
    if (entry instanceof Error || (!entry && !create)) continue;
    const definitionId = create?.definitionId ?? entry?.definitionId ?? "";
    try {
      const { model, definition } = models.peek(definitionId) ?? await models.get(definitionId);
      if (definition.tenant !== (entry?.tenant ?? tenant ?? DEFAULT_TENANT)) {
        throw new NotFoundError(`Cannot find definition "${definitionId}": there is none`);
      }
      if (create) lives.set(id, newLive(id, tenant ?? DEFAULT_TENANT, create, model));
    } catch (error) {
      if (!(error instanceof NotFoundError || error instanceof BpmnValidationError)) throw error;
      lives.set(id, error);
    }
  }
  return lives;
}

function decoded(stored: StoredInstance, cache: InstanceCache): Live | Error {
  try {
    const entry = live(stored);
    cache.put(entry);
    return entry;
  } catch (error) {
    return error as Error; // written by a newer release, or damaged: this instance alone cannot go on
  }
}
