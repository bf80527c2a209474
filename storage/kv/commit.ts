/**
 * Commits units to Deno KV.
 *
 * Units that guard nothing in common go together in one atomic commit as long as it can hold them; if it is refused
 * they go one by one, so that only the guilty one fails.
 *
 * A unit that is too large for one atomic commit is written in three moves. First its rows are written as slices
 * that nothing points to. Then one atomic commit checks revision, leases, keys and messages, writes the instance and
 * sets its `redo` record: from here on the unit stands. Then the slices are applied, each in a commit that also
 * moves the record on, so that each is applied exactly once, by this process or, if it dies, by whoever meets the
 * record: every reader and writer applies what is pending before it goes on. Of more than 80 leases those of the
 * instance's own jobs are compared while reading instead of in the commit: the instance's revision already makes
 * sure that its state moves once.
 */
import { enqueuedJob, holdsLease, withoutUndefined } from "../job_rules.ts";
import { KvBatch, type KvDatabase, nameOf, pause, type Row, sizeOf } from "./database.ts";
import { changedJob, type JobChange, writeJob } from "./jobs.ts";
import { idPart, type KvKeys } from "./keys.ts";
import { writeEnded } from "./kpis.ts";
import {
  type Incident,
  type InstanceRecord,
  type Job,
  type Message,
  StoreError,
  type Subscription,
  type Unit,
  type UnitResult,
  type UserTask,
} from "../store.ts";

/** An instance as its main record holds it. */
export interface InstanceValue extends InstanceRecord {
  readonly state: string;
  readonly uniqueKey?: string;
}

/** An instance's other record, written only when it changed. */
export interface VariablesValue {
  readonly variables: string;
  readonly locals?: string;
  readonly searchable: readonly (readonly [name: string, json: string])[];
}

/** What a unit would write, as of what was read. */
interface Plan {
  readonly unit: Unit;
  readonly index: number;
  /** Checks, and what must be in the commit that decides. */
  readonly guard: KvBatch;
  /** Rows that may follow. */
  readonly rest: KvBatch;
  /** Changes of jobs that stay; also in `changed`, with their checks. */
  readonly changes: readonly JobChange[];
  readonly changed: KvBatch;
  /** All together. */
  readonly whole: KvBatch;
}

interface Redo {
  readonly ref: string;
  readonly next: number;
  readonly count: number;
  readonly at: number;
}

interface Slice {
  readonly mutations: KvBatch["mutations"];
  readonly changes: readonly JobChange[];
}

const ATTEMPTS = 12;
const GUARDED_LEASES = 80;
const SLICE_MUTATIONS = 400, SLICE_BYTES = 40 * 1024, SLICE_CHANGES = 40;

/** Writes units. */
export class KvCommit {
  readonly #database: KvDatabase;
  readonly #keys: KvKeys;
  /** Tenants that are known to be written. */
  readonly #tenants = new Set<string>();

  constructor(database: KvDatabase, keys: KvKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  /** @returns One result per unit, in order. */
  async commit(units: readonly Unit[]): Promise<UnitResult[]> {
    const results: UnitResult[] = [];
    let pending = units.map((unit, index) => ({ unit, index }));
    while (pending.length > 0) {
      const later: typeof pending = [];
      const groups: { batch: KvBatch; plans: Plan[] }[] = [];
      const guarded = new KvBatch();
      for (const planned of await this.#plan(pending)) {
        if ("result" in planned) results[planned.index] = planned.result;
        // Guards a key that one before it changes: must see what that one did.
        else if (guarded.meets(planned.guard)) later.push({ unit: planned.unit, index: planned.index });
        else {
          for (const [name, row] of planned.whole.checks) guarded.checks.set(name, row);
          const group = groups.at(-1);
          if (group?.batch.fits(planned.whole)) {
            group.batch.add(planned.whole);
            group.plans.push(planned);
          } else {
            const batch = new KvBatch();
            batch.add(planned.whole);
            groups.push({ batch, plans: [planned] });
          }
        }
      }
      for (const { batch, plans } of groups) {
        try {
          const stands = await this.#stands(batch);
          for (const { unit, index } of plans) {
            results[index] = stands ? committed(unit) : await this.#commitAlone(unit);
          }
        } catch (error) {
          for (const { index } of plans) results[index] ??= failed(error);
        }
      }
      pending = later;
    }
    // Not before: what is refused as a whole, or whose process is cut off, has not written it.
    units.forEach(({ tenant }, i) => {
      if (results[i].outcome === "committed") this.#tenants.add(tenant);
    });
    return results;
  }

  /** Applies what commits of other processes, or of dead ones, have left. */
  async finishAll(): Promise<void> {
    for (const row of await this.#database.list<Redo>({ prefix: this.#keys.redo() }, 100)) {
      await this.finish(String(row.key[row.key.length - 1]));
    }
  }

  /** Applies the slices of an instance's large commit that are not applied yet. */
  async finish(instanceId: string): Promise<void> {
    const keys = this.#keys;
    for (let attempt = 0;; attempt++) {
      const row = await this.#database.get<Redo>(keys.redo(instanceId));
      const redo = row.value;
      if (!redo) return;
      const slice = (await this.#database.get<Slice>(keys.chunk(redo.ref, redo.next))).value;
      if (!slice) {
        if (attempt > 1_000) {
          throw new Error(`Cannot finish instance "${instanceId}": a slice is missing`);
        }
        continue; // someone else has just finished
      }
      const batch = new KvBatch();
      batch.check(row);
      batch.mutations.push(...slice.mutations);
      const jobs = await this.#database.getMany<Job>(slice.changes.map((change) => keys.job(change.id)));
      for (const [i, job] of jobs.entries()) {
        if (!job.value) continue;
        batch.check(job);
        writeJob(batch, keys, job, changedJob(job.value, slice.changes[i], redo.at));
      }
      if (redo.next + 1 < redo.count) batch.set(row.key, { ...redo, next: redo.next + 1 });
      else {
        batch.delete(row.key);
        batch.set(keys.cleanup(Date.now(), redo.ref), redo.count);
      }
      if (await this.#database.commit(batch)) attempt = 0;
      else await pause(Math.min(2 ** attempt, 64));
    }
  }

  /** `false` also for what Deno KV refuses: alone, each unit learns whether it is the guilty one. */
  async #stands(batch: KvBatch): Promise<boolean> {
    await this.#database.writeChunks(batch);
    if (!batch.fits()) return false;
    try {
      return await this.#database.commit(batch);
    } catch (error) {
      if (failed(error).outcome === "rejected") return false;
      throw error;
    }
  }

  async #commitAlone(unit: Unit): Promise<UnitResult> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [planned] = await this.#plan([{ unit, index: 0 }]);
      if ("result" in planned) return planned.result;
      try {
        if (await this.#writeAlone(planned)) return committed(unit);
      } catch (error) {
        return failed(error);
      }
      await pause(Math.min(2 ** attempt, 64));
    }
    return { outcome: "busy" };
  }

  async #writeAlone(plan: Plan): Promise<boolean> {
    const { guard, rest, unit, whole } = plan;
    const stay = new KvBatch(); // what makes chunks stay belongs to the commit that decides
    await this.#database.writeChunks(whole, stay);
    if (whole.fits(stay)) {
      whole.add(stay);
      return await this.#database.commit(whole);
    }
    guard.add(stay);
    const slices = slicesOf(rest, plan.changes);
    const pointer = await this.#database.storeChunks(slices, guard);
    const redo: Redo = { ref: pointer.$ref, next: 0, count: slices.length, at: unit.at };
    guard.set(this.#keys.redo(unit.instanceId), redo);
    if (guard.checks.size > 100 || guard.mutations.length > 1_000) {
      throw new StoreError(
        `Cannot commit instance "${unit.instanceId}": it takes more keys than one commit can check`,
      );
    }
    if (!await this.#database.commit(guard)) return false;
    await this.finish(unit.instanceId);
    return true;
  }

  /** Reads what the units touch and says what each would write, or why it cannot be. */
  async #plan(
    units: readonly { readonly unit: Unit; readonly index: number }[],
  ): Promise<(Plan | { readonly index: number; readonly result: UnitResult })[]> {
    const rows = new Map<string, Row<unknown>>();
    const wanted = new Map<string, Deno.KvKey>();
    for (const { unit } of units) for (const key of this.#keysOf(unit)) wanted.set(nameOf(key), key);
    for (const row of await this.#database.getMany([...wanted.values()])) rows.set(nameOf(row.key), row);
    const read = <T>(key: Deno.KvKey) => rows.get(nameOf(key)) as Row<T>;

    const pending = units.filter(({ unit }) => read(this.#keys.redo(unit.instanceId)).value !== undefined);
    if (pending.length > 0) {
      for (const { unit } of pending) await this.finish(unit.instanceId);
      return await this.#plan(units);
    }
    return units.map(({ unit, index }) => {
      const refused = this.#refuse(unit, read);
      return refused ? { index, result: refused } : this.#planOf(unit, index, read);
    });
  }

  #keysOf(unit: Unit): Deno.KvKey[] {
    const keys = this.#keys;
    const result = [keys.instance(unit.instanceId), keys.redo(unit.instanceId)];
    if (writesVariables(unit) && !unit.create) result.push(keys.variables(unit.instanceId));
    if (unit.create?.uniqueKey !== undefined) result.push(keys.unique(unit.tenant, unit.create.uniqueKey));
    for (const { jobId } of unit.leases) result.push(keys.job(jobId));
    for (const id of unit.closeJobs) result.push(keys.job(id));
    for (const { id } of changesOf(unit)) result.push(keys.job(id));
    for (const id of unit.closeSubscriptions ?? []) result.push(keys.subscription(id));
    for (const { id } of unit.closeUserTasks ?? []) result.push(keys.task(id));
    for (const id of unit.closeIncidents ?? []) result.push(keys.incident(id));
    for (const { messageId } of unit.takeMessages ?? []) result.push(keys.message(messageId));
    return result;
  }

  #refuse(unit: Unit, read: <T>(key: Deno.KvKey) => Row<T>): UnitResult | undefined {
    const keys = this.#keys;
    const instance = read<InstanceValue>(keys.instance(unit.instanceId)).value;
    if (unit.create) {
      if (instance) return { outcome: "duplicate", instanceId: instance.id };
      const { uniqueKey } = unit.create;
      const holder = uniqueKey === undefined
        ? undefined
        : read<string>(keys.unique(unit.tenant, uniqueKey)).value;
      if (holder !== undefined) return { outcome: "duplicate", instanceId: holder };
    } else if (!instance || instance.tenant !== unit.tenant || instance.revision !== unit.revision) {
      return { outcome: "conflict" };
    }
    const lost = unit.leases.filter((lease) => !holdsLease(read<Job>(keys.job(lease.jobId)).value, lease));
    if (lost.length > 0) return { outcome: "lease-lost", jobIds: lost.map((lease) => lease.jobId) };
    const taken = (unit.takeMessages ?? []).some(({ messageId, processKey }) =>
      read<Message>(keys.message(messageId)).value?.takenBy.includes(processKey) ?? true
    );
    return taken ? { outcome: "duplicate" } : undefined;
  }

  #planOf(unit: Unit, index: number, read: <T>(key: Deno.KvKey) => Row<T>): Plan {
    const keys = this.#keys;
    const guard = new KvBatch(), rest = new KvBatch(), changed = new KvBatch();
    const before = read<InstanceValue>(keys.instance(unit.instanceId));
    const instance = instanceAfter(before.value, unit);
    guard.check(before);
    // A large commit of the same revision cannot be pending: it would have moved the revision.
    guard.set(before.key, instance, keys, before);
    this.#writeIndexes(rest, before.value, instance);
    if (!this.#tenants.has(unit.tenant)) rest.set(keys.tenant(unit.tenant), 0);
    if (unit.create?.uniqueKey !== undefined) {
      const row = read<string>(keys.unique(unit.tenant, unit.create.uniqueKey));
      guard.check(row);
      // One that ends in its first unit keeps it from nobody.
      if (!unit.releaseUniqueKey) guard.set(row.key, unit.instanceId);
    }
    if (unit.releaseUniqueKey && before.value?.uniqueKey !== undefined) {
      guard.delete(keys.unique(unit.tenant, before.value.uniqueKey));
    }
    if (unit.create || writesVariables(unit)) {
      const row = unit.create ? undefined : read<VariablesValue>(keys.variables(unit.instanceId));
      const variables = variablesAfter(row?.value, unit);
      guard.set(keys.variables(unit.instanceId), variables, keys, row);
      this.#writeSearchable(rest, instance, row?.value?.searchable ?? [], variables.searchable);
    }
    for (const { messageId, processKey } of unit.takeMessages ?? []) {
      const row = read<Message>(keys.message(messageId));
      guard.check(row);
      const takenBy = [...(row.value?.takenBy ?? []), processKey].sort();
      guard.set(row.key, { ...row.value, takenBy }, keys, row);
    }

    const leased = unit.leases.map((lease) => read<Job>(keys.job(lease.jobId)));
    const foreignFirst = leased.sort((a, b) =>
      Number(a.value?.instanceId === unit.instanceId) - Number(b.value?.instanceId === unit.instanceId)
    );
    for (const row of foreignFirst.slice(0, GUARDED_LEASES)) guard.check(row);
    const held = new Set(unit.leases.map(({ jobId }) => jobId));
    for (const id of new Set(unit.closeJobs)) {
      if (held.has(id)) writeJob(rest, keys, read<Job>(keys.job(id)), undefined);
    }
    for (const job of unit.openJobs) writeJob(rest, keys, undefined, enqueuedJob(unit.tenant, job, unit.at));
    const changes = changesOf(unit);
    for (const change of changes) {
      const row = read<Job>(keys.job(change.id));
      if (!row.value) continue;
      changed.check(row);
      writeJob(changed, keys, row, changedJob(row.value, change, unit.at));
    }
    this.#writeRows(rest, unit, instance, read);
    writeEnded(rest, keys, unit, before.value, instance);

    const whole = new KvBatch();
    for (const batch of [guard, rest, changed]) whole.add(batch);
    // All leases are checked when they fit.
    for (const row of foreignFirst.slice(GUARDED_LEASES)) whole.check(row);
    return { unit, index, guard, rest, changes, changed, whole };
  }

  #writeRows(
    batch: KvBatch,
    unit: Unit,
    instance: InstanceValue,
    read: <T>(key: Deno.KvKey) => Row<T>,
  ): void {
    const keys = this.#keys;
    for (const step of unit.steps) {
      batch.set(keys.step(unit.instanceId, step.sequence), withoutUndefined(step));
    }
    for (const id of unit.closeSubscriptions ?? []) {
      const row = read<Subscription>(keys.subscription(id));
      if (!row.value) continue;
      batch.delete(row.key, keys, row);
      for (const key of keys.subscriptionIndexes(row.value)) batch.delete(key);
    }
    for (const opened of unit.openSubscriptions ?? []) {
      writeSubscription(batch, keys, { ...opened, tenant: unit.tenant, armedAt: unit.at });
    }
    const owner = { tenant: unit.tenant, instanceId: unit.instanceId, processKey: instance.key };
    for (const { id, status } of unit.closeUserTasks ?? []) {
      const row = read<UserTask>(keys.task(id));
      if (row.value?.status !== "open") continue;
      writeTask(batch, keys, row, {
        ...row.value,
        status,
        endedAt: unit.at,
        revision: row.value.revision + 1,
      });
    }
    for (const task of unit.openUserTasks ?? []) {
      const opened: UserTask = { ...task, ...owner, status: "open", createdAt: unit.at, revision: 1 };
      writeTask(batch, keys, undefined, withoutUndefined(opened));
    }
    for (const id of unit.closeIncidents ?? []) {
      const row = read<Incident>(keys.incident(id));
      if (!row.value) continue;
      batch.delete(row.key, keys, row);
      for (const key of incidentIndexes(keys, row.value)) batch.delete(key);
    }
    for (const incident of unit.openIncidents ?? []) {
      const opened: Incident = withoutUndefined({ ...incident, ...owner, createdAt: unit.at });
      batch.set(keys.incident(opened.id), opened);
      for (const key of incidentIndexes(keys, opened)) batch.set(key, 0);
    }
  }

  #writeIndexes(batch: KvBatch, before: InstanceValue | undefined, after: InstanceValue): void {
    const keys = this.#keys;
    if (before?.status === after.status) return;
    const byStatus = ({ tenant, key, definitionId, status }: InstanceValue) => [
      keys.instancesByStatus(tenant, status),
      keys.instancesByKey(tenant, key, status),
      keys.instancesByDefinition(definitionId, status),
    ];
    if (before) { for (const index of byStatus(before)) batch.delete(keys.startedKey(index, before)); }
    const indexes = byStatus(after);
    if (!before) {
      if (after.businessKey !== undefined) {
        indexes.push(keys.instancesByBusinessKey(after.tenant, after.businessKey));
      }
      if (after.parentId !== undefined) {
        indexes.push(keys.instancesByParent(after.parentId), keys.instancesByRoot(after.rootId));
      }
    }
    for (const index of indexes) batch.set(keys.startedKey(index, after), 0);
  }

  #writeSearchable(
    batch: KvBatch,
    instance: InstanceValue,
    before: VariablesValue["searchable"],
    after: VariablesValue["searchable"],
  ): void {
    if (before === after) return;
    const indexOf = ([name, json]: readonly [string, string]) =>
      this.#keys.startedKey(this.#keys.instancesByVariable(instance.tenant, name, json), instance);
    const same = new Set(before.map((each) => JSON.stringify(each)));
    const kept = new Set(after.map((each) => JSON.stringify(each)));
    for (const each of before) if (!kept.has(JSON.stringify(each))) batch.delete(indexOf(each));
    for (const each of after) if (!same.has(JSON.stringify(each))) batch.set(indexOf(each), 0);
  }
}

/** Puts a subscription with its index entries into a batch. */
export function writeSubscription(batch: KvBatch, keys: KvKeys, subscription: Subscription): void {
  batch.set(keys.subscription(subscription.id), withoutUndefined(subscription));
  for (const key of keys.subscriptionIndexes(subscription)) batch.set(key, 0);
}

/** Puts a user task with its index entries into a batch. */
export function writeTask(
  batch: KvBatch,
  keys: KvKeys,
  former: Row<UserTask> | undefined,
  task: UserTask,
): void {
  const after = keys.taskIndexes(task);
  const names = new Set(after.map(nameOf));
  for (const key of former?.value ? keys.taskIndexes(former.value) : []) {
    if (!names.has(nameOf(key))) batch.delete(key);
  }
  for (const key of after) batch.set(key, 0);
  batch.set(keys.task(task.id), task, keys, former);
}

/** All index keys of an incident. */
export function incidentIndexes(keys: KvKeys, incident: Incident): Deno.KvKey[] {
  return [keys.incidentsByTenant(incident.tenant), keys.incidentsOf(incident.instanceId)]
    .map((index) => [...index, incident.createdAt, idPart(incident.id)]);
}

function committed(unit: Unit): UnitResult {
  return { outcome: "committed", revision: unit.create ? 1 : unit.revision + 1 };
}

/** What Deno KV refuses for its shape (a key too long, too many checks) it refuses always; the rest may stand. */
function failed(error: unknown): UnitResult {
  const cause = error instanceof Error ? error : new Error(String(error));
  const refused = cause instanceof RangeError || cause instanceof StoreError ||
    (cause instanceof TypeError && /too (large|many|long)|exceed/i.test(cause.message));
  return { outcome: refused ? "rejected" : "unknown", error: cause };
}

function writesVariables(unit: Unit): boolean {
  return unit.variables !== undefined || unit.locals !== undefined || unit.searchable !== undefined;
}

/**
 * What is closed is not changed: it would be there again. What is closed without being leased here may be leased or
 * ended by others meanwhile: as a change its row is checked, or entries of indexes would be left.
 */
function changesOf(unit: Unit): JobChange[] {
  const leases = new Set(unit.leases.map(({ jobId }) => jobId));
  const closed = new Set(unit.closeJobs);
  const changes = [
    ...(unit.updateJobs ?? []).map((update): JobChange => ({ kind: "update", id: update.jobId, update })),
    ...(unit.retryJobs ?? []).map((id): JobChange => ({ kind: "retry", id, leased: leases.has(id) })),
    ...(unit.holdJobs ?? []).map(({ id, held }): JobChange => ({
      kind: "hold",
      id,
      held,
      leased: leases.has(id),
    })),
  ];
  if (closed.size === 0) return changes;
  const closing = [...closed].filter((id) => !leases.has(id)).map((id): JobChange => ({ kind: "close", id }));
  return [...closing, ...changes.filter(({ id }) => !closed.has(id))];
}

function instanceAfter(before: InstanceValue | undefined, unit: Unit): InstanceValue {
  const start = before ??
    withoutUndefined({
      ...unit.create as NonNullable<Unit["create"]>,
      id: unit.instanceId,
      tenant: unit.tenant,
    });
  return withoutUndefined({
    ...start,
    status: unit.status,
    revision: (before?.revision ?? 0) + 1,
    state: unit.state,
    endedAt: unit.endedAt ?? before?.endedAt,
    reason: unit.reason ?? before?.reason,
    uniqueKey: unit.releaseUniqueKey ? undefined : before ? before.uniqueKey : unit.create?.uniqueKey,
  });
}

function variablesAfter(before: VariablesValue | undefined, unit: Unit): VariablesValue {
  const { locals = before?.locals } = unit;
  return {
    variables: unit.variables ?? before?.variables ?? "{}",
    ...(typeof locals === "string" && { locals }),
    searchable: unit.searchable ?? before?.searchable ?? [],
  };
}

/** Cuts rows into pieces that are one value and one commit each. */
function slicesOf(rest: KvBatch, changes: readonly JobChange[]): Slice[] {
  const slices: Slice[] = [];
  let mutations: KvBatch["mutations"] = [];
  let bytes = 0;
  for (const mutation of rest.mutations) {
    const size = sizeOf(mutation);
    if (mutations.length > 0 && (mutations.length >= SLICE_MUTATIONS || bytes + size > SLICE_BYTES)) {
      slices.push({ mutations, changes: [] });
      mutations = [];
      bytes = 0;
    }
    mutations.push(mutation);
    bytes += size;
  }
  if (mutations.length > 0) slices.push({ mutations, changes: [] });
  for (let i = 0; i < changes.length; i += SLICE_CHANGES) {
    slices.push({ mutations: [], changes: changes.slice(i, i + SLICE_CHANGES) });
  }
  return slices;
}
