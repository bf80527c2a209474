/**
 * Deno KV as the store needs it: values of any size, retries where the file is locked, batches that know their size.
 *
 * A value over 60 KiB is written first, as chunks under a fresh reference together with a clean-up record; the
 * atomic commit then sets the pointer and deletes the clean-up record. When a pointer goes, the commit that
 * removes it writes the record again. So chunks have a clean-up record exactly while nothing points to them,
 * whatever crashes, and {@link KvDatabase.cleanUp} removes those that are old.
 */
import type { KvKeys } from "./keys.ts";
import { StoreError } from "../store.ts";

/** One key with its value as it was read; a big value is whole again. */
export interface Row<T> {
  readonly key: Deno.KvKey;
  readonly value: T | undefined;
  readonly versionstamp: string | null;
  readonly pointer?: Pointer;
}

/** What stands in place of a big value. */
interface Pointer {
  readonly $ref: string;
  readonly $chunks: number;
}

/** Serialized values may have 65,536 bytes. */
const MAX_VALUE = 60 * 1024;
/** Deno KV's own: 100 checks, 1,000 mutations, 800 KiB, 80 KiB of keys. */
const MAX_CHECKS = 95, MAX_MUTATIONS = 950, MAX_BYTES = 700 * 1024, MAX_KEY_BYTES = 70 * 1024;
/** How long chunks without a pointer stay: longer than any commit takes. */
const GRACE_MS = 10 * 60_000;
const MAX_LOCKED_MS = 30_000;

/** Checks and mutations that go in one atomic commit. */
export class KvBatch {
  readonly checks = new Map<string, Row<unknown>>();
  /** In order; `undefined` deletes. */
  readonly mutations: { readonly key: Deno.KvKey; value: unknown; readonly set: boolean }[] = [];
  bytes = 0;
  keyBytes = 0;

  /** The key must still be as it was read. */
  check(row: Row<unknown>): void {
    const name = nameOf(row.key);
    if (this.checks.has(name)) return;
    this.checks.set(name, row);
    this.#count(row.key, 0);
  }

  /** Sets a value; `former` is what was read there, if anything was. */
  set(key: Deno.KvKey, value: unknown, keys?: KvKeys, former?: Row<unknown>): void {
    this.mutations.push({ key, value, set: true });
    this.#count(key, sizeOf(value));
    if (former?.pointer && keys) this.#release(keys, former.pointer);
  }

  /** Deletes a key. */
  delete(key: Deno.KvKey, keys?: KvKeys, former?: Row<unknown>): void {
    this.mutations.push({ key, value: undefined, set: false });
    this.#count(key, 0);
    if (former?.pointer && keys) this.#release(keys, former.pointer);
  }

  /** Whether both could be one commit. */
  fits(other?: KvBatch): boolean {
    return this.checks.size + (other?.checks.size ?? 0) <= MAX_CHECKS &&
      this.mutations.length + (other?.mutations.length ?? 0) <= MAX_MUTATIONS &&
      this.bytes + (other?.bytes ?? 0) <= MAX_BYTES &&
      this.keyBytes + (other?.keyBytes ?? 0) <= MAX_KEY_BYTES;
  }

  /** Whether both guard a key in common: then one would make the other fail. */
  meets(other: KvBatch): boolean {
    for (const name of other.checks.keys()) if (this.checks.has(name)) return true;
    return false;
  }

  /** Takes over all of another batch. */
  add(other: KvBatch): void {
    for (const [name, row] of other.checks) this.checks.set(name, row);
    for (const mutation of other.mutations) this.mutations.push(mutation);
    this.bytes += other.bytes;
    this.keyBytes += other.keyBytes;
  }

  #release(keys: KvKeys, pointer: Pointer): void {
    this.set(keys.cleanup(Date.now(), pointer.$ref), pointer.$chunks);
  }

  #count(key: Deno.KvKey, valueBytes: number): void {
    let size = 8;
    for (const part of key) size += typeof part === "string" ? textSize(part) + 2 : 12;
    this.keyBytes += size;
    this.bytes += size + valueBytes;
  }
}

/** A Deno KV database. */
export class KvDatabase {
  readonly kv: Deno.Kv;
  readonly #keys: KvKeys;

  constructor(kv: Deno.Kv, keys: KvKeys) {
    this.kv = kv;
    this.#keys = keys;
  }

  /** Reads one key. */
  async get<T>(key: Deno.KvKey): Promise<Row<T>> {
    return await this.#decode<T>(await unlocked(() => this.kv.get(key)));
  }

  /** Reads many keys, ten at a time; keys of one group of ten are read at one moment. */
  async getMany<T>(keys: readonly Deno.KvKey[]): Promise<Row<T>[]> {
    const tens: Deno.KvKey[][] = [];
    for (let i = 0; i < keys.length; i += 10) tens.push(keys.slice(i, i + 10));
    const read = await Promise.all(tens.map((ten) => unlocked(() => this.kv.getMany(ten))));
    const rows: Row<T>[] = [];
    for (const entry of read.flat()) {
      rows.push(pointerIn(entry.value) ? await this.#decode<T>(entry) : rowOf<T>(entry));
    }
    return rows;
  }

  /** Reads up to `limit` keys of a range. */
  async list<T>(range: Deno.KvListSelector, limit: number, reverse = false): Promise<Row<T>[]> {
    const entries = await unlocked(async () => {
      const found: Deno.KvEntry<unknown>[] = [];
      const options = { limit, reverse, batchSize: Math.min(limit, 500) };
      for await (const entry of this.kv.list(range, options)) found.push(entry);
      return found;
    });
    const rows: Row<T>[] = [];
    for (const entry of entries) {
      const row = pointerIn(entry.value) ? await this.#decode<T>(entry) : rowOf<T>(entry);
      if (row.versionstamp !== null) rows.push(row);
    }
    return rows;
  }

  /** All keys of a range, read a page at a time. */
  async *scan<T>(
    prefix: Deno.KvKey,
    after?: readonly Deno.KvKeyPart[],
    reverse = false,
  ): AsyncGenerator<Row<T>> {
    let from = after && [...prefix, ...after];
    for (let page = 50;; page = 500) {
      const range = !from
        ? { prefix }
        : reverse
        ? { prefix, end: from }
        : { prefix, start: [...from.slice(0, -1), next(from[from.length - 1])] };
      const rows = await this.list<T>(range, page, reverse);
      yield* rows;
      if (rows.length < page) return;
      from = [...rows[rows.length - 1].key];
    }
  }

  /**
   * Commits a batch whose values may be big.
   *
   * @returns `false` if a check failed: nothing was written.
   */
  async commit(batch: KvBatch): Promise<boolean> {
    await this.writeChunks(batch);
    const operation = this.kv.atomic();
    for (const { key, versionstamp } of batch.checks.values()) operation.check({ key, versionstamp });
    for (const { key, value, set } of batch.mutations) {
      if (set) operation.set(key, value);
      else operation.delete(key);
    }
    return (await unlocked(() => operation.commit())).ok;
  }

  /** Puts pointers in place of the batch's big values, which stay when `guard` stands. Harmless when they are there. */
  async writeChunks(batch: KvBatch, guard: KvBatch = batch): Promise<void> {
    for (const mutation of [...batch.mutations]) {
      if (!mutation.set || sizeOf(mutation.value) <= MAX_VALUE) continue;
      const bytes = new TextEncoder().encode(JSON.stringify(mutation.value));
      batch.bytes -= sizeOf(mutation.value);
      const chunks: Uint8Array[] = [];
      for (let i = 0; i < bytes.length; i += MAX_VALUE) chunks.push(bytes.slice(i, i + MAX_VALUE));
      mutation.value = await this.storeChunks(chunks, guard);
    }
  }

  /** Writes chunks; `batch`, when it stands, makes them stay. */
  async storeChunks(chunks: readonly unknown[], batch: KvBatch): Promise<Pointer> {
    const ref = crypto.randomUUID();
    const key = this.#keys.cleanup(Date.now(), ref);
    const { versionstamp } = await unlocked(() => this.kv.set(key, chunks.length));
    for (let i = 0; i < chunks.length; i += 10) {
      const operation = this.kv.atomic();
      for (const [n, chunk] of chunks.slice(i, i + 10).entries()) {
        operation.set(this.#keys.chunk(ref, i + n), chunk);
      }
      await unlocked(() => operation.commit());
    }
    batch.check({ key, value: chunks.length, versionstamp });
    batch.delete(key);
    return { $ref: ref, $chunks: chunks.length };
  }

  /**
   * Deletes chunks that nothing points to.
   *
   * @param olderThanMs Default ten minutes: a commit that takes longer fails.
   * @returns How many values were removed.
   */
  async cleanUp(olderThanMs: number = GRACE_MS): Promise<number> {
    const prefix = this.#keys.cleanup();
    let removed = 0;
    for (;;) {
      const range = { start: prefix, end: [...prefix, Date.now() - olderThanMs] };
      const rows = await this.list<number>(range, 50);
      for (const row of rows) {
        const ref = row.key[row.key.length - 1] as string;
        // First the record, guarded: a commit that made the chunks stay has deleted it and wins.
        const batch = new KvBatch();
        batch.check(row);
        // Kept under a time far in the past until the chunks are gone, or a crash here would leak them.
        batch.delete(row.key);
        const doomed = this.#keys.cleanup(0, ref);
        if (row.key[row.key.length - 2] !== 0) batch.set(doomed, row.value);
        else batch.mutations.length = 0;
        if (!await this.commit(batch)) continue;
        for (let i = 0; i < (row.value ?? 0); i += 500) {
          const operation = this.kv.atomic();
          for (let n = i; n < Math.min(i + 500, row.value ?? 0); n++) {
            operation.delete(this.#keys.chunk(ref, n));
          }
          await unlocked(() => operation.commit());
        }
        await unlocked(() => this.kv.delete(doomed));
        removed++;
      }
      if (rows.length < 50) return removed;
    }
  }

  /** A reader that finds a chunk missing was overtaken by a writer: it starts again. */
  async #decode<T>(read: Deno.KvEntryMaybe<unknown>): Promise<Row<T>> {
    for (let entry = read, attempt = 0; attempt < 20; attempt++) {
      const pointer = pointerIn(entry.value);
      if (!pointer) return rowOf<T>(entry);
      const keys = Array.from({ length: pointer.$chunks }, (_, n) => this.#keys.chunk(pointer.$ref, n));
      const chunks = (await this.getMany<Uint8Array>(keys)).map((row) => row.value);
      if (chunks.every((chunk) => chunk !== undefined)) {
        const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
        let at = 0;
        for (const chunk of chunks) {
          bytes.set(chunk, at);
          at += chunk.length;
        }
        const value = JSON.parse(new TextDecoder().decode(bytes)) as T;
        return { key: entry.key, value, versionstamp: entry.versionstamp, pointer };
      }
      entry = await unlocked(() => this.kv.get(read.key));
    }
    throw new StoreError(`Cannot read "${nameOf(read.key)}": parts of its value are missing`);
  }
}

function rowOf<T>(entry: Deno.KvEntryMaybe<unknown>): Row<T> {
  const value = entry.versionstamp === null ? undefined : entry.value as T;
  return { key: entry.key, value, versionstamp: entry.versionstamp };
}

function pointerIn(value: unknown): Pointer | undefined {
  return typeof value === "object" && value !== null && "$ref" in value ? value as Pointer : undefined;
}

/** A key as text, for maps and messages. */
export function nameOf(key: Deno.KvKey): string {
  return JSON.stringify(key.map(String));
}

/** The smallest key part after another. */
function next(part: Deno.KvKeyPart): Deno.KvKeyPart {
  if (typeof part === "bigint") return part + 1n;
  if (typeof part === "string") return part + "\u0000";
  if (typeof part === "number") return part + 0.5; // sequences: whole numbers
  throw new TypeError(`Cannot continue after key part "${String(part)}"`);
}

/** Not more than this many bytes when serialized. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return textSize(value) + 8;
  if (value instanceof Uint8Array) return value.length + 16;
  if (Array.isArray(value)) {
    let size = 16;
    for (const each of value) size += sizeOf(each) + 4;
    return size;
  }
  if (typeof value === "object" && value !== null) {
    let size = 16;
    for (const name in value) size += name.length + 4 + sizeOf((value as Record<string, unknown>)[name]);
    return size;
  }
  return 16;
}

/** One byte per character if all are ASCII; else at most three (UTF-8 in keys) and two (in values). */
function textSize(text: string): number {
  // deno-lint-ignore no-control-regex -- all of ASCII is meant
  return /^[\x00-\x7f]*$/.test(text) ? text.length : text.length * 3;
}

/**
 * Runs an operation again while another process has the file locked, and waits a little longer each time.
 *
 * @throws {TypeError} If the file is still locked after half a minute.
 * @throws {StoreError} If the database is closed.
 */
async function unlocked<T>(operation: () => Promise<T>): Promise<T> {
  const started = performance.now();
  for (let waitMs = 1;; waitMs = Math.min(waitMs * 2, 64)) {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) {
        throw new StoreError("Cannot use the Deno KV store: it is closed", { cause: error });
      }
      const locked = error instanceof Error && /database( table)? is (locked|busy)/.test(error.message);
      if (!locked || performance.now() - started > MAX_LOCKED_MS) throw error;
      await pause(waitMs);
    }
  }
}

/** Waits between half and all of a time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms * (0.5 + Math.random() / 2)));
}

/** Repeats what another writer was faster with: `undefined` means again. */
export async function retry<T>(work: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0;; attempt++) {
    const result = await work();
    if (result !== undefined) return result;
    await pause(Math.min(2 ** attempt, 64));
  }
}
