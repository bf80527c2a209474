/** What the options of each of the engine's methods are made of. */
import { checkArgument, checkOptions, oneOf, type Shape } from "./arguments.ts";

const STATUSES = ["running", "suspended", "completed", "cancelled", "failed"];
const TASK_STATUSES = ["open", "completed", "cancelled"];
const STEP_STATUSES = ["completed", "failed", "cancelled", "skipped"];

const PAGE = { take: "count", cursor: "text" } as const;

export const VERSION: Shape = { version: "count", versionTag: "name" };
export const DEPLOY: Shape = { fileName: "prose", ignoreExtensions: "flag", maxBytes: "count" };
export const START: Shape = {
  ...VERSION,
  businessKey: "name",
  uniqueBusinessKey: "flag",
  initiator: "name",
  manual: "flag",
  startEvent: "text",
  transaction: "transaction",
};
export const JOIN: Shape = { transaction: "transaction" };
export const HISTORY: Shape = { after: "whole", take: "count" };
export const PUBLISH: Shape = { key: "name", timeToLiveMs: "duration", messageId: "name" };
export const CORRELATE: Shape = { key: "name", instanceId: "text", subscriptionId: "text" };
export const SET_VARIABLES: Shape = { scope: "whole", local: "flag" };
export const NOTE: Shape = { kind: ["info", "user", "system", "audit"], author: "name" };
export const RUN: Shape = { maxJobs: "count" };
export const SIMULATE: Shape = {
  process: "text",
  startEvent: "text",
  answers: "object",
  choices: "object",
  fireEvents: "flag",
  at: "time",
  maxWaves: "count",
};
export const SAVE: Shape = { revision: "small", status: STATUSES, reason: "prose", steps: "list" };
export const OWN_STEP: Shape = {
  sequence: "small",
  elementId: "text",
  elementType: "name",
  status: STEP_STATUSES,
  startedAt: "time",
  endedAt: "time",
  error: "prose",
};

export const DEFINITIONS: Shape = { ...PAGE, key: "name", latestOnly: "flag" };
export const INSTANCES: Shape = {
  ...PAGE,
  skip: "whole",
  key: "name",
  definitionId: "text",
  businessKey: "name",
  statuses: "names",
  startedFrom: "time",
  startedTo: "time",
  variables: "list",
  parentId: "text",
  rootId: "text",
};
export const KPIS: Shape = {
  groupBy: ["process", "process-element", "element"],
  key: "name",
  definitionId: "text",
  elementId: "text",
  from: "time",
  to: "time",
};
export const CLEANUP: Shape = { key: "name", defaultTtlMs: "duration", dryRun: "flag", batch: "count" };
export const JOBS: Shape = { ...PAGE, instanceId: "text", type: "name", held: "flag" };
export const INCIDENTS: Shape = {
  ...PAGE,
  instanceId: "text",
  processKey: "name",
  kind: "name",
  elementId: "text",
};
export const TASKS: Shape = {
  ...PAGE,
  instanceId: "text",
  processKey: "name",
  elementId: "text",
  assignee: "name",
  unassigned: "flag",
  candidateUser: "name",
  candidateGroups: "names",
  dueBefore: "name",
  followUpBefore: "name",
  status: TASK_STATUSES,
};

export const ENQUEUE: Shape = { type: "name", dueAt: "time", priority: "small", retries: "small" };
export const CLAIM: Shape = {
  worker: "name",
  types: "names",
  jobIds: "names",
  max: "count",
  leaseMs: "delay",
};
export const COMPLETE: Shape = JOIN;
export const FAIL: Shape = { message: "text", retryInMs: "delay", retry: "flag" };
export const THROW: Shape = { message: "text" };
export const TASK_CHANGE: Shape = {
  assignee: "name?",
  candidateUsers: "names",
  candidateGroups: "names",
  dueDate: "name?",
  followUpDate: "name?",
  priority: "small",
  formKey: "prose?",
};

/** @throws {TypeError | RangeError} If it is no query for instances. */
export function checkInstanceQuery(query: unknown): void {
  checkOptions(query, INSTANCES, "query");
  const { statuses, variables } = query as Record<string, readonly unknown[] | undefined>;
  statuses?.forEach((status, index) => oneOf(status, STATUSES, `statuses[${index}]`));
  variables?.forEach((variable, index) => {
    const what = `variables[${index}]`;
    checkOptions(variable, {}, what);
    const { name, value } = variable as { name?: unknown; value?: unknown };
    checkArgument(name, "text", `${what}.name`);
    if (typeof value === "string") checkArgument(value, "text", `${what}.value`);
    else if (value !== null && typeof value !== "boolean" && !Number.isFinite(value)) {
      throw new TypeError(`Cannot use "${what}.value": it must be a string, a number, true, false or null`);
    }
  });
}
