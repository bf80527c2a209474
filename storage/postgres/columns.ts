/** Units as columns: the parameters of `commit_units.sql`. */
import { columns } from "./arrays.ts";
import { deltaParams } from "./deltas.ts";
import type { NewJob, Step, Unit } from "../store.ts";

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

type StepRow = Omit<Step, "elementType" | "status"> & {
  readonly elementType: string;
  readonly status: string;
};

/** A row for each item of each unit. */
interface Owned<T> {
  readonly unit: Unit;
  readonly item: T;
}

/**
 * Encodes units for one statement.
 *
 * @returns The values of `$1` to `$72`.
 * @throws {TypeError | RangeError} If a value cannot be stored.
 */
export function unitParams(units: readonly Unit[]): Uint8Array[] {
  const leases: Owned<Unit["leases"][number]>[] = [];
  const steps: Owned<StepRow>[] = [];
  const jobs: Owned<NewJob>[] = [];
  const closing: Owned<string>[] = [];
  const changes = new Map<string, JobChange>();
  const searchable: Owned<readonly [string, string]>[] = [];
  for (const unit of units) {
    for (const item of unit.leases) leases.push({ unit, item });
    for (const item of stepsOf(unit)) steps.push({ unit, item });
    for (const item of unit.openJobs) jobs.push({ unit, item });
    for (const item of unit.closeJobs) closing.push({ unit, item });
    if (unit.searchable) { for (const item of unit.searchable) searchable.push({ unit, item }); }
    collectChanges(unit, changes, closing);
  }
  const changed = [...changes];
  return [
    columns.int8(units, (u) => u.instanceId),
    columns.int4(units, (u) => u.revision),
    columns.bool(units, (u) => u.create !== undefined),
    columns.text(units, (u) => u.tenant),
    columns.text(units, (u) => u.status),
    columns.time(units, (u) => u.endedAt),
    columns.text(units, (u) => u.reason),
    columns.bool(units, (u) => u.releaseUniqueKey ?? false),
    columns.longText(units, (u) => u.state),
    columns.longText(units, (u) => u.variables),
    columns.bool(units, (u) => u.locals !== undefined),
    columns.longText(units, (u) => u.locals),
    columns.int8(units, (u) => u.create?.definitionId),
    columns.text(units, (u) => u.create?.key),
    columns.int4(units, (u) => u.create?.version),
    columns.text(units, (u) => u.create?.businessKey),
    columns.text(units, (u) => u.releaseUniqueKey ? undefined : u.create?.uniqueKey),
    columns.time(units, (u) => u.create?.startedAt),
    columns.int8(units, (u) => u.create?.parentId),
    columns.int8(units, (u) => u.create?.rootId),
    columns.bool(units, (u) => u.searchable !== undefined),

    columns.int8(leases, (l) => l.unit.instanceId),
    columns.int8(leases, (l) => l.item.jobId),
    columns.int4(leases, (l) => l.item.leaseNo),

    columns.int8(steps, (s) => s.unit.instanceId),
    ...stepParams(steps.map(({ item }) => item)),

    columns.int8(jobs, (j) => j.unit.instanceId),
    ...jobParams(jobs.map(({ unit, item }) => ({ job: item, at: unit.at }))),

    columns.int8(closing, (c) => c.unit.instanceId),
    columns.int8(closing, (c) => c.item),

    columns.int8(changed, ([, c]) => c.instanceId),
    columns.int8(changed, ([id]) => id),
    columns.time(changed, ([, c]) => c.dueAt),
    columns.text(changed, ([, c]) => c.held),
    columns.int4(changed, ([, c]) => c.failures),
    columns.int4(changed, ([, c]) => c.lostLeases),
    columns.text(changed, ([, c]) => c.payload),
    columns.text(changed, ([, c]) => c.attempt),

    columns.int8(searchable, (s) => s.unit.instanceId),
    columns.text(searchable, (s) => s.item[0]),
    columns.text(searchable, (s) => s.item[1]),

    ...wantedParams(leases, closing, changed),
    ...deltaParams(units),
  ];
}

/** All jobs that a unit leaves another way than it finds them, each once. */
function wantedParams(
  leases: readonly Owned<Unit["leases"][number]>[],
  closing: readonly Owned<string>[],
  changed: readonly (readonly [string, JobChange])[],
): Uint8Array[] {
  const owners = new Map<string, string>();
  const rows: { readonly instanceId: string; readonly jobId: string }[] = [];
  const add = (instanceId: string, jobId: string): void => {
    const owner = owners.get(jobId);
    if (owner === instanceId) return;
    if (owner === undefined) owners.set(jobId, instanceId);
    rows.push({ instanceId, jobId });
  };
  for (const { unit, item } of leases) add(unit.instanceId, item.jobId);
  for (const { unit, item } of closing) add(unit.instanceId, item);
  for (const [id, { instanceId }] of changed) add(instanceId, id);
  return [columns.int8(rows, (w) => w.instanceId), columns.int8(rows, (w) => w.jobId)];
}

/** The columns of steps, from their sequence to their attempts. */
export function stepParams(steps: readonly StepRow[]): Uint8Array[] {
  return [
    columns.int4(steps, (s) => s.sequence),
    columns.text(steps, (s) => s.elementId),
    columns.text(steps, (s) => s.elementType),
    columns.text(steps, (s) => s.status),
    columns.time(steps, (s) => s.startedAt),
    columns.time(steps, (s) => s.endedAt),
    columns.int4(steps, (s) => s.item),
    columns.int4(steps, (s) => s.failures),
    columns.text(steps, (s) => s.error),
    columns.text(steps, (s) => s.attempts && JSON.stringify(s.attempts)),
  ];
}

/** The steps of a unit, and among them its end if no step shows when that was; no history has it. */
export function stepsOf({ steps, status, endedAt }: Unit): readonly StepRow[] {
  if (endedAt === undefined) return steps;
  for (let i = steps.length - 1; i >= 0; i--) if (steps[i].endedAt === endedAt) return steps;
  return [...steps, {
    sequence: 0,
    elementId: "",
    elementType: "",
    status,
    startedAt: endedAt,
    endedAt,
  }];
}

/** The columns of new jobs, from their ids to their payloads. */
export function jobParams(jobs: readonly { readonly job: NewJob; readonly at: number }[]): Uint8Array[] {
  return [
    columns.int8(jobs, ({ job: j }) => j.id),
    columns.int8(jobs, ({ job: j }) => j.instanceId),
    columns.int8(jobs, ({ job: j }) => j.definitionId),
    columns.time(jobs, ({ job: j, at }) => j.lease ? at + j.lease.leaseMs : j.dueAt),
    columns.time(jobs, ({ at }) => at),
    columns.text(jobs, ({ job: j }) => j.lease?.worker),
    columns.int4(jobs, ({ job: j }) => j.priority ?? 0),
    columns.int4(jobs, ({ job: j }) => j.retries),
    columns.int4(jobs, ({ job: j }) => j.class),
    columns.text(jobs, ({ job: j }) => j.type.toLowerCase()),
    columns.text(jobs, ({ job: j }) => j.elementId),
    columns.text(jobs, ({ job: j }) => j.held),
    columns.text(jobs, ({ job: j }) => j.retryDelaysMs?.join(",")),
    columns.text(jobs, ({ job: j }) => j.payload),
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
