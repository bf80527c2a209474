/** The rarer effects of a unit: subscriptions, user tasks, incidents. The parameters of `commit_extras.sql`. */
import type { Unit } from "../store.ts";

/** What a deploy has, too. */
type WithExtras =
  & Pick<Unit, "tenant" | "at">
  & Partial<
    Pick<
      Unit,
      | "instanceId"
      | "openSubscriptions"
      | "closeSubscriptions"
      | "openUserTasks"
      | "closeUserTasks"
      | "openIncidents"
      | "closeIncidents"
    >
  >;

/** @returns Whether a unit has any of them. */
export function hasExtras(unit: Unit): boolean {
  return Boolean(
    unit.openSubscriptions?.length || unit.closeSubscriptions?.length || unit.openUserTasks?.length ||
      unit.closeUserTasks?.length || unit.openIncidents?.length || unit.closeIncidents?.length,
  );
}

/** @returns One JSON text per kind: these rows have lists, and speed is not their concern. */
export function extraParams(units: readonly WithExtras[]): string[] {
  const rows = (of: (unit: WithExtras) => readonly unknown[] | undefined) =>
    JSON.stringify(units.flatMap((u) => of(u) ?? []));
  return [
    rows((u) =>
      u.openSubscriptions?.map((s) => ({
        id: s.id,
        tenant: u.tenant,
        kind: s.kind,
        process_key: s.processKey,
        name: s.name,
        key: s.key,
        element_id: s.elementId,
        instance_id: s.instanceId,
        definition_id: s.definitionId,
        definition_index: s.definitionIndex,
        armed_at: u.at,
      }))
    ),
    rows((u) => u.closeSubscriptions),
    rows((u) =>
      u.openUserTasks?.map((t) => ({
        id: t.id,
        instance_id: u.instanceId,
        element_id: t.elementId,
        name: t.name,
        assignee: t.assignee,
        candidate_users: t.candidateUsers,
        candidate_groups: t.candidateGroups,
        due_date: t.dueDate,
        due_at: instant(t.dueDate),
        follow_up_date: t.followUpDate,
        follow_up_at: instant(t.followUpDate),
        priority: t.priority,
        form_key: t.formKey,
        created_at: u.at,
      }))
    ),
    rows((u) => u.closeUserTasks?.map((t) => ({ id: t.id, status: t.status, at: u.at }))),
    rows((u) =>
      u.openIncidents?.map((i) => ({
        id: i.id,
        instance_id: u.instanceId,
        kind: i.kind,
        element_id: i.elementId,
        message: i.message,
        job_id: i.jobId,
        created_at: u.at,
      }))
    ),
    rows((u) => u.closeIncidents),
  ];
}

/** @returns Milliseconds of an ISO 8601 date; `null` for none, or for text that is no date and so never matches. */
export function instant(date: string | null | undefined): number | null {
  const ms = Date.parse(date ?? "");
  return Number.isNaN(ms) ? null : ms;
}
