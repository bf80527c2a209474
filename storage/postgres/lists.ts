/** What is listed, page by page. */
import { decodeCursor, encodeCursor, pageSize, rowsToSkip } from "../cursor.ts";
import type {
  Definition,
  DefinitionQuery,
  Incident,
  IncidentQuery,
  InstanceQuery,
  InstanceRecord,
  Job,
  JobQuery,
  Page,
  Subscription,
  SubscriptionQuery,
  UserTask,
  UserTaskQuery,
} from "../store.ts";
import { isId, textArray } from "./arrays.ts";
import { instant } from "./extras.ts";
import { definitionOf, incidentOf, instanceOf, jobOf, subscriptionOf, userTaskOf } from "./rows.ts";
import type { Target } from "./targets.ts";

/** How far instances with a variable are counted to see which variable is the rarest. */
const COUNTED_VARIABLES = 1_000;

export async function listDefinitions(target: Target, query: DefinitionQuery): Promise<Page<Definition>> {
  const take = pageSize(query.take);
  const [key, version, tenant] = decodeCursor(query.cursor, ["string", "number", "string"]) ?? [];
  const rows = await target.run("list_definitions", [
    query.tenant,
    query.key,
    query.latestOnly ?? false,
    key,
    version,
    tenant,
    take + 1,
  ]);
  return pageOf(rows.map(definitionOf), take, (last) => [last.key, last.version, last.tenant]);
}

export async function listInstances(target: Target, query: InstanceQuery): Promise<Page<InstanceRecord>> {
  const take = pageSize(query.take);
  const skip = rowsToSkip(query.skip);
  const [at, id] = decodeCursor(query.cursor, ["number", "id"]) ?? [];
  if (![query.definitionId, query.parentId, query.rootId].every(isIdOrAbsent)) return { items: [] };
  const params: unknown[] = [
    query.tenant,
    query.key,
    query.definitionId,
    query.businessKey,
    query.statuses && textArray(query.statuses),
    query.startedFrom,
    query.startedTo,
    query.parentId,
    query.rootId,
    at,
    id,
    take + 1,
    skip,
  ];
  const variables = await rarestFirst(target, query);
  const rows = variables.length === 0
    ? await target.run(byStatus(query) ? "list_instances_by_status" : "list_instances", params)
    : await target.run("list_instances_by_variable", [
      ...params,
      textArray(variables.map(({ name }) => name)),
      textArray(variables.map(({ value }) => JSON.stringify(value))),
    ]);
  return pageOf(rows.map((row) => instanceOf(row)), take, (last) => [last.startedAt, last.id]);
}

/** The first variable is looked up, the others are compared: among a million instances it matters which is first. */
async function rarestFirst(
  target: Target,
  { tenant, variables = [] }: InstanceQuery,
): Promise<typeof variables> {
  if (variables.length < 2) return variables;
  const rows = await target.run("variable_rarity", [
    tenant,
    textArray(variables.map(({ name }) => name)),
    textArray(variables.map(({ value }) => JSON.stringify(value))),
    COUNTED_VARIABLES,
  ]);
  const rarest = rows.map(({ instances }) => Number(instances));
  const first = variables[rarest.indexOf(Math.min(...rarest))];
  return [first, ...variables.filter((each) => each !== first)];
}

export async function listJobs(target: Target, query: JobQuery): Promise<Page<Job>> {
  const take = pageSize(query.take);
  const [after] = decodeCursor(query.cursor, ["id"]) ?? [];
  if (!isIdOrAbsent(query.instanceId)) return { items: [] };
  const rows = await target.run("list_jobs", [
    query.tenant,
    query.instanceId,
    query.type?.toLowerCase(),
    query.held,
    after,
    take + 1,
  ]);
  return pageOf(rows.map(jobOf), take, (last) => [last.id]);
}

export async function findSubscriptions(
  target: Target,
  query: SubscriptionQuery,
): Promise<Page<Subscription>> {
  const take = pageSize(query.take);
  const [at, id] = decodeCursor(query.cursor, ["number", "id"]) ?? [];
  if (!isIdOrAbsent(query.instanceId)) return { items: [] };
  const rows = await target.run("find_subscriptions", [
    query.tenant,
    query.kind,
    query.name,
    // The others have none. To say so gives the order of the index: a signal may have a million receivers.
    query.key ?? (query.kind === "message" ? undefined : ""),
    query.instanceId,
    query.armedBefore,
    at,
    id,
    take + 1,
  ]);
  return pageOf(rows.map(subscriptionOf), take, (last) => [last.armedAt, last.id]);
}

export async function listUserTasks(target: Target, query: UserTaskQuery): Promise<Page<UserTask>> {
  const take = pageSize(query.take);
  const [priority, at, id] = decodeCursor(query.cursor, ["number", "number", "id"]) ?? [];
  if (!isIdOrAbsent(query.instanceId)) return { items: [] };
  // A limit that is no date is after nothing.
  const dueBefore = instant(query.dueBefore), followUpBefore = instant(query.followUpBefore);
  if (query.dueBefore !== undefined && dueBefore === null) return { items: [] };
  if (query.followUpBefore !== undefined && followUpBefore === null) return { items: [] };
  const rows = await target.run("list_user_tasks", [
    query.tenant,
    query.status ?? "open",
    query.instanceId,
    query.processKey,
    query.elementId,
    query.assignee,
    query.unassigned ?? false,
    query.candidateUser,
    query.candidateGroups && textArray(query.candidateGroups),
    dueBefore,
    followUpBefore,
    priority,
    at,
    id,
    take + 1,
  ]);
  return pageOf(rows.map(userTaskOf), take, (last) => [last.priority, last.createdAt, last.id]);
}

export async function listIncidents(target: Target, query: IncidentQuery): Promise<Page<Incident>> {
  const take = pageSize(query.take);
  const [at, id] = decodeCursor(query.cursor, ["number", "id"]) ?? [];
  if (!isIdOrAbsent(query.instanceId)) return { items: [] };
  const rows = await target.run("list_incidents", [
    query.tenant,
    query.instanceId,
    query.processKey,
    query.kind,
    query.elementId,
    at,
    id,
    take + 1,
  ]);
  return pageOf(rows.map(incidentOf), take, (last) => [last.createdAt, last.id]);
}

/** Whether the list of statuses gives the page: it leaves out the completed, which are nearly all. */
function byStatus({ statuses, businessKey, parentId, rootId }: InstanceQuery): boolean {
  // What few have is found by that.
  if (businessKey !== undefined || parentId !== undefined || rootId !== undefined) return false;
  return statuses !== undefined && !statuses.includes("completed");
}

/** One row more than the page was read, to know whether there is a next one. */
function pageOf<T>(rows: readonly T[], take: number, cursorOf: (last: T) => (string | number)[]): Page<T> {
  const items = rows.slice(0, take);
  return rows.length > take ? { items, next: encodeCursor(cursorOf(items[items.length - 1])) } : { items };
}

/** What is no id is nowhere. */
export function isIdOrAbsent(id: string | undefined): boolean {
  return id === undefined || isId(id);
}
