/** The memory store's work for people: user tasks and incidents. */
import { MemoryTable } from "./table.ts";
import type {
  Incident,
  IncidentQuery,
  InstanceRecord,
  NewIncident,
  NewUserTask,
  Page,
  UserTask,
  UserTaskChange,
  UserTaskQuery,
} from "../store.ts";
import { changedUserTask, matchesUserTask } from "../user_task_rules.ts";

/** All user tasks and the open incidents. */
export class MemoryTasks {
  readonly #tasks = new MemoryTable<UserTask>(
    (task) => ({ rank: -task.priority, at: task.createdAt }),
    (task) => [
      `status ${task.status}`,
      `instance ${task.instanceId}`,
      ...(task.assignee === undefined ? [] : [`assignee ${task.assignee} ${task.status}`]),
    ],
  );
  readonly #incidents = new MemoryTable<Incident>(
    (incident) => ({ rank: 0, at: incident.createdAt }),
    (incident) => [`instance ${incident.instanceId}`],
  );

  get(id: string): UserTask | undefined {
    const task = this.#tasks.get(id);
    return task && copyOf(task);
  }

  open(instance: InstanceRecord, task: NewUserTask, at: number): void {
    this.#tasks.set({
      ...copyOf(task),
      tenant: instance.tenant,
      instanceId: instance.id,
      processKey: instance.key,
      status: "open",
      createdAt: at,
      revision: 1,
    });
  }

  close(id: string, status: "completed" | "cancelled", at: number): void {
    const task = this.#tasks.get(id);
    if (task?.status === "open") {
      this.#tasks.set({ ...task, status, endedAt: at, revision: task.revision + 1 });
    }
  }

  change(id: string, revision: number, change: UserTaskChange): UserTask | undefined {
    const task = this.#tasks.get(id);
    if (!task || task.status !== "open" || task.revision !== revision) return undefined;
    const changed = changedUserTask(task, change);
    this.#tasks.set(changed);
    return copyOf(changed);
  }

  list(query: UserTaskQuery): Page<UserTask> {
    const status = query.status ?? "open";
    const index = query.instanceId !== undefined
      ? `instance ${query.instanceId}`
      : query.assignee !== undefined
      ? `assignee ${query.assignee} ${status}`
      : `status ${status}`;
    return this.#tasks.page({
      indexes: [index],
      matches: (task) => matchesUserTask(task, query),
      take: query.take,
      cursor: query.cursor,
    }, copyOf);
  }

  /** Removes an instance's tasks and incidents. */
  deleteOf(instanceId: string): void {
    const index = `instance ${instanceId}`;
    for (const { id } of [...this.#tasks.inIndex(index)]) this.#tasks.delete(id);
    for (const { id } of [...this.#incidents.inIndex(index)]) this.#incidents.delete(id);
  }

  openIncident(instance: InstanceRecord, incident: NewIncident, at: number): void {
    this.#incidents.set({
      ...incident,
      tenant: instance.tenant,
      instanceId: instance.id,
      processKey: instance.key,
      createdAt: at,
    });
  }

  closeIncident(id: string): void {
    this.#incidents.delete(id);
  }

  listIncidents(query: IncidentQuery): Page<Incident> {
    return this.#incidents.page({
      ...(query.instanceId !== undefined && { indexes: [`instance ${query.instanceId}`] }),
      matches: (incident) =>
        (query.tenant === undefined || incident.tenant === query.tenant) &&
        (query.processKey === undefined || incident.processKey === query.processKey) &&
        (query.kind === undefined || incident.kind === query.kind) &&
        (query.elementId === undefined || incident.elementId === query.elementId),
      take: query.take,
      cursor: query.cursor,
    }, (incident) => ({ ...incident }));
  }
}

/** Its lists belong to whoever has the task, so they are copied, too. */
function copyOf<T extends NewUserTask>(task: T): T {
  return { ...task, candidateUsers: [...task.candidateUsers], candidateGroups: [...task.candidateGroups] };
}
