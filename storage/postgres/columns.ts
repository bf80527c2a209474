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

/** What units have of one kind, one after the other. No object for each: a batch has thousands. */
class Owned<T> {
  readonly items: T[] = [];
  readonly units: Unit[] = [];

  add(unit: Unit, item: T): void {
    this.items.push(item);
    this.units.push(unit);
  }

  addAll(unit: Unit, items: readonly T[]): void {
    for (let i = 0; i < items.length; i++) this.add(unit, items[i]);
  }

  /** The column of the instances that they belong to. */
  owners(): Uint8Array {
    return columns.int8(this.units, (u) => u.instanceId);
  }
}

/**
 * Encodes units for one statement.
 *
 * @returns The values of `$1` to `$72`.
 * @throws {TypeError | RangeError} If a value cannot be stored.
 */
export function unitParams(units: readonly Unit[]): Uint8Array[] {
  const leases = new Owned<Unit["leases"][number]>();
  const steps = new Owned<StepRow>();
  const jobs = new Owned<NewJob>();
  const closing = new Owned<string>();
  const changes = new Map<string, JobChange>();
  const searchable = new Owned<readonly [string, string]>();
  const wanted = new Owned<string>();
  for (const unit of units) {
    leases.addAll(unit, unit.leases);
    steps.addAll(unit, stepsOf(unit));
    jobs.addAll(unit, unit.openJobs);
    closing.addAll(unit, unit.closeJobs);
    if (unit.searchable) searchable.addAll(unit, unit.searchable);
    collectChanges(unit, changes, closing);
    wanted.addAll(unit, wantedJobs(unit));
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

    leases.owners(),
    columns.int8(leases.items, (l) => l.jobId),
    columns.int4(leases.items, (l) => l.leaseNo),

    steps.owners(),
    ...stepParams(steps.items),

    jobs.owners(),
    ...jobParams(jobs.items, (index) => jobs.units[index].at),

    closing.owners(),
    columns.int8(closing.items, (id) => id),

    columns.int8(changed, ([, c]) => c.instanceId),
    columns.int8(changed, ([id]) => id),
    columns.time(changed, ([, c]) => c.dueAt),
    columns.text(changed, ([, c]) => c.held),
    columns.int4(changed, ([, c]) => c.failures),
    columns.int4(changed, ([, c]) => c.lostLeases),
    columns.text(changed, ([, c]) => c.payload),
    columns.text(changed, ([, c]) => c.attempt),

    searchable.owners(),
    columns.text(searchable.items, ([name]) => name),
    columns.text(searchable.items, ([, value]) => value),

    wanted.owners(),
    columns.int8(wanted.items, (id) => id),
    ...deltaParams(units),
  ];
}

/** All jobs that a unit leaves another way than it finds them, each once. */
function wantedJobs({ leases, closeJobs, updateJobs, retryJobs, holdJobs }: Unit): readonly string[] {
  if (!updateJobs && !retryJobs && !holdJobs) {
    if (leases.length === 0) return closeJobs;
    // The usual case: the job that is done goes.
    if (leases.length === 1 && closeJobs.length === 1 && closeJobs[0] === leases[0].jobId) return closeJobs;
  }
  const wanted = new Set<string>();
  for (const { jobId } of leases) wanted.add(jobId);
  for (const id of closeJobs) wanted.add(id);
  for (const { jobId } of updateJobs ?? []) wanted.add(jobId);
  for (const id of retryJobs ?? []) wanted.add(id);
  for (const { id } of holdJobs ?? []) wanted.add(id);
  return [...wanted];
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

/**
 * The columns of new jobs, from their ids to their payloads.
 *
 * @param at When a job came in, by its place.
 */
export function jobParams(jobs: readonly NewJob[], at: (index: number) => number): Uint8Array[] {
  return [
    columns.int8(jobs, (j) => j.id),
    columns.int8(jobs, (j) => j.instanceId),
    columns.int8(jobs, (j) => j.definitionId),
    columns.time(jobs, (j, index) => j.lease ? at(index) + j.lease.leaseMs : j.dueAt),
    columns.time(jobs, (_, index) => at(index)),
    columns.text(jobs, (j) => j.lease?.worker),
    columns.int4(jobs, (j) => j.priority ?? 0),
    columns.int4(jobs, (j) => j.retries),
    columns.int4(jobs, (j) => j.class),
    columns.text(jobs, (j) => j.type.toLowerCase()),
    columns.text(jobs, (j) => j.elementId),
    columns.text(jobs, (j) => j.held),
    columns.text(jobs, (j) => j.retryDelaysMs?.join(",")),
    columns.text(jobs, (j) => j.payload),
  ];
}

/** Gathers what happens to jobs that stay; of two changes to one job the later one counts, as if in turn. */
function collectChanges(unit: Unit, changes: Map<string, JobChange>, closing: Owned<string>): void {
  if (!unit.updateJobs && !unit.retryJobs && !unit.holdJobs) return;
  const closed = new Set(unit.closeJobs);
  const { instanceId, at } = unit;
  for (const update of unit.updateJobs ?? []) {
    if (closed.has(update.jobId)) continue;
    if (update.action === "delete") {
      closed.add(update.jobId);
      closing.add(unit, update.jobId);
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
