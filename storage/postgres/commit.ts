/**
 * Committing units: how they are grouped into statements and transactions, and what becomes of each when the
 * database refuses.
 */
import { int8Array, textArray } from "./arrays.ts";
import type { Planning, Row, Runner, Statement } from "./client.ts";
import { unitParams } from "./columns.ts";
import { createParams, onlyCreates } from "./create.ts";
import { extraParams, hasExtras } from "./extras.ts";
import { failureOf } from "./failures.ts";
import type { Notification } from "./listen.ts";
import { SupersededError, type Unit, type UnitResult } from "../store.ts";

/** How much one group of units may wait for, and so how it is sent. */
export type GroupKind =
  /** One statement, nothing around it. */
  | "statement"
  /** Several statements in one transaction. */
  | "transaction"
  /** One unit that may wait for a unique key: a transaction of its own that waits only so long. */
  | "alone";

/** Where units are written. */
export interface CommitTarget {
  /** Runs `work` so that what it writes stands as a whole, or nothing of it if it throws. */
  group<T>(kind: GroupKind, work: (runner: Runner) => Promise<T>, planning?: Planning): Promise<T>;
  /** Whether waiting for a lock ends by itself. */
  readonly mayWait: boolean;
  /** Whether a group may be sent again after a deadlock: not inside a user's transaction. */
  readonly mayRetry: boolean;
}

/** Who tells other processes. */
export interface Notifying {
  /** Called right before the commit is sent. */
  claim(): Notification | undefined;
  /** How long it took to commit what had a notification within. */
  took(ms: number): void;
}

/** More units than this go in several statements: one statement is one transaction, and all its locks. */
const MAX_UNITS = 512;
const MAX_RETRIES = 5;
/** Up to so many units and rows need no plan of their own. */
const FEW_UNITS = 4;
const FEW_ROWS = 64;

/**
 * Commits units.
 *
 * @param notifying Gives what to tell other processes, if the commit is one statement: within it, or right behind it.
 * @returns One result per unit, in order.
 */
export async function commitUnits(
  target: CommitTarget,
  units: readonly Unit[],
  notifying?: Notifying,
): Promise<UnitResult[]> {
  const results = new Array<UnitResult>(units.length);
  const groups: { kind: GroupKind; indexes: number[] }[] = [];
  const seen = new Set<string>();
  const later: number[] = [];
  const open: Partial<Record<GroupKind, number[]>> = {};
  units.forEach((unit, index) => {
    if (seen.has(unit.instanceId)) {
      // One statement would apply only one of the two: the second one goes after the first.
      later.push(index);
      return;
    }
    seen.add(unit.instanceId);
    const kind = kindOf(unit);
    const last = open[kind];
    if (last && kind !== "alone" && last.length < MAX_UNITS) last.push(index);
    else groups.push({ kind, indexes: open[kind] = [index] });
  });
  if (groups.length === 1 && later.length === 0) {
    return await commitGroup(target, groups[0].kind, units, notifying);
  }
  const commitOne = async ({ kind, indexes }: (typeof groups)[number]) => {
    const committed = await commitGroup(target, kind, indexes.map((index) => units[index]));
    indexes.forEach((index, i) => results[index] = committed[i]);
  };
  // A user's transaction has one connection and runs one statement at a time.
  if (target.mayRetry) await Promise.all(groups.map(commitOne));
  else for (const group of groups) await commitOne(group);
  if (later.length > 0) {
    const committed = await commitUnits(target, later.map((index) => units[index]));
    later.forEach((index, i) => results[index] = committed[i]);
  }
  return results;
}

function kindOf(unit: Unit): GroupKind {
  if (unit.create?.uniqueKey !== undefined || unit.takeMessages?.length) return "alone";
  return hasExtras(unit) ? "transaction" : "statement";
}

function planningOf(kind: GroupKind, units: readonly Unit[]): Planning {
  // `commit_units` finds its rows by index and joins by hash, however many there are.
  if (kind === "statement") return "generic";
  if (units.length > FEW_UNITS) return "custom";
  const rows = units.reduce(
    (sum, unit) =>
      sum + unit.steps.length + unit.openJobs.length + unit.closeJobs.length + (unit.searchable?.length ?? 0),
    0,
  );
  return rows > FEW_ROWS ? "custom" : "generic";
}

async function commitGroup(
  target: CommitTarget,
  kind: GroupKind,
  units: readonly Unit[],
  notifying?: Notifying,
): Promise<UnitResult[]> {
  let wait = target.mayWait;
  for (let retry = 0;; retry++) {
    try {
      const next = retry === 0 ? notifying : undefined;
      return await target.group(
        kind,
        (runner) => write(runner, kind, units, wait, next),
        planningOf(kind, units),
      );
    } catch (error) {
      if (error instanceof Taken) {
        return [{ outcome: "duplicate", ...(error.by !== undefined && { instanceId: error.by }) }];
      }
      switch (failureOf(error)) {
        case "lost":
          return units.map(() => ({ outcome: "unknown", error: error as Error }));
        case "data":
        case "too-much": {
          if (units.length === 1) {
            return [{ outcome: failureOf(error) === "data" ? "rejected" : "busy", error: error as Error }];
          }
          const half = units.length >> 1;
          return [
            ...await commitGroup(target, kind, units.slice(0, half)),
            ...await commitGroup(target, kind, units.slice(half)),
          ];
        }
        case "collision":
          if (!target.mayRetry || retry === MAX_RETRIES) {
            return units.map(() => ({ outcome: "busy", error: error as Error }));
          }
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** retry));
          break;
        case "timeout":
          // Somebody holds a job for longer than a statement takes. Without waiting, only its own unit is busy.
          if (!wait) return units.map(() => ({ outcome: "busy", error: error as Error }));
          wait = false;
          break;
        case "later":
          return units.map(() => ({ outcome: "busy", error: error as Error }));
        case "other":
          // Of the other groups of this call some may stand: what is thrown here would hide that.
          if (!target.mayRetry) throw error;
          return units.map(() => ({ outcome: "unknown", error: error as Error }));
      }
    }
  }
}

async function write(
  runner: Runner,
  kind: GroupKind,
  units: readonly Unit[],
  wait: boolean,
  notifying?: Notifying,
): Promise<UnitResult[]> {
  const notification = runner.runBoth && notifying?.claim();
  const within = notification?.within && units.length === 1 && onlyCreates(units[0]);
  const statement = statementOf(units, wait, within ? notification : undefined);
  const began = performance.now();
  let refused: Row[];
  try {
    refused = runner.runBoth && notification && !within
      ? await runner.runBoth(statement, {
        name: "notify",
        params: [notification.channel, notification.payload],
      })
      : await runner.run(statement.name, statement.params);
  } finally {
    // Also when it has waited for the lock in vain.
    if (within) notifying?.took(performance.now() - began);
  }
  const refusals = new Map(refused.map((row) => [String(row.instance_id), row]));
  if (kind !== "statement") {
    const standing = units.filter((unit) => !refusals.has(unit.instanceId));
    for (const unit of standing) await checkPassingKey(runner, unit);
    if (standing.length > 0) await writeExtras(runner, standing);
  }
  const notified = notification !== undefined;
  if (refusals.size === 0) return units.map((unit) => committed(unit, notified));
  return await Promise.all(units.map((unit) => {
    const refusal = refusals.get(unit.instanceId);
    return refusal ? resultOf(runner, unit, refusal) : committed(unit, notified);
  }));
}

function committed(unit: Unit, notified: boolean): UnitResult {
  const revision = unit.create ? 1 : unit.revision + 1;
  return notified ? { outcome: "committed", revision, notified } : { outcome: "committed", revision };
}

function statementOf(units: readonly Unit[], wait: boolean, notification?: Notification): Statement {
  if (units.length === 1 && onlyCreates(units[0])) {
    return { name: "create_instance", params: createParams(units[0], notification) };
  }
  const latest = units.filter(({ create }) => create?.latest).map(({ instanceId }) => instanceId);
  return { name: "commit_units", params: [...unitParams(units), wait, int8Array(latest)] };
}

async function writeExtras(runner: Runner, units: readonly Unit[]): Promise<void> {
  for (const unit of units) {
    const takes = unit.takeMessages ?? [];
    if (takes.length === 0) continue;
    const taken = await runner.run("take_messages", [
      int8Array(takes.map((take) => take.messageId)),
      textArray(takes.map((take) => take.processKey)),
      unit.tenant,
      unit.instanceId,
    ]);
    if (taken.length < takes.length) throw new Taken("a message");
  }
  const withExtras = units.filter(hasExtras);
  if (withExtras.length > 0) await runner.run("commit_extras", extraParams(withExtras));
}

async function resultOf(runner: Runner, unit: Unit, refusal: Row): Promise<UnitResult> {
  switch (refusal.outcome) {
    case "duplicate":
      return { outcome: "duplicate", instanceId: unit.instanceId };
    case "taken": {
      const key = unit.create?.uniqueKey;
      const [holder] = key === undefined ? [] : await runner.run("find_by_unique_key", [unit.tenant, key]);
      return { outcome: "duplicate", ...(holder && { instanceId: String(holder.id) }) };
    }
    case "superseded":
      return {
        outcome: "rejected",
        error: new SupersededError(`Cannot start "${unit.create?.key}": there is a later version`),
      };
    case "lease-lost":
      return { outcome: "lease-lost", jobIds: JSON.parse(String(refusal.job_ids)) };
    case "busy":
      return { outcome: "busy" };
    default:
      return { outcome: "conflict" };
  }
}

/** An instance that ends in its first unit never has its unique key, so that no index keeps it from another's. */
async function checkPassingKey(runner: Runner, unit: Unit): Promise<void> {
  const key = unit.create?.uniqueKey;
  if (key === undefined || !unit.releaseUniqueKey) return;
  const [holder] = await runner.run("find_by_unique_key", [unit.tenant, key]);
  if (holder) throw new Taken("a unique key", String(holder.id));
}

/** Rolls a unit back: somebody else has its message or its unique key. */
class Taken extends Error {
  override name = "Taken";
  /** The instance that has it, if it is known. */
  readonly by: string | undefined;

  constructor(what: string, by?: string) {
    super(`Cannot create an instance: ${what} is taken`);
    this.by = by;
  }
}
