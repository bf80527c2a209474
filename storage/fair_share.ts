/**
 * Which due jobs a lease takes when more are due than it may take.
 *
 * Three kinds of fairness, each so that a backlog of one cannot starve another: types share the lease evenly;
 * within a type lower classes go first but an eighth is kept for each other class; and no tenant gets more than
 * half while others wait.
 */
import type { JobClass } from "../engine/mod.ts";
import { compareIds } from "./order.ts";

/** The due jobs of one type, class and tenant, oldest first. */
export interface DueSource<T> {
  readonly type: string;
  readonly class: JobClass;
  readonly tenant: string;
  /** The oldest one that is due, without taking it. */
  peek(): { readonly dueAt: number | null; readonly id: string } | undefined;
  /** Takes what {@link peek} showed. */
  take(): T;
}

/** One of this many slots is kept for each higher class that waits. */
const CLASS_SHARE = 8;

/**
 * Picks jobs from their sources.
 *
 * @param sources All that may have due jobs; one per type, class and tenant.
 * @param wants How many of which type.
 * @param max Limit over all types.
 * @param turn A number that grows with each lease: with fewer than eight slots the higher classes' turn comes
 *   every few leases.
 * @returns What was taken.
 */
export function takeFairly<T>(
  sources: readonly DueSource<T>[],
  wants: ReadonlyMap<string, number>,
  max: number,
  turn: number,
): T[] {
  const taken: T[] = [];
  const waiting = sources.filter((source) => source.peek() !== undefined);
  if (waiting.length === 0 || max < 1) return taken;

  const tenants = new Map<string, number>();
  for (const source of waiting) tenants.set(source.tenant, 0);
  const types = new Map<string, { left: number; sources: DueSource<T>[]; oldest: number }>();
  for (const source of waiting) {
    const oldest = source.peek()?.dueAt ?? 0;
    const type = types.get(source.type);
    if (!type) types.set(source.type, { left: wants.get(source.type) ?? 0, sources: [source], oldest });
    else {
      type.sources.push(source);
      type.oldest = Math.min(type.oldest, oldest);
    }
  }
  // The type that waits longest goes first: that matters when there are fewer slots than types.
  const order = [...types.values()].sort((a, b) => a.oldest - b.oldest);

  const half = Math.max(1, Math.floor(max / 2));
  for (const tenantLimit of tenants.size > 1 ? [half, Infinity] : [Infinity]) {
    let active = order.filter((type) => type.left > 0);
    while (active.length > 0 && taken.length < max) {
      const quota = Math.max(1, Math.floor((max - taken.length) / active.length));
      active = active.filter((type) => {
        const count = Math.min(quota, type.left, max - taken.length);
        const before = taken.length;
        takeOfType(type.sources, count, turn, tenants, tenantLimit, taken);
        type.left -= taken.length - before;
        return taken.length - before === count && type.left > 0;
      });
    }
  }
  return taken;
}

function takeOfType<T>(
  sources: readonly DueSource<T>[],
  count: number,
  turn: number,
  tenants: Map<string, number>,
  tenantLimit: number,
  taken: T[],
): void {
  const share = Math.floor((count + turn % CLASS_SHARE) / CLASS_SHARE);
  const end = taken.length + count;
  const classes = ([0, 1, 2] as const).map((jobClass) =>
    sources.filter((source) => source.class === jobClass)
  );
  if (share > 0 && classes.filter((each) => each.length > 0).length > 1) {
    for (const each of classes.toReversed()) {
      takeOldest(each, Math.min(share, end - taken.length), tenants, tenantLimit, taken);
    }
  }
  for (const each of classes) takeOldest(each, end - taken.length, tenants, tenantLimit, taken);
}

function takeOldest<T>(
  sources: readonly DueSource<T>[],
  count: number,
  tenants: Map<string, number>,
  tenantLimit: number,
  taken: T[],
): void {
  for (let i = 0; i < count; i++) {
    let oldest: DueSource<T> | undefined;
    let head: ReturnType<DueSource<T>["peek"]>;
    for (const source of sources) {
      if ((tenants.get(source.tenant) ?? 0) >= tenantLimit) continue;
      const other = source.peek();
      if (other && (!head || compareDue(other, head) < 0)) {
        oldest = source;
        head = other;
      }
    }
    if (!oldest) return;
    taken.push(oldest.take());
    tenants.set(oldest.tenant, (tenants.get(oldest.tenant) ?? 0) + 1);
  }
}

/** Orders jobs by the time they are due, then by id. */
export function compareDue(
  a: { readonly dueAt: number | null; readonly id: string },
  b: { readonly dueAt: number | null; readonly id: string },
): number {
  return (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || compareIds(a.id, b.id);
}

/** Orders the jobs of one lease: lower classes, then higher priorities, then the oldest first. */
export function compareLeased(
  a: Parameters<typeof compareDue>[0] & { readonly class: number; readonly priority: number },
  b: Parameters<typeof compareDue>[0] & { readonly class: number; readonly priority: number },
): number {
  return a.class - b.class || b.priority - a.priority || compareDue(a, b);
}
