/** Jobs of a user's own: they belong to no instance. */
import { Variables } from "../../engine/mod.ts";
import type { Job } from "../../storage/store.ts";
import type { Live } from "../instance_cache.ts";

/** @returns What their handlers see instead of an instance: the payload as variables. */
export function withoutInstance(job: Job): Live {
  return {
    id: "",
    tenant: job.tenant,
    definitionId: "",
    key: "",
    version: 0,
    startedAt: 0,
    rootId: "",
    status: "running",
    revision: 0,
    instance: {
      id: "",
      state: { v: 0, status: "running", seq: 0, last: 0, root: { id: 0, el: "", tokens: [] } },
      vars: new Variables(payloadVariables(job)),
    },
    bytes: 0,
    handedOn: 0,
    before: undefined,
    after: undefined,
  };
}

function payloadVariables(job: Job): Record<string, unknown> {
  const payload: unknown = JSON.parse(job.payload ?? "{}");
  const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  return isObject ? payload as Record<string, unknown> : { payload };
}
