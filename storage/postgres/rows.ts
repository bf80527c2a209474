/** Rows of PostgreSQL to records. Tolerant of what a user's own client makes of numbers and booleans. */
import type { Row } from "./client.ts";
import { compareIds } from "../order.ts";
import type {
  Definition,
  Incident,
  InstanceRecord,
  Job,
  JobClass,
  Leased,
  Message,
  Note,
  Step,
  StoredInstance,
  Subscription,
  UserTask,
} from "../store.ts";

/** A number; `undefined` for null. */
export function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

/** A text; `undefined` for null. */
export function textOf(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

/** A boolean, as itself or as PostgreSQL writes it. */
export function booleanOf(value: unknown): boolean {
  return value === true || value === "t" || value === "true";
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The instance in a row. @param prefix Of its columns. */
export function instanceOf(row: Row, prefix: string = ""): InstanceRecord {
  const record: Mutable<InstanceRecord> = {
    id: String(row[`${prefix}id`]),
    tenant: String(row[`${prefix}tenant`]),
    definitionId: String(row[`${prefix}definition_id`]),
    key: String(row[`${prefix}key`]),
    version: Number(row[`${prefix}version`]),
    status: row[`${prefix}status`] as InstanceRecord["status"],
    startedAt: Number(row[`${prefix}started_at`]),
    revision: Number(row[`${prefix}revision`]),
    rootId: String(row[`${prefix}root_id`]),
  };
  const businessKey = textOf(row[`${prefix}business_key`]);
  if (businessKey !== undefined) record.businessKey = businessKey;
  const endedAt = numberOf(row[`${prefix}ended_at`]);
  if (endedAt !== undefined) record.endedAt = endedAt;
  const parentId = textOf(row[`${prefix}parent_id`]);
  if (parentId !== undefined) record.parentId = parentId;
  const reason = textOf(row[`${prefix}reason`]);
  if (reason !== undefined) record.reason = reason;
  return record;
}

/** The instance in a row, with its state. */
export function storedInstanceOf(row: Row, prefix: string = ""): StoredInstance {
  const instance = instanceOf(row, prefix) as Mutable<StoredInstance>;
  instance.state = String(row[`${prefix}state`]);
  instance.variables = String(row[`${prefix}variables`]);
  const locals = textOf(row[`${prefix}locals`]);
  if (locals !== undefined) instance.locals = locals;
  return instance;
}

/** The job in a row. */
export function jobOf(row: Row): Job {
  const job: Mutable<Job> = {
    id: String(row.id),
    tenant: String(row.tenant),
    type: String(row.type),
    class: Number(row.class) as JobClass,
    priority: Number(row.priority),
    dueAt: numberOf(row.due_at) ?? null,
    leaseNo: Number(row.lease_no),
    failures: Number(row.failures),
    lostLeases: Number(row.lost_leases),
    enqueuedAt: Number(row.enqueued_at),
    attempts: row.attempts === null
      ? []
      : (JSON.parse(String(row.attempts)) as string[]).map((attempt) => JSON.parse(attempt)),
  };
  if (row.instance_id !== null) job.instanceId = String(row.instance_id);
  if (row.definition_id !== null) job.definitionId = String(row.definition_id);
  if (row.element_id !== null) job.elementId = String(row.element_id);
  if (row.held !== null) job.held = String(row.held);
  if (row.worker !== null) job.worker = String(row.worker);
  if (row.retries !== null) job.retries = Number(row.retries);
  if (row.retry_delays_ms !== null) job.retryDelaysMs = JSON.parse(String(row.retry_delays_ms));
  if (row.payload !== null) job.payload = String(row.payload);
  // What is leased has none, and its rows do not say so.
  if (row.outcome !== null && row.outcome !== undefined) job.outcome = String(row.outcome);
  return job;
}

/** The definition in a row. */
export function definitionOf(row: Row): Definition {
  const name = textOf(row.name);
  const versionTag = textOf(row.version_tag);
  const historyTimeToLiveMs = numberOf(row.history_ttl_ms);
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    key: String(row.key),
    version: Number(row.version),
    ...(name !== undefined && { name }),
    ...(versionTag !== undefined && { versionTag }),
    hash: String(row.hash),
    deployedAt: Number(row.deployed_at),
    latest: booleanOf(row.latest),
    ...(historyTimeToLiveMs !== undefined && { historyTimeToLiveMs }),
  };
}

/** The user task in a row. */
export function userTaskOf(row: Row): UserTask {
  const optional: Record<string, unknown> = {
    name: textOf(row.name),
    assignee: textOf(row.assignee),
    dueDate: textOf(row.due_date),
    followUpDate: textOf(row.follow_up_date),
    formKey: textOf(row.form_key),
    endedAt: numberOf(row.ended_at),
  };
  for (const key of Object.keys(optional)) if (optional[key] === undefined) delete optional[key];
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    instanceId: String(row.instance_id),
    processKey: String(row.process_key),
    elementId: String(row.element_id),
    status: row.status as UserTask["status"],
    candidateUsers: JSON.parse(String(row.candidate_users)),
    candidateGroups: JSON.parse(String(row.candidate_groups)),
    priority: Number(row.priority),
    createdAt: Number(row.created_at),
    revision: Number(row.revision),
    ...optional,
  };
}

/** The incident in a row. */
export function incidentOf(row: Row): Incident {
  const jobId = textOf(row.job_id);
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    instanceId: String(row.instance_id),
    processKey: String(row.process_key),
    kind: row.kind as Incident["kind"],
    elementId: String(row.element_id),
    message: String(row.message),
    ...(jobId !== undefined && { jobId }),
    createdAt: Number(row.created_at),
  };
}

/** The ended step in a row. */
export function stepOf(row: Row): Step {
  const item = numberOf(row.item), failures = numberOf(row.failures), error = textOf(row.error);
  return {
    sequence: Number(row.sequence),
    elementId: String(row.element_id),
    elementType: row.element_type as Step["elementType"],
    status: row.status as Step["status"],
    startedAt: Number(row.started_at),
    endedAt: Number(row.ended_at),
    ...(item !== undefined && { item }),
    ...(failures !== undefined && { failures }),
    ...(error !== undefined && { error }),
    ...(row.attempts !== null && { attempts: JSON.parse(String(row.attempts)) }),
  };
}

/** The message in a row. */
export function messageOf(row: Row): Message {
  const messageId = textOf(row.message_id), targetProcess = textOf(row.target_process);
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    name: String(row.name),
    key: String(row.key),
    ...(messageId !== undefined && { messageId }),
    variables: String(row.variables),
    ...(targetProcess !== undefined && { targetProcess }),
    publishedAt: Number(row.published_at),
    expiresAt: Number(row.expires_at),
    takenBy: JSON.parse(String(row.taken_by)),
  };
}

/** The subscription in a row. */
export function subscriptionOf(row: Row): Subscription {
  const instanceId = textOf(row.instance_id), definitionId = textOf(row.definition_id);
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    kind: row.kind as Subscription["kind"],
    processKey: String(row.process_key),
    name: String(row.name),
    key: String(row.key),
    elementId: String(row.element_id),
    ...(instanceId !== undefined && { instanceId }),
    ...(definitionId !== undefined && { definitionId }),
    definitionIndex: Number(row.definition_index),
    armedAt: Number(row.armed_at),
  };
}

/** The note in a row. */
export function noteOf(row: Row): Note {
  const author = textOf(row.author);
  return {
    id: String(row.id),
    instanceId: String(row.instance_id),
    kind: row.kind as Note["kind"],
    text: String(row.text),
    ...(author !== undefined && { author }),
    createdAt: Number(row.created_at),
  };
}

/** What a lease gave, and the oldest due time of each lane where jobs were due, by class and type. */
export function leasedOf(rows: readonly Row[]): { leased: Leased; oldest: ReadonlyMap<string, number> } {
  const jobs: Job[] = [];
  const instances: StoredInstance[] = [];
  const revisions: { id: string; revision: number }[] = [];
  const wasDueAt = new Map<string, number>();
  const seen = new Set<string>();
  const waiting: Readonly<Record<string, number>> = JSON.parse(String(rows[0].waiting ?? "{}"));
  const oldest = new Map(Object.entries(waiting));
  for (const row of rows) {
    if (row.id === null) continue;
    const job = jobOf(row);
    jobs.push(job);
    wasDueAt.set(job.id, Number(row.was_due_at));
    if (row.i_id === null || seen.has(String(row.i_id))) continue;
    seen.add(String(row.i_id));
    if (row.i_state === null) revisions.push({ id: String(row.i_id), revision: Number(row.i_revision) });
    else instances.push(storedInstanceOf(row, "i_"));
  }
  jobs.sort((a, b) =>
    a.class - b.class || b.priority - a.priority ||
    (wasDueAt.get(a.id) ?? 0) - (wasDueAt.get(b.id) ?? 0) || compareIds(a.id, b.id)
  );
  return { leased: { at: Number(rows[0].at), jobs, instances, revisions }, oldest };
}
