/** Deletes whole instances from Deno KV. */
import { incidentIndexes, type InstanceValue, type VariablesValue } from "./commit.ts";
import { KvBatch, type KvDatabase, pause, type Row } from "./database.ts";
import { writeJob } from "./jobs.ts";
import { type KvKeys } from "./keys.ts";
import type { Incident, Job, Note, Step, Subscription, UserTask } from "../store.ts";

/** Rows that go in one commit. */
const SLICE = 100;

/** Removes instances with all they own. */
export class KvCleanup {
  readonly #database: KvDatabase;
  readonly #keys: KvKeys;

  constructor(database: KvDatabase, keys: KvKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  /** The instance's own record goes last: whoever is interrupted finds the instance again. */
  async remove(id: string): Promise<void> {
    const keys = this.#keys;
    const drop = (batch: KvBatch, row: Row<unknown>) => batch.delete(row.key, keys, row);
    await this.#empty<Step>(() => this.#list(keys.step(id)), drop);
    await this.#empty<Note>(() => this.#list(keys.notes(id)), drop);
    await this.#owned<Job>(keys.jobsOf(id), (each) => keys.job(each), (batch, row) => {
      writeJob(batch, keys, row, undefined);
    });
    await this.#owned<Subscription>(
      keys.subscriptionsOf(id),
      (each) => keys.subscription(each),
      (batch, row) => {
        drop(batch, row);
        for (const key of row.value ? keys.subscriptionIndexes(row.value) : []) batch.delete(key);
      },
    );
    await this.#owned<UserTask>(keys.tasksOf(id), (each) => keys.task(each), (batch, row) => {
      drop(batch, row);
      for (const key of row.value ? keys.taskIndexes(row.value) : []) batch.delete(key);
    });
    await this.#owned<Incident>(keys.incidentsOf(id), (each) => keys.incident(each), (batch, row) => {
      drop(batch, row);
      for (const key of row.value ? incidentIndexes(keys, row.value) : []) batch.delete(key);
    });
    await this.#removeRecord(id);
  }

  async #removeRecord(id: string): Promise<void> {
    const keys = this.#keys;
    for (let attempt = 0;; attempt++) {
      const row = await this.#database.get<InstanceValue>(keys.instance(id));
      const variables = await this.#database.get<VariablesValue>(keys.variables(id));
      const instance = row.value;
      if (!instance) return;
      const batch = new KvBatch();
      batch.check(row);
      batch.delete(row.key, keys, row);
      batch.delete(variables.key, keys, variables);
      const { tenant, key, definitionId, status, businessKey, parentId, rootId } = instance;
      const indexes = [
        keys.instancesByStatus(tenant, status),
        keys.instancesByKey(tenant, key, status),
        keys.instancesByDefinition(definitionId, status),
      ];
      if (businessKey !== undefined) indexes.push(keys.instancesByBusinessKey(tenant, businessKey));
      if (parentId !== undefined) {
        indexes.push(keys.instancesByParent(parentId), keys.instancesByRoot(rootId));
      }
      for (const [name, json] of variables.value?.searchable ?? []) {
        indexes.push(keys.instancesByVariable(tenant, name, json));
      }
      for (const index of indexes) batch.delete(keys.startedKey(index, instance));
      if (instance.uniqueKey !== undefined) batch.delete(keys.unique(tenant, instance.uniqueKey));
      if (await this.#database.commit(batch)) return;
      await pause(Math.min(2 ** attempt, 64));
    }
  }

  /** Rows that an index of the instance names. */
  async #owned<T>(
    index: Deno.KvKey,
    keyOf: (id: string) => Deno.KvKey,
    remove: (batch: KvBatch, row: Row<T>) => void,
  ): Promise<void> {
    await this.#empty<T>(async () => {
      const named = await this.#list<unknown>(index);
      const rows = await this.#database.getMany<T>(
        named.map(({ key }) => keyOf(String(key[key.length - 1]))),
      );
      return rows.filter(({ value }) => value !== undefined);
    }, remove);
  }

  async #list<T>(prefix: Deno.KvKey): Promise<Row<T>[]> {
    return await this.#database.list<T>({ prefix }, SLICE);
  }

  async #empty<T>(
    list: () => Promise<Row<T>[]>,
    remove: (batch: KvBatch, row: Row<T>) => void,
  ): Promise<void> {
    for (;;) {
      const rows = await list();
      if (rows.length === 0) return;
      const batch = new KvBatch();
      for (const row of rows) remove(batch, row);
      await this.#database.commit(batch);
    }
  }
}
