/** A unit that creates an instance and does nothing else: the parameters of `create_instance.sql`. */
import { columns, single } from "./arrays.ts";
import { jobParams, stepParams, stepsOf } from "./columns.ts";
import type { Notification } from "./listen.ts";
import type { Unit } from "../store.ts";

/** A batch of rows is better added up, and joined by hash. */
const MOST_ROWS = 64;

/** Whether `create_instance` can write a unit. What `commit_extras` and `take_messages` do comes after either. */
export function onlyCreates(unit: Unit): boolean {
  return unit.create !== undefined && unit.leases.length === 0 && unit.closeJobs.length === 0 &&
    !unit.updateJobs?.length && !unit.retryJobs?.length && !unit.holdJobs?.length &&
    unit.steps.length + unit.openJobs.length + (unit.searchable?.length ?? 0) <= MOST_ROWS;
}

/**
 * Encodes such a unit.
 *
 * @param notification To be sent in the same transaction.
 * @returns The values of `$1` to `$45`.
 * @throws {TypeError | RangeError} If a value cannot be stored.
 */
export function createParams(unit: Unit, notification?: Notification): (Uint8Array | null)[] {
  const { create, searchable = [] } = unit;
  return [
    single.int8(unit.instanceId),
    single.text(unit.tenant),
    single.text(unit.status),
    single.time(unit.endedAt),
    single.text(unit.reason),
    single.text(unit.state),
    single.text(unit.variables),
    single.text(unit.locals),
    single.int8(create?.definitionId),
    single.text(create?.key),
    single.int4(create?.version),
    single.text(create?.businessKey),
    single.text(unit.releaseUniqueKey ? undefined : create?.uniqueKey),
    single.time(create?.startedAt),
    single.int8(create?.parentId),
    single.int8(create?.rootId),
    single.bool(create?.latest ?? false),
    ...stepParams(stepsOf(unit)),
    ...jobParams(unit.openJobs, () => unit.at),
    columns.text(searchable, ([name]) => name),
    columns.text(searchable, ([, value]) => value),
    single.text(notification?.channel),
    single.text(notification?.payload),
  ];
}
