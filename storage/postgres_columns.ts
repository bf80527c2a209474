/** Units as columns: the parameters of `commit_units.sql`. */
import { boolArray, int4Array, int8Array, textArray, timeArray } from "./postgres_arrays.ts";
import type { NewJob, Step, Unit } from "./store.ts";

type Column<T> = (T | null | undefined)[];

/** A change to a job that stays. `undefined` leaves a field as it is. */
interface JobChange {
  readonly instanceId: string;
  readonly dueAt: number | null;
  readonly held?: string;
  readonly failures?: number;
  readonly lostLeases?: number;
  readonly payload?: string;
  readonly attempt?: string;
}

/** A row for each item of each unit. */
interface Owned<T> {
  readonly unit: Unit;
  readonly item: T;
}

/**
 * Encodes units for one statement.
 *
 * @returns The values of `$1` to `$63`.
 * @throws {TypeError | RangeError} If a value cannot be stored.
 */
export function unitParams(units: readonly Unit[]): Uint8Array[] {
  const leases: Owned<Unit["leases"][number]>[] = [];
  const steps: Owned<Step>[] = [];
  const jobs: Owned<NewJob>[] = [];
  const closing: Owned<string>[] = [];
  const changes = new Map<string, JobChange>();
  const searchable: Owned<readonly [string, string]>[] = [];
  for (const unit of units) {
    for (const item of unit.leases) leases.push({ unit, item });
    for (const item of unit.steps) steps.push({ unit, item });
    for (const item of unit.openJobs) jobs.push({ unit, item });
    for (const item of unit.closeJobs) closing.push({ unit, item });
    if (unit.searchable) { for (const item of unit.searchable) searchable.push({ unit, item }); }
    collectChanges(unit, changes, closing);
  }
  const changed = [...changes];
  const of = <T, R>(rows: readonly T[], value: (row: T) => R): Column<R> => rows.map(value);
  return [
    int8Array(of(units, (u) => u.instanceId)),
    int4Array(of(units, (u) => u.revision)),
    boolArray(of(units, (u) => u.create !== undefined)),
    textArray(of(units, (u) => u.tenant)),
    textArray(of(units, (u) => u.status)),
    timeArray(of(units, (u) => u.endedAt)),
    textArray(of(units, (u) => u.reason)),
    boolArray(of(units, (u) => u.releaseUniqueKey ?? false)),
    textArray(of(units, (u) => u.state)),
    textArray(of(units, (u) => u.variables)),
    boolArray(of(units, (u) => u.locals !== undefined)),
    textArray(of(units, (u) => u.locals)),
    int8Array(of(units, (u) => u.create?.definitionId)),
    textArray(of(units, (u) => u.create?.key)),
    int4Array(of(units, (u) => u.create?.version)),
    textArray(of(units, (u) => u.create?.businessKey)),
    textArray(of(units, (u) => u.releaseUniqueKey ? undefined : u.create?.uniqueKey)),
    timeArray(of(units, (u) => u.create?.startedAt)),
    int8Array(of(units, (u) => u.create?.parentId)),
    int8Array(of(units, (u) => u.create?.rootId)),
    boolArray(of(units, (u) => u.searchable !== undefined)),

    int8Array(of(leases, (l) => l.unit.instanceId)),
    int8Array(of(leases, (l) => l.item.jobId)),
    int4Array(of(leases, (l) => l.item.leaseNo)),

    int8Array(of(steps, (s) => s.unit.instanceId)),
    int4Array(of(steps, (s) => s.item.sequence)),
    textArray(of(steps, (s) => s.item.elementId)),
    textArray(of(steps, (s) => s.item.elementType)),
    textArray(of(steps, (s) => s.item.status)),
    timeArray(of(steps, (s) => s.item.startedAt)),
    timeArray(of(steps, (s) => s.item.endedAt)),
    int4Array(of(steps, (s) => s.item.item)),
    int4Array(of(steps, (s) => s.item.failures)),
    textArray(of(steps, (s) => s.item.error)),
    textArray(of(steps, (s) => s.item.attempts && JSON.stringify(s.item.attempts))),

    int8Array(of(jobs, (j) => j.unit.instanceId)),
    ...jobParams(jobs.map(({ unit, item }) => ({ job: item, at: unit.at }))),

    int8Array(of(closing, (c) => c.unit.instanceId)),
    int8Array(of(closing, (c) => c.item)),

    int8Array(of(changed, ([, c]) => c.instanceId)),
    int8Array(of(changed, ([id]) => id)),
    timeArray(of(changed, ([, c]) => c.dueAt)),
    textArray(of(changed, ([, c]) => c.held)),
    int4Array(of(changed, ([, c]) => c.failures)),
    int4Array(of(changed, ([, c]) => c.lostLeases)),
    textArray(of(changed, ([, c]) => c.payload)),
    textArray(of(changed, ([, c]) => c.attempt)),

    int8Array(of(searchable, (s) => s.unit.instanceId)),
    textArray(of(searchable, (s) => s.item[0])),
    textArray(of(searchable, (s) => s.item[1])),
  ];
}

/** The columns of new jobs, from their ids to their payloads. */
export function jobParams(jobs: readonly { readonly job: NewJob; readonly at: number }[]): Uint8Array[] {
  const of = <R>(value: (job: NewJob, at: number) => R): Column<R> =>
    jobs.map(({ job, at }) => value(job, at));
  return [
    int8Array(of((j) => j.id)),
    int8Array(of((j) => j.instanceId)),
    int8Array(of((j) => j.definitionId)),
    timeArray(of((j, at) => j.lease ? at + j.lease.leaseMs : j.dueAt)),
    timeArray(of((_, at) => at)),
    textArray(of((j) => j.lease?.worker)),
    int4Array(of((j) => j.priority ?? 0)),
    int4Array(of((j) => j.retries)),
    int4Array(of((j) => j.class)),
    textArray(of((j) => j.type.toLowerCase())),
    textArray(of((j) => j.elementId)),
    textArray(of((j) => j.held)),
    textArray(of((j) => j.retryDelaysMs?.join(","))),
    textArray(of((j) => j.payload)),
  ];
}

/** Gathers what happens to jobs that stay; of two changes to one job the later one counts, as if in turn. */
function collectChanges(unit: Unit, changes: Map<string, JobChange>, closing: Owned<string>[]): void {
  if (!unit.updateJobs && !unit.retryJobs && !unit.holdJobs) return;
  const closed = new Set(unit.closeJobs);
  const { instanceId, at } = unit;
  for (const update of unit.updateJobs ?? []) {
    if (closed.has(update.jobId)) continue;
    if (update.action === "delete") {
      closed.add(update.jobId);
      closing.push({ unit, item: update.jobId });
      continue;
    }
    changes.set(update.jobId, {
      instanceId,
      dueAt: update.dueAt === undefined ? at : update.dueAt,
      held: update.held,
      failures: update.failures,
      payload: update.payload,
      attempt: update.attempt && JSON.stringify(update.attempt),
    });
  }
  for (const id of unit.retryJobs ?? []) {
    if (closed.has(id)) continue;
    changes.set(id, {
      ...changes.get(id),
      instanceId,
      dueAt: at,
      held: undefined,
      failures: 0,
      lostLeases: 0,
    });
  }
  for (const { id, held } of unit.holdJobs ?? []) {
    if (!closed.has(id)) changes.set(id, { ...changes.get(id), instanceId, dueAt: null, held });
  }
}
