/** Looks for rows that their indexes do not find, and for entries of indexes that lead to nothing. */
import { AUDITED, LATE_MS } from "../audit.ts";
import type { AuditFinding, AuditRequest, Incident, Job, Message, Subscription, UserTask } from "../store.ts";
import { incidentIndexes, type InstanceValue } from "./commit.ts";
import type { KvDatabase, Row } from "./database.ts";
import { nameOf } from "./database.ts";
import { idPart, type KvKeys } from "./keys.ts";

/** Rows of one kind, and the index entries that each must have. */
interface Table {
  readonly rows: Deno.KvKey;
  readonly entries: readonly Deno.KvKey[];
  indexesOf(row: Owned): readonly Deno.KvKey[];
}

interface Owned {
  readonly id: string;
  readonly tenant: string;
}

/** How often a row is read again that others keep changing. */
const TRIES = 5;
/** Rows whose entries are read together. */
const BATCH = 100;

/** @param finishAll Applies what large commits have left. */
export async function auditKv(
  database: KvDatabase,
  keys: KvKeys,
  finishAll: () => Promise<void>,
  request: AuditRequest & { readonly at: number },
): Promise<AuditFinding[]> {
  const { tenant, take = AUDITED, at } = request;
  const found: AuditFinding[] = [];
  const ours = (row: Owned | undefined) => tenant === undefined || row?.tenant === tenant;
  await finishAll();
  for (const table of tablesOf(keys)) {
    const lost = new Set<string>(), left = new Set<string>();
    const suspects: string[] = [];
    for await (const rows of batches(database.scan<Owned>(table.rows), take)) {
      suspects.push(...await withoutEntries(database, table, rows.filter(({ value }) => ours(value))));
    }
    for (const id of suspects) if (await isLost(database, table, id, finishAll)) lost.add(id);
    for (const index of table.entries) {
      for await (const entries of batches(database.scan(index), take)) {
        for (const entry of await leadingNowhere(database, table, entries.map(({ key }) => key))) {
          const { value } = await database.get<Owned>([...table.rows, entry[entry.length - 1]]);
          if (
            (value ? ours(value) : tenant === undefined) && await isLeft(database, table, entry, finishAll)
          ) {
            left.add(String(entry[entry.length - 1]));
          }
        }
      }
    }
    found.push(...[...lost].map((id) => ({ kind: "index-lost" as const, id })));
    found.push(...[...left].map((id) => ({ kind: "index-left" as const, id })));
  }
  for await (const messages of batches(database.scan<Message>(keys.rows("message")), take)) {
    for (const { value } of messages) {
      if (value && value.expiresAt < at - LATE_MS && ours(value)) {
        found.push({ kind: "message-left", id: value.id });
      }
    }
  }
  return found;
}

function tablesOf(keys: KvKeys): readonly Table[] {
  const of = <T extends Owned>(
    kind: Parameters<KvKeys["rows"]>[0],
    entries: readonly Deno.KvKey[],
    indexesOf: (row: T) => readonly (Deno.KvKey | undefined)[],
  ): Table => ({
    rows: keys.rows(kind),
    entries,
    indexesOf: (row) => indexesOf(row as T).filter((key) => key !== undefined),
  });
  const instances = (["status", "key", "definition", "business", "parent"] as const).map((by) =>
    keys.instanceEntries(by)
  );
  return [
    of<InstanceValue>("instance", instances, (row) => instanceIndexes(keys, row)),
    of<Job>("job", [keys.entries("due"), keys.entries("job_of"), keys.entries("job_ended")], (row) => [
      keys.due(row),
      keys.ended(row),
      row.instanceId === undefined ? undefined : keys.jobsOf(row.instanceId, row.id),
    ]),
    of<Subscription>(
      "subscription",
      [keys.entries("subscription_by")],
      (row) => keys.subscriptionIndexes(row),
    ),
    of<UserTask>("task", [keys.entries("task_by")], (row) => keys.taskIndexes(row)),
    of<Incident>("incident", [keys.entries("incident_by")], (row) => incidentIndexes(keys, row)),
    of<Message>("message", [keys.entries("message_by_key")], (row) => [
      [...keys.messagesByKey(row.tenant, row.name, row.key), row.publishedAt, idPart(row.id)],
    ]),
  ];
}

function instanceIndexes(keys: KvKeys, row: InstanceValue): Deno.KvKey[] {
  const { tenant, key, definitionId, status, businessKey, parentId } = row;
  const indexes = [
    keys.instancesByStatus(tenant, status),
    keys.instancesByKey(tenant, key, status),
    keys.instancesByDefinition(definitionId, status),
  ];
  if (businessKey !== undefined) indexes.push(keys.instancesByBusinessKey(tenant, businessKey));
  if (parentId !== undefined) indexes.push(keys.instancesByParent(parentId));
  return indexes.map((index) => keys.startedKey(index, row));
}

async function* batches<T>(rows: AsyncIterable<T>, take: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (--take <= 0) break;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** @returns Ids of the rows of which an entry seems to be missing. */
async function withoutEntries(
  database: KvDatabase,
  table: Table,
  rows: readonly Row<Owned>[],
): Promise<string[]> {
  const wanted = rows.flatMap(({ value }) =>
    value ? table.indexesOf(value).map((key) => ({ id: value.id, key })) : []
  );
  const entries = await database.getMany(wanted.map(({ key }) => key));
  return [...new Set(wanted.filter((_, i) => entries[i].versionstamp === null).map(({ id }) => id))];
}

/**
 * Whether an entry of a row is missing. Seen twice, and the row has not changed: between the two is nothing that a
 * large commit has half done.
 */
async function isLost(
  database: KvDatabase,
  table: Table,
  id: string,
  finishAll: () => Promise<void>,
): Promise<boolean> {
  let before: string | null | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await database.get<Owned>([...table.rows, idPart(id)]);
    if (!row.value || (await withoutEntries(database, table, [row])).length === 0) return false;
    if (row.versionstamp === before) return true;
    before = row.versionstamp;
    await finishAll();
  }
  return false; // it moves all the time: it is well
}

/** @returns Entries whose row seems to be gone, or to stand elsewhere in the index. */
async function leadingNowhere(
  database: KvDatabase,
  table: Table,
  entries: readonly Deno.KvKey[],
): Promise<Deno.KvKey[]> {
  const rows = await database.getMany<Owned>(
    entries.map((entry) => [...table.rows, entry[entry.length - 1]]),
  );
  return entries.filter((entry, i) => {
    const { value } = rows[i];
    return !value || !table.indexesOf(value).some((key) => nameOf(key) === nameOf(entry));
  });
}

/** Whether an entry leads to nothing; see {@link isLost}. */
async function isLeft(
  database: KvDatabase,
  table: Table,
  entry: Deno.KvKey,
  finishAll: () => Promise<void>,
): Promise<boolean> {
  let before: string | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const { versionstamp } = await database.get(entry);
    if (versionstamp === null || (await leadingNowhere(database, table, [entry])).length === 0) return false;
    if (versionstamp === before) return true;
    before = versionstamp;
    await finishAll();
  }
  return false;
}
