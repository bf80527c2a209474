/** What all stores agree on about user tasks: how a change applies and what a query matches. */
import type { UserTask, UserTaskChange, UserTaskQuery } from "./store.ts";

/**
 * Applies a change: absent fields stay, `null` clears.
 *
 * @returns The changed task with the next revision.
 */
export function changedUserTask(task: UserTask, change: UserTaskChange): UserTask {
  const result: Record<string, unknown> = { ...task, revision: task.revision + 1 };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else if (value !== undefined) result[name] = Array.isArray(value) ? [...value] : value;
  }
  return result as unknown as UserTask;
}

/** @returns Whether a task is among those that a query asks for. */
export function matchesUserTask(task: UserTask, query: UserTaskQuery): boolean {
  return task.status === (query.status ?? "open") &&
    (query.tenant === undefined || task.tenant === query.tenant) &&
    (query.instanceId === undefined || task.instanceId === query.instanceId) &&
    (query.processKey === undefined || task.processKey === query.processKey) &&
    (query.elementId === undefined || task.elementId === query.elementId) &&
    (query.assignee === undefined || task.assignee === query.assignee) &&
    (!query.unassigned || task.assignee === undefined) &&
    (query.candidateUser === undefined || task.candidateUsers.includes(query.candidateUser)) &&
    (query.candidateGroups === undefined ||
      query.candidateGroups.some((group) => task.candidateGroups.includes(group))) &&
    (query.dueBefore === undefined || notAfter(task.dueDate, query.dueBefore)) &&
    (query.followUpBefore === undefined || notAfter(task.followUpDate, query.followUpBefore));
}

/** Compares instants, so that dates with different offsets compare rightly. Tasks without a date never match. */
function notAfter(date: string | undefined, limit: string): boolean {
  return date !== undefined && Date.parse(date) <= Date.parse(limit);
}
