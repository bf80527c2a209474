/** Definitions on Deno KV. */
import { decodeCursor, encodeCursor, pageSize } from "../cursor.ts";
import { enqueuedJob } from "../job_rules.ts";
import { compareDefinitions } from "../order.ts";
import {
  type Definition,
  type DefinitionQuery,
  type DeployRequest,
  type Job,
  type Page,
  StoreError,
  type Subscription,
} from "../store.ts";
import { writeSubscription } from "./commit.ts";
import { KvBatch, type KvDatabase, retry } from "./database.ts";
import { writeJob } from "./jobs.ts";
import type { KvKeys } from "./keys.ts";

/** The newest version of a process and the start events that the next version replaces. */
interface Latest {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly jobs: readonly string[];
  readonly subscriptions: readonly string[];
}

/** Deploys definitions and finds them. */
export class KvDefinitions {
  readonly #database: KvDatabase;
  readonly #keys: KvKeys;

  constructor(database: KvDatabase, keys: KvKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  async deploy(
    request: DeployRequest,
    at: number,
  ): Promise<readonly { readonly definition: Definition; readonly created: boolean }[]> {
    const { tenant, hash, definitions } = request;
    const keys = this.#keys;
    return await retry(async () => {
      const batch = new KvBatch();
      const results: { definition: Definition; created: boolean }[] = [];
      for (const added of definitions) {
        const row = await this.#database.get<Latest>(keys.latest(tenant, added.key));
        const former = row.value && await this.#database.get<Definition>(keys.definition(row.value.id));
        batch.check(row);
        if (former?.value && row.value?.hash === hash) {
          results.push({ definition: former.value, created: false });
          continue;
        }
        const { subscriptions, jobs, id, key, name, versionTag, historyTimeToLiveMs } = added;
        const definition: Definition = {
          id,
          tenant,
          key,
          version: (row.value?.version ?? 0) + 1,
          ...(name !== undefined && { name }),
          ...(versionTag !== undefined && { versionTag }),
          hash,
          deployedAt: at,
          latest: true,
          ...(historyTimeToLiveMs !== undefined && { historyTimeToLiveMs }),
        };
        if (row.value) await this.#removeStarts(batch, row.value);
        if (former?.value) batch.set(former.key, { ...former.value, latest: false });
        batch.set(keys.definition(id), definition);
        batch.set(keys.version(tenant, key, definition.version), id);
        const latest: Latest = {
          id,
          version: definition.version,
          hash,
          jobs: jobs.map((job) => job.id),
          subscriptions: subscriptions.map((each) => each.id),
        };
        batch.set(row.key, latest, keys, row);
        for (const each of subscriptions) {
          writeSubscription(batch, keys, { ...each, definitionId: id, tenant, armedAt: at });
        }
        for (const job of jobs) {
          writeJob(batch, keys, undefined, enqueuedJob(tenant, { ...job, definitionId: id }, at));
        }
        results.push({ definition, created: true });
      }
      if (results.every((each) => !each.created)) return results;
      const xml = await this.#database.get(keys.xml(tenant, hash));
      batch.set(xml.key, { xml: request.xml }, keys, xml);
      await this.#database.writeChunks(batch);
      if (!batch.fits()) {
        throw new StoreError(
          `Cannot deploy "${definitions[0]?.key}": the file has too many processes for one commit`,
        );
      }
      return await this.#database.commit(batch) ? results : undefined;
    });
  }

  async #removeStarts(batch: KvBatch, latest: Latest): Promise<void> {
    const keys = this.#keys;
    for (const row of await this.#database.getMany<Job>(latest.jobs.map((id) => keys.job(id)))) {
      writeJob(batch, keys, row, undefined);
    }
    const ids = latest.subscriptions.map((id) => keys.subscription(id));
    for (const row of await this.#database.getMany<Subscription>(ids)) {
      if (!row.value) continue;
      batch.delete(row.key, keys, row);
      for (const key of keys.subscriptionIndexes(row.value)) batch.delete(key);
    }
  }

  async get(id: string): Promise<Definition | undefined> {
    return (await this.#database.get<Definition>(this.#keys.definition(id))).value;
  }

  async find(
    tenant: string,
    key: string,
    by: { readonly version?: number; readonly versionTag?: string },
  ): Promise<Definition | undefined> {
    if (by.version === undefined && by.versionTag === undefined) {
      const { value } = await this.#database.get<Latest>(this.#keys.latest(tenant, key));
      return value && await this.get(value.id);
    }
    for await (
      const { value: id } of this.#database.scan<string>(this.#keys.version(tenant, key), undefined, true)
    ) {
      const definition = id === undefined ? undefined : await this.get(id);
      if (
        definition && (by.version === undefined || definition.version === by.version) &&
        (by.versionTag === undefined || definition.versionTag === by.versionTag)
      ) return definition;
    }
    return undefined;
  }

  async xml(id: string): Promise<string | undefined> {
    const definition = await this.get(id);
    if (!definition) return undefined;
    const { tenant, hash } = definition;
    return (await this.#database.get<{ xml: string }>(this.#keys.xml(tenant, hash))).value?.xml;
  }

  async list(query: DefinitionQuery): Promise<Page<Definition>> {
    const take = pageSize(query.take);
    const cursor = decodeCursor(query.cursor, ["string", "number", "string"]);
    const after = cursor && { key: cursor[0], version: cursor[1], tenant: cursor[2] };
    const found: Definition[] = [];
    // Definitions are few, and change with people, not with load: they are read whole and sorted here.
    for await (const { value } of this.#database.scan<Definition>(this.#keys.definition())) {
      if (!value || (query.tenant !== undefined && value.tenant !== query.tenant)) continue;
      if ((query.key !== undefined && value.key !== query.key) || (query.latestOnly && !value.latest)) {
        continue;
      }
      if (!after || compareDefinitions(value, after) > 0) found.push(value);
    }
    found.sort(compareDefinitions);
    const items = found.slice(0, take);
    const last = items.at(-1);
    return {
      items,
      ...(last && found.length > take && { next: encodeCursor([last.key, last.version, last.tenant]) }),
    };
  }
}
