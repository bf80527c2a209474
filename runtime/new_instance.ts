/** A new instance, before its first command. */
import { createInstance, type ProcessModel } from "../engine/mod.ts";
import type { NewInstance } from "../storage/store.ts";
import { type Live, liveBytes } from "./instance_cache.ts";

/** @returns An instance without tokens, for the start command. */
export function newLive(id: string, tenant: string, create: NewInstance, model: ProcessModel): Live {
  return {
    id,
    tenant,
    definitionId: create.definitionId,
    key: create.key,
    version: create.version,
    businessKey: create.businessKey,
    startedAt: create.startedAt,
    parentId: create.parentId,
    rootId: create.rootId,
    status: "running",
    revision: 0,
    instance: createInstance(id, model),
    bytes: liveBytes(),
    handedOn: 0,
    before: undefined,
    after: undefined,
  };
}
