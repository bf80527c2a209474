/** Rows of PostgreSQL to records. Tolerant of what a user's own client makes of numbers and booleans. */
import type { Row } from "./client.ts";
import type {
  Definition,
  Incident,
  InstanceRecord,
  Job,
  JobClass,
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

/** A record while it is being made. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The instance in a row. */
export function instanceOf(row: Row): InstanceRecord {
  const record: Mutable<InstanceRecord> = {
    id: String(row.id),
    tenant: String(row.tenant),
    definitionId: String(row.definition_id),
    key: String(row.key),
    version: Number(row.version),
    status: row.status as InstanceRecord["status"],
    startedAt: Number(row.started_at),
    revision: Number(row.revision),
    rootId: String(row.root_id),
  };
  const businessKey = textOf(row.business_key);
  if (businessKey !== undefined) record.businessKey = businessKey;
  const endedAt = numberOf(row.ended_at);
  if (endedAt !== undefined) record.endedAt = endedAt;
  const parentId = textOf(row.parent_id);
  if (parentId !== undefined) record.parentId = parentId;
  const reason = textOf(row.reason);
  if (reason !== undefined) record.reason = reason;
  return record;
}

/** The instance in a row, with its state. */
export function storedInstanceOf(row: Row): StoredInstance {
  const instance = instanceOf(row) as Mutable<StoredInstance>;
  instance.state = String(row.state);
  instance.variables = String(row.variables);
  const locals = textOf(row.locals);
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
  if (row.outcome !== null) job.outcome = String(row.outcome);
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
