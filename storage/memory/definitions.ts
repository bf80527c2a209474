/** The memory store's definitions: all versions of all processes. */
import { decodeCursor, encodeCursor, pageSize } from "../cursor.ts";
import { compareDefinitions } from "../order.ts";
import type { Definition, DefinitionQuery, DeployRequest, NewDefinition, Page } from "../store.ts";

interface Row extends Omit<Definition, "latest"> {
  readonly xml: string;
  /** Its timer start jobs. */
  readonly jobs: readonly string[];
}

/** What a deploy did; `former`: the version whose start events are to be removed. */
export interface Deployed {
  readonly definition: Definition;
  readonly created: boolean;
  readonly former?: { readonly id: string; readonly jobs: readonly string[] };
}

/** All definitions. */
export class MemoryDefinitions {
  readonly #byId = new Map<string, Row>();
  /** By tenant, then key: versions 1, 2, 3, ... in order. */
  readonly #versions = new Map<string, Map<string, Row[]>>();

  /** Adds a version unless the latest one has the same hash. */
  deploy(request: DeployRequest, added: NewDefinition, at: number): Deployed {
    const { tenant, hash, xml } = request;
    let keys = this.#versions.get(tenant);
    if (!keys) this.#versions.set(tenant, keys = new Map());
    const versions = keys.get(added.key) ?? [];
    const latest = versions.at(-1);
    if (latest?.hash === hash) return { definition: this.#definition(latest), created: false };
    const row: Row = {
      id: added.id,
      tenant,
      key: added.key,
      version: versions.length + 1,
      ...(added.name !== undefined && { name: added.name }),
      ...(added.versionTag !== undefined && { versionTag: added.versionTag }),
      hash,
      deployedAt: at,
      ...(added.historyTimeToLiveMs !== undefined && { historyTimeToLiveMs: added.historyTimeToLiveMs }),
      xml,
      jobs: added.jobs.map((job) => job.id),
    };
    versions.push(row);
    keys.set(added.key, versions);
    this.#byId.set(row.id, row);
    return { definition: this.#definition(row), created: true, ...(latest && { former: latest }) };
  }

  get(id: string): Definition | undefined {
    const row = this.#byId.get(id);
    return row && this.#definition(row);
  }

  xml(id: string): string | undefined {
    return this.#byId.get(id)?.xml;
  }

  find(
    tenant: string,
    key: string,
    by: { readonly version?: number; readonly versionTag?: string },
  ): Definition | undefined {
    const row = this.#versions.get(tenant)?.get(key)?.findLast((each) =>
      (by.version === undefined || each.version === by.version) &&
      (by.versionTag === undefined || each.versionTag === by.versionTag)
    );
    return row && this.#definition(row);
  }

  /** By key, newest version first, then tenant. */
  list(query: DefinitionQuery): Page<Definition> {
    const take = pageSize(query.take);
    const cursor = decodeCursor(query.cursor, ["string", "number", "string"]);
    const after = cursor && { key: cursor[0], version: cursor[1], tenant: cursor[2] };
    const found: Row[] = [];
    for (const [tenant, keys] of this.#versions) {
      if (query.tenant !== undefined && tenant !== query.tenant) continue;
      for (const [key, versions] of keys) {
        if (query.key !== undefined && key !== query.key) continue;
        for (const row of query.latestOnly ? versions.slice(-1) : versions) {
          if (!after || compareDefinitions(row, after) > 0) found.push(row);
        }
      }
    }
    found.sort(compareDefinitions);
    const items = found.slice(0, take).map((row) => this.#definition(row));
    const last = items.at(-1);
    return {
      items,
      ...(last && found.length > take && { next: encodeCursor([last.key, last.version, last.tenant]) }),
    };
  }

  #definition({ xml: _xml, jobs: _jobs, ...row }: Row): Definition {
    return { ...row, latest: this.#versions.get(row.tenant)?.get(row.key)?.length === row.version };
  }
}
