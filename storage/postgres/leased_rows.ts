/**
 * Rows of leases to records. All that a worker does begins with them: so they come as lists of values, without a name
 * for each; columns that nearly always say the same are null then; and texts that repeat are kept once.
 */
import { compareIds } from "../order.ts";
import type { InstanceStatus, Job, JobClass, Leased, LeaseRequest, StoredInstance } from "../store.ts";
import type { Values } from "./client.ts";
import { type Mutable, numberOf } from "./rows.ts";

/** What a lease gave. */
export interface LeasedRows {
  readonly leased: Leased;
  /** The last column of the first row: what only this statement says. */
  readonly more: unknown;
}

interface LeasedRow {
  readonly job: Job;
  readonly wasDueAt: number;
  /** Absent: the instance is not there, or came with another job. */
  readonly revision: number | undefined;
  readonly instance: StoredInstance | undefined;
}

const NO_ATTEMPTS: Job["attempts"] = Object.freeze([]);

/**
 * @param rows Of any of `lease_*.sql`: their columns stand in the same order.
 * @param request Who has leased them, and for how long.
 */
export function leasedOf(
  rows: readonly Values[],
  request: Pick<LeaseRequest, "worker" | "leaseMs">,
): LeasedRows {
  const [first] = rows;
  const at = Number(first[0]);
  const leased: LeasedRow[] = [];
  const instances: StoredInstance[] = [];
  const revisions: { id: string; revision: number }[] = [];
  const seen = new Set<string>();
  let before: LeasedRow | undefined;
  for (const row of rows) {
    if (row[1] === null) continue;
    leased.push(before = rowOf(row, at, request, before));
    const { job: { instanceId }, revision, instance } = before;
    if (revision === undefined || instanceId === undefined || seen.has(instanceId)) continue;
    seen.add(instanceId);
    if (instance) instances.push(instance);
    else revisions.push({ id: instanceId, revision });
  }
  leased.sort(({ job: a, wasDueAt }, { job: b, wasDueAt: other }) =>
    a.class - b.class || b.priority - a.priority || wasDueAt - other || compareIds(a.id, b.id)
  );
  return { leased: { at, jobs: leased.map(({ job }) => job), instances, revisions }, more: first.at(-1) };
}

function rowOf(
  [
    _at,
    id,
    ownTenant,
    instanceId,
    definitionId,
    elementId,
    type,
    jobClass,
    priority,
    held,
    leaseNo,
    failures,
    retries,
    retryDelaysMs,
    lostLeases,
    enqueuedAt,
    payload,
    attempts,
    wasDueAt,
    revision,
    itsTenant,
    runs,
    key,
    version,
    businessKey,
    status,
    startedAt,
    endedAt,
    parentId,
    rootId,
    reason,
    state,
    variables,
    locals,
  ]: Values,
  at: number,
  { worker, leaseMs }: Pick<LeaseRequest, "worker" | "leaseMs">,
  before: LeasedRow | undefined,
): LeasedRow {
  const tenant = same(String(ownTenant), before?.job.tenant);
  const job: Mutable<Job> = {
    id: String(id),
    tenant,
    type: same(String(type), before?.job.type),
    class: Number(jobClass) as JobClass,
    priority: Number(priority),
    dueAt: at + leaseMs,
    leaseNo: Number(leaseNo),
    worker,
    failures: Number(failures),
    lostLeases: Number(lostLeases),
    enqueuedAt: Number(enqueuedAt),
    attempts: attempts === null
      ? NO_ATTEMPTS
      : (JSON.parse(String(attempts)) as string[]).map((attempt) => JSON.parse(attempt)),
  };
  if (instanceId !== null) job.instanceId = String(instanceId);
  if (elementId !== null) job.elementId = same(String(elementId), before?.job.elementId);
  if (definitionId !== null) job.definitionId = String(definitionId);
  if (held !== null) job.held = String(held);
  if (retries !== null) job.retries = Number(retries);
  if (retryDelaysMs !== null) job.retryDelaysMs = JSON.parse(String(retryDelaysMs));
  if (payload !== null) job.payload = String(payload);
  const leased = { job, wasDueAt: Number(wasDueAt), revision: numberOf(revision) };
  if (leased.revision === undefined || state === null) return { ...leased, instance: undefined };
  const instance: Mutable<StoredInstance> = {
    id: String(instanceId),
    tenant: itsTenant === null ? tenant : String(itsTenant),
    definitionId: same(String(runs), before?.instance?.definitionId),
    key: same(String(key), before?.instance?.key),
    version: Number(version),
    status: status === null ? "running" : status as InstanceStatus,
    startedAt: Number(startedAt),
    rootId: String(rootId ?? instanceId),
    revision: leased.revision,
    state: String(state),
    variables: String(variables),
  };
  if (businessKey !== null) instance.businessKey = String(businessKey);
  if (endedAt !== null) instance.endedAt = Number(endedAt);
  if (parentId !== null) instance.parentId = String(parentId);
  if (reason !== null) instance.reason = String(reason);
  if (locals !== null) instance.locals = String(locals);
  return { ...leased, instance };
}

/** A text as the row before has it, if it says the same: of two equal ones only one is kept. */
function same(text: string, before: string | undefined): string {
  return text === before ? before : text;
}
