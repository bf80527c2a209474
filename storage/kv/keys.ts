/**
 * Every key that the Deno KV store writes.
 *
 * All start with the store's prefix. Ids are bigints, so that they sort as numbers; times, sequences and ranks are
 * numbers; no position ever mixes types. Text from users may be longer than a key may be: see {@link keyText}.
 * The last parts of an index are its sort key; its value is the row's id, or nothing.
 */
import { createHash } from "node:crypto";
import type { Job, StoredInstance, Subscription, UserTask } from "../store.ts";

/** The longest text that stands in a key as it is. */
const MAX_TEXT = 100;

/** Above every id. */
export const MAX_ID = 2n ** 64n;

/** @returns The text, or its beginning and its SHA-256 when it is long: equal if and only if the texts are. */
export function keyText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, 24)}\u0000${createHash("sha256").update(text).digest("hex")}`;
}

/** The keys of one store. */
export class KvKeys {
  readonly #prefix: Deno.KvKey;
  readonly #shards: number;

  /** @param shards Over how many ranges due jobs are spread: claimers start at a random one. */
  constructor(prefix: readonly string[], shards: number) {
    this.#prefix = prefix;
    this.#shards = shards;
  }

  /** How many shards there are. */
  get shards(): number {
    return this.#shards;
  }

  #key(...parts: Deno.KvKeyPart[]): Deno.KvKey {
    return [...this.#prefix, ...parts];
  }

  /** `ids` → the next free id. */
  ids(): Deno.KvKey {
    return this.#key("ids");
  }

  /** `tenant, name` → nothing; all tenants that ever had an instance. */
  tenant(tenant?: string): Deno.KvKey {
    return tenant === undefined ? this.#key("tenant") : this.#key("tenant", tenant);
  }

  /** `definition, id` → definition. */
  definition(id?: string): Deno.KvKey {
    return id === undefined ? this.#key("definition") : this.#key("definition", idPart(id));
  }

  /** `version, tenant, key, version` → id of the definition. */
  version(tenant: string, key: string, version?: number): Deno.KvKey {
    const prefix = this.#key("version", keyText(tenant), keyText(key));
    return version === undefined ? prefix : [...prefix, version];
  }

  /** `format` → the newest state format that releases may write; absent: 1. */
  format(): Deno.KvKey {
    return this.#key("format");
  }

  /** `latest, tenant, key` → the newest version and its start events; guards deploys. */
  latest(tenant: string, key: string): Deno.KvKey {
    return this.#key("latest", keyText(tenant), keyText(key));
  }

  /** `xml, tenant, hash` → the file. */
  xml(tenant: string, hash: string): Deno.KvKey {
    return this.#key("xml", keyText(tenant), keyText(hash));
  }

  /** `instance, id` → the instance with its state; guards commits. */
  instance(id: string): Deno.KvKey {
    return this.#key("instance", idPart(id));
  }

  /** `variables, id` → variables, inner variables, searchable ones. */
  variables(id: string): Deno.KvKey {
    return this.#key("variables", idPart(id));
  }

  /** `redo, instance id` → how far the rows of a commit that was too large for one are written. */
  redo(id?: string): Deno.KvKey {
    return id === undefined ? this.#key("redo") : this.#key("redo", idPart(id));
  }

  /** `unique, tenant, unique key` → id of the instance. */
  unique(tenant: string, uniqueKey: string): Deno.KvKey {
    return this.#key("unique", keyText(tenant), keyText(uniqueKey));
  }

  /** `instance_by, status, tenant, status, …` */
  instancesByStatus(tenant: string, status: string): Deno.KvKey {
    return this.#key("instance_by", "status", keyText(tenant), status);
  }

  /** `instance_by, key, tenant, process key, status, …` */
  instancesByKey(tenant: string, key: string, status: string): Deno.KvKey {
    return this.#key("instance_by", "key", keyText(tenant), keyText(key), status);
  }

  /** `instance_by, definition, definition id, status, …` */
  instancesByDefinition(definitionId: string, status: string): Deno.KvKey {
    return this.#key("instance_by", "definition", idPart(definitionId), status);
  }

  /** `instance_by, business, tenant, business key, …` */
  instancesByBusinessKey(tenant: string, businessKey: string): Deno.KvKey {
    return this.#key("instance_by", "business", keyText(tenant), keyText(businessKey));
  }

  /** `instance_by, parent, instance id, …` */
  instancesByParent(parentId: string): Deno.KvKey {
    return this.#key("instance_by", "parent", idPart(parentId));
  }

  /** `instance_by, root, instance id, …`: those below the root, not itself. */
  instancesByRoot(rootId: string): Deno.KvKey {
    return this.#key("instance_by", "root", idPart(rootId));
  }

  /** `instance_by, variable, tenant, name, JSON scalar, …` */
  instancesByVariable(tenant: string, name: string, json: string): Deno.KvKey {
    return this.#key("instance_by", "variable", keyText(tenant), keyText(name), keyText(json));
  }

  /** All entries of an index; each ends with the id of its row. */
  entries(
    index: "due" | "job_of" | "job_ended" | "subscription_by" | "task_by" | "incident_by" | "message_by_key",
  ): Deno.KvKey {
    return this.#key(index);
  }

  /** All indexes of instances but those by variable and by tree: `instance_by, status | key | definition | business`. */
  instanceEntries(by: "status" | "key" | "definition" | "business" | "parent"): Deno.KvKey {
    return this.#key("instance_by", by);
  }

  /** All rows of a kind, by id. */
  rows(kind: "instance" | "job" | "subscription" | "task" | "incident" | "message"): Deno.KvKey {
    return this.#key(kind);
  }

  /** What every index of an instance ends with: `started at, id`. */
  startedKey(index: Deno.KvKey, instance: Pick<StoredInstance, "startedAt" | "id">): Deno.KvKey {
    return [...index, instance.startedAt, idPart(instance.id)];
  }

  /** `step, instance id, sequence` → step. */
  step(instanceId: string, sequence?: number): Deno.KvKey {
    const prefix = this.#key("step", idPart(instanceId));
    return sequence === undefined ? prefix : [...prefix, sequence];
  }

  /** `job, id` → job. */
  job(id?: string): Deno.KvKey {
    return id === undefined ? this.#key("job") : this.#key("job", idPart(id));
  }

  /** `job_of, instance id, id` */
  jobsOf(instanceId: string, id?: string): Deno.KvKey {
    const prefix = this.#key("job_of", idPart(instanceId));
    return id === undefined ? prefix : [...prefix, idPart(id)];
  }

  /** `job_ended, instance id, id`: jobs whose outcomes wait in their rows. */
  endedJobsOf(instanceId: string, id?: string): Deno.KvKey {
    const prefix = this.#key("job_ended", idPart(instanceId));
    return id === undefined ? prefix : [...prefix, idPart(id)];
  }

  /** Where a job with an outcome stands, if it has one. */
  ended(job: Job | undefined): Deno.KvKey | undefined {
    const ended = job?.held === "ended" && job.instanceId !== undefined;
    return ended ? this.endedJobsOf(job.instanceId as string, job.id) : undefined;
  }

  /** `due, type, class`: the prefix of all due keys of a type and class. */
  dueOf(type: string, jobClass: number): Deno.KvKey {
    return this.#key("due", keyText(type), jobClass);
  }

  /** A tenant as it stands in keys. */
  tenantPart(tenant: string): string {
    return keyText(tenant);
  }

  /**
   * `due, type, class, tenant, shard, due at, id` → nothing. Absent for jobs that are never due. The tenant stands
   * before the shard, so that no tenant's backlog hides another's jobs.
   */
  due(job: Job): Deno.KvKey | undefined {
    if (job.dueAt === null) return undefined;
    const id = idPart(job.id);
    const shard = Number(id % BigInt(this.#shards));
    return [...this.dueOf(job.type, job.class), keyText(job.tenant), shard, job.dueAt, id];
  }

  /** `message, id` → message. */
  message(id: string): Deno.KvKey {
    return this.#key("message", idPart(id));
  }

  /** `message_by_key, tenant, name, key, …` then `published at, id`. */
  messagesByKey(tenant: string, name: string, key: string): Deno.KvKey {
    return this.#key("message_by_key", keyText(tenant), keyText(name), keyText(key));
  }

  /** `message_id, tenant, name, the publisher's id` → id of the message. */
  messageId(tenant: string, name: string, messageId: string): Deno.KvKey {
    return this.#key("message_id", keyText(tenant), keyText(name), keyText(messageId));
  }

  /** `subscription, id` → subscription. */
  subscription(id: string): Deno.KvKey {
    return this.#key("subscription", idPart(id));
  }

  /** `subscription_by, key, tenant, kind, name, key, …` then `armed at, id`. */
  subscriptionsByKey(tenant: string, kind: string, name: string, key: string): Deno.KvKey {
    return this.#key("subscription_by", "key", keyText(tenant), kind, keyText(name), keyText(key));
  }

  /** `subscription_by, name, tenant, kind, name, …` */
  subscriptionsByName(tenant: string, kind: string, name: string): Deno.KvKey {
    return this.#key("subscription_by", "name", keyText(tenant), kind, keyText(name));
  }

  /** `subscription_by, kind, tenant, kind, …` */
  subscriptionsByKind(tenant: string, kind: string): Deno.KvKey {
    return this.#key("subscription_by", "kind", keyText(tenant), kind);
  }

  /** `subscription_by, instance, instance id, …` */
  subscriptionsOf(instanceId: string): Deno.KvKey {
    return this.#key("subscription_by", "instance", idPart(instanceId));
  }

  /** All index keys of a subscription. */
  subscriptionIndexes(row: Subscription): Deno.KvKey[] {
    const { tenant, kind, name, key, instanceId } = row;
    const indexes = [
      this.subscriptionsByKey(tenant, kind, name, key),
      this.subscriptionsByName(tenant, kind, name),
      this.subscriptionsByKind(tenant, kind),
    ];
    if (instanceId !== undefined) indexes.push(this.subscriptionsOf(instanceId));
    return indexes.map((index) => [...index, row.armedAt, idPart(row.id)]);
  }

  /** `task, id` → user task. */
  task(id: string): Deno.KvKey {
    return this.#key("task", idPart(id));
  }

  /** `task_by, status, tenant, status, …` then `-priority, created at, id`. */
  tasksByStatus(tenant: string, status: string): Deno.KvKey {
    return this.#key("task_by", "status", keyText(tenant), status);
  }

  /** `task_by, assignee, tenant, assignee, status, …` */
  tasksByAssignee(tenant: string, assignee: string, status: string): Deno.KvKey {
    return this.#key("task_by", "assignee", keyText(tenant), keyText(assignee), status);
  }

  /** `task_by, instance, instance id, …` */
  tasksOf(instanceId: string): Deno.KvKey {
    return this.#key("task_by", "instance", idPart(instanceId));
  }

  /** All index keys of a user task. */
  taskIndexes(task: UserTask): Deno.KvKey[] {
    const indexes = [this.tasksByStatus(task.tenant, task.status), this.tasksOf(task.instanceId)];
    if (task.assignee !== undefined) {
      indexes.push(this.tasksByAssignee(task.tenant, task.assignee, task.status));
    }
    return indexes.map((index) => [...index, 0 - task.priority, task.createdAt, idPart(task.id)]);
  }

  /** `incident, id` → incident. */
  incident(id: string): Deno.KvKey {
    return this.#key("incident", idPart(id));
  }

  /** `incident_by, tenant, tenant, …` then `created at, id`. */
  incidentsByTenant(tenant: string): Deno.KvKey {
    return this.#key("incident_by", "tenant", keyText(tenant));
  }

  /** `incident_by, instance, instance id, …` */
  incidentsOf(instanceId: string): Deno.KvKey {
    return this.#key("incident_by", "instance", idPart(instanceId));
  }

  /** `note, instance id, …` then `created at, id` → note. */
  notes(instanceId: string): Deno.KvKey {
    return this.#key("note", idPart(instanceId));
  }

  /** `kpi_delta, instance id, revision, part` → what ended in that commit. */
  kpiDelta(instanceId?: string, revision?: number, part?: number): Deno.KvKey {
    if (instanceId === undefined) return this.#key("kpi_delta");
    const prefix = this.#key("kpi_delta", idPart(instanceId));
    return revision === undefined || part === undefined ? prefix : [...prefix, revision, part];
  }

  /** `kpi, period, …` */
  kpiSums(period?: string): Deno.KvKey {
    return period === undefined ? this.#key("kpi") : this.#key("kpi", period);
  }

  /** `kpi, period, start, tenant, process key, definition id, element id` → summary. */
  kpiSum(
    period: string,
    start: number,
    of: { readonly tenant: string; readonly key: string; readonly definitionId: string },
    elementId: string,
  ): Deno.KvKey {
    const { tenant, key, definitionId } = of;
    const parts = [keyText(tenant), keyText(key), idPart(definitionId), keyText(elementId)];
    return [...this.kpiSums(period), start, ...parts];
  }

  /** `turn, name` → until when one process does this work alone. */
  turn(name: string): Deno.KvKey {
    return this.#key("turn", keyText(name));
  }

  /** `kpi_turn` → changes whenever sums do. */
  kpiTurn(): Deno.KvKey {
    return this.#key("kpi_turn");
  }

  /** `chunk, reference, n` → a part of a value that is too large for one. Never changed. */
  chunk(ref: string, n: number): Deno.KvKey {
    return this.#key("chunk", ref, n);
  }

  /** `cleanup, time, reference` → number of chunks that nothing points to, or nothing yet. */
  cleanup(at?: number, ref?: string): Deno.KvKey {
    return at === undefined || ref === undefined ? this.#key("cleanup") : this.#key("cleanup", at, ref);
  }
}

/** An id as it stands in keys. */
export function idPart(id: string): bigint {
  return BigInt(id);
}
