/** The memory store's instances. */
import { MemoryTable } from "./table.ts";
import type {
  InstanceQuery,
  InstanceRecord,
  InstanceStatus,
  Page,
  StoredInstance,
  Unit,
  UnitResult,
} from "../store.ts";

type Searchable = readonly (readonly [name: string, json: string])[];

/** All instances, with the lists that queries read. */
export class MemoryInstances {
  readonly #searchable = new Map<string, Searchable>();
  readonly #byUniqueKey = new Map<string, string>();
  readonly #uniqueKeys = new Map<string, string>();
  readonly #rows = new MemoryTable<StoredInstance>(
    (row) => ({ rank: 0, at: row.startedAt }),
    (row) => this.#indexesOf(row),
  );

  get(id: string): StoredInstance | undefined {
    return this.#rows.get(id);
  }

  values(): Iterable<StoredInstance> {
    return this.#rows.values();
  }

  load(ids: readonly string[]): StoredInstance[] {
    return [...new Set(ids)].flatMap((id) => {
      const row = this.#rows.get(id);
      return row ? [{ ...row }] : [];
    });
  }

  findByUniqueKey(tenant: string, uniqueKey: string): InstanceRecord | undefined {
    const id = this.#byUniqueKey.get(JSON.stringify([tenant, uniqueKey]));
    const row = id === undefined ? undefined : this.#rows.get(id);
    return row && recordOf(row);
  }

  /** @returns Why a unit cannot be written, if it cannot. */
  refuse(unit: Unit): UnitResult | undefined {
    const row = this.#rows.get(unit.instanceId);
    if (!unit.create) {
      const stands = row !== undefined && row.tenant === unit.tenant && row.revision === unit.revision;
      return stands ? undefined : { outcome: "conflict" };
    }
    if (row) return { outcome: "duplicate", instanceId: row.id };
    if (unit.create.uniqueKey === undefined) return undefined;
    const holder = this.#byUniqueKey.get(JSON.stringify([unit.tenant, unit.create.uniqueKey]));
    return holder === undefined ? undefined : { outcome: "duplicate", instanceId: holder };
  }

  /** Writes a unit that nothing refuses. */
  write(unit: Unit): StoredInstance {
    const id = unit.instanceId;
    const former = this.#rows.get(id);
    const row = former ? changed(former, unit) : created(unit);
    if (unit.create?.uniqueKey !== undefined) {
      const key = JSON.stringify([unit.tenant, unit.create.uniqueKey]);
      this.#byUniqueKey.set(key, id);
      this.#uniqueKeys.set(id, key);
    }
    if (unit.releaseUniqueKey) {
      const key = this.#uniqueKeys.get(id);
      if (key !== undefined) this.#byUniqueKey.delete(key);
      this.#uniqueKeys.delete(id);
    }
    if (unit.searchable) {
      this.#searchable.set(id, unit.searchable.map(([name, json]) => [name, json] as const));
      this.#rows.set(row);
    } else if (former?.status === row.status) this.#rows.replace(id, row);
    else this.#rows.set(row);
    return row;
  }

  /** Removes an instance and frees its unique key. */
  delete(id: string): void {
    this.#rows.delete(id);
    this.#searchable.delete(id);
    const key = this.#uniqueKeys.get(id);
    if (key !== undefined) this.#byUniqueKey.delete(key);
    this.#uniqueKeys.delete(id);
  }

  list(query: InstanceQuery): Page<InstanceRecord> {
    const variables = query.variables?.map(({ name, value }) => [name, JSON.stringify(value)] as const) ?? [];
    return this.#rows.page({
      indexes: this.#indexesFor(query, variables),
      ...(byRoot(query) && { alsoId: query.rootId }),
      descending: true,
      matches: (row) =>
        (query.tenant === undefined || row.tenant === query.tenant) &&
        (query.key === undefined || row.key === query.key) &&
        (query.definitionId === undefined || row.definitionId === query.definitionId) &&
        (query.businessKey === undefined || row.businessKey === query.businessKey) &&
        (query.statuses === undefined || query.statuses.includes(row.status)) &&
        (query.startedFrom === undefined || row.startedAt >= query.startedFrom) &&
        (query.startedTo === undefined || row.startedAt < query.startedTo) &&
        (query.parentId === undefined || row.parentId === query.parentId) &&
        (query.rootId === undefined || row.rootId === query.rootId) &&
        variables.every(([name, json]) => this.#has(row.id, name, json)),
      take: query.take,
      skip: query.skip,
      cursor: query.cursor,
    }, recordOf);
  }

  #has(id: string, name: string, json: string): boolean {
    return this.#searchable.get(id)?.some((each) => each[0] === name && each[1] === json) ?? false;
  }

  #indexesOf(row: StoredInstance): string[] {
    const indexes = [
      `status ${row.status}`,
      `key ${row.key} ${row.status}`,
      `definition ${row.definitionId}`,
    ];
    if (row.businessKey !== undefined) indexes.push(`business ${row.businessKey}`);
    if (row.parentId !== undefined) {
      indexes.push(`parent ${row.parentId}`, `root ${row.rootId}`);
    }
    for (const [name, json] of this.#searchable.get(row.id) ?? []) indexes.push(`variable ${name} ${json}`);
    return indexes;
  }

  /** The most selective lists that hold all that match. */
  #indexesFor(query: InstanceQuery, variables: Searchable): string[] | undefined {
    if (query.businessKey !== undefined) return [`business ${query.businessKey}`];
    if (query.parentId !== undefined) return [`parent ${query.parentId}`];
    // The root itself is not in the list of those under it: a list per instance would be too many.
    if (byRoot(query)) return [`root ${query.rootId}`];
    if (variables.length > 0) return [`variable ${variables[0][0]} ${variables[0][1]}`];
    if (query.definitionId !== undefined) return [`definition ${query.definitionId}`];
    const statuses = [...new Set(query.statuses ?? STATUSES)];
    if (query.key !== undefined) return statuses.map((status) => `key ${query.key} ${status}`);
    return query.statuses && statuses.map((status) => `status ${status}`);
  }
}

/** Whether the list of a call tree is read: others are shorter. */
function byRoot(query: InstanceQuery): boolean {
  return query.rootId !== undefined && query.businessKey === undefined && query.parentId === undefined;
}

const STATUSES: readonly InstanceStatus[] = ["running", "suspended", "completed", "cancelled", "failed"];

function created(unit: Unit): StoredInstance {
  const { definitionId, key, version, businessKey, startedAt, parentId, rootId } = unit.create as NonNullable<
    Unit["create"]
  >;
  return {
    id: unit.instanceId,
    tenant: unit.tenant,
    definitionId,
    key,
    version,
    ...(businessKey !== undefined && { businessKey }),
    status: unit.status,
    startedAt,
    ...(unit.endedAt !== undefined && { endedAt: unit.endedAt }),
    revision: 1,
    ...(parentId !== undefined && { parentId }),
    rootId,
    ...(unit.reason !== undefined && { reason: unit.reason }),
    state: unit.state,
    variables: unit.variables ?? "{}",
    ...(typeof unit.locals === "string" && { locals: unit.locals }),
  };
}

function changed(former: StoredInstance, unit: Unit): StoredInstance {
  const row: { -readonly [K in keyof StoredInstance]: StoredInstance[K] } = { ...former };
  row.revision++;
  row.status = unit.status;
  row.state = unit.state;
  if (unit.endedAt !== undefined) row.endedAt = unit.endedAt;
  if (unit.reason !== undefined) row.reason = unit.reason;
  if (unit.variables !== undefined) row.variables = unit.variables;
  if (typeof unit.locals === "string") row.locals = unit.locals;
  else if (unit.locals === null) delete row.locals;
  return row;
}

/** An instance without its state. */
export function recordOf(
  { state: _state, variables: _variables, locals: _locals, ...record }: StoredInstance,
): InstanceRecord {
  return record;
}
