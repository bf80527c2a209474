/** Lists of instances on Deno KV. */
import type { InstanceQuery, InstanceRecord, InstanceStatus, Page } from "../store.ts";
import type { InstanceValue, VariablesValue } from "./commit.ts";
import type { KvDatabase } from "./database.ts";
import { idPart, type KvKeys } from "./keys.ts";
import { type KvScan, pageOf } from "./pages.ts";

const STATUSES: readonly InstanceStatus[] = ["running", "suspended", "completed", "cancelled", "failed"];

/** Finds instances by the most selective index. */
export class KvInstances {
  readonly #database: KvDatabase;
  readonly #keys: KvKeys;

  constructor(database: KvDatabase, keys: KvKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  async list(query: InstanceQuery): Promise<Page<InstanceRecord>> {
    const variables = query.variables?.map(({ name, value }) => [name, JSON.stringify(value)] as const) ?? [];
    const scan = await this.#scan(query, variables);
    return await pageOf<InstanceRecord>(this.#database, {
      ...scan,
      numbers: 1,
      descending: true,
      from: query.startedFrom,
      to: query.startedTo,
      read: (ids) => this.#matching(ids, variables),
      matches: (row) =>
        (query.tenant === undefined || row.tenant === query.tenant) &&
        (query.key === undefined || row.key === query.key) &&
        (query.definitionId === undefined || row.definitionId === query.definitionId) &&
        (query.businessKey === undefined || row.businessKey === query.businessKey) &&
        (query.statuses === undefined || query.statuses.includes(row.status)) &&
        (query.startedFrom === undefined || row.startedAt >= query.startedFrom) &&
        (query.startedTo === undefined || row.startedAt < query.startedTo) &&
        (query.parentId === undefined || row.parentId === query.parentId) &&
        (query.rootId === undefined || row.rootId === query.rootId),
      take: query.take,
      skip: query.skip,
      cursor: query.cursor,
    });
  }

  /** All that match, in the order of the pages. */
  async *all(query: InstanceQuery): AsyncGenerator<InstanceRecord> {
    let cursor: string | undefined;
    do {
      const page: Page<InstanceRecord> = await this.list({ ...query, take: 1_000, cursor });
      yield* page.items;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  /** In order of the ids. */
  async records(ids: readonly string[]): Promise<(InstanceRecord | undefined)[]> {
    const rows = await this.#database.getMany<InstanceValue>(ids.map((id) => this.#keys.instance(id)));
    return rows.map(({ value }) => {
      if (!value) return undefined;
      const { state: _state, uniqueKey: _uniqueKey, ...record } = value;
      return record;
    });
  }

  /** The most selective indexes that hold all that match. */
  async #scan(
    query: InstanceQuery,
    variables: readonly (readonly [string, string])[],
  ): Promise<Pick<KvScan<InstanceRecord>, "indexes" | "also">> {
    const keys = this.#keys;
    if (query.parentId !== undefined) return { indexes: [keys.instancesByParent(query.parentId)] };
    const statuses = [...new Set(query.statuses ?? STATUSES)];
    const { definitionId, businessKey, key } = query;
    if (businessKey === undefined && query.rootId !== undefined) {
      const [root] = await this.records([query.rootId]);
      return {
        indexes: [keys.instancesByRoot(query.rootId)],
        ...(root && { also: [root.startedAt, idPart(root.id)] }),
      };
    }
    if (businessKey === undefined && variables.length === 0 && definitionId !== undefined) {
      return { indexes: statuses.map((status) => keys.instancesByDefinition(definitionId, status)) };
    }
    const indexes = (await this.tenants(query.tenant)).flatMap((tenant) => {
      if (businessKey !== undefined) return [keys.instancesByBusinessKey(tenant, businessKey)];
      if (variables.length > 0) return [keys.instancesByVariable(tenant, ...variables[0])];
      if (key !== undefined) return statuses.map((status) => keys.instancesByKey(tenant, key, status));
      return statuses.map((status) => keys.instancesByStatus(tenant, status));
    });
    return { indexes };
  }

  /** Records of those instances whose searchable variables have these values. */
  async #matching(
    ids: readonly string[],
    variables: readonly (readonly [string, string])[],
  ): Promise<(InstanceRecord | undefined)[]> {
    const records = await this.records(ids);
    if (variables.length === 0) return records;
    const rows = await this.#database.getMany<VariablesValue>(ids.map((id) => this.#keys.variables(id)));
    return records.map((record, i) => {
      const searchable = new Set(rows[i].value?.searchable.map((each) => JSON.stringify(each)));
      return variables.every((each) => searchable.has(JSON.stringify(each))) ? record : undefined;
    });
  }

  /** The tenants that a query is about: one, or all. */
  async tenants(tenant: string | undefined): Promise<string[]> {
    if (tenant !== undefined) return [tenant];
    const tenants: string[] = [];
    for await (const { key } of this.#database.scan(this.#keys.tenant())) {
      tenants.push(key[key.length - 1] as string);
    }
    return tenants;
  }
}
