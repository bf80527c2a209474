/** `--db`: which store, loaded only when it is asked for. */
import type { Store } from "../storage/store.ts";
import { UsageError } from "./failure.ts";
import { hidePassword } from "./secrets.ts";

/** How stores are opened. */
export interface DatabaseOptions {
  /** PostgreSQL: the schema of all tables. */
  readonly schema?: string;
  /** PostgreSQL: false refuses a schema that is not up to date instead of changing it. Default true. */
  readonly migrate?: boolean;
}

/** The forms that `--db` takes. */
export const DATABASE_FORMS = "postgres://USER@HOST/NAME, kv:FILE or memory:";

/**
 * Opens a store by its address. The module of a store is imported here, so that nobody loads a client of a
 * database that is not used.
 *
 * @param address `postgres://…`, `kv:PATH`, `kv:` (Deno's default, Deno Deploy's own), `memory:`.
 * @throws {UsageError} If the address has no known form.
 * @throws {StoreError} If the store cannot be used as it is.
 */
export async function openStore(address: string, options: DatabaseOptions = {}): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(address)) {
    const { PostgresStore } = await import("../storage/postgres.ts");
    return await PostgresStore.open(address, {
      ...(options.schema !== undefined && { schema: options.schema }),
      ...(options.migrate !== undefined && { migrate: options.migrate }),
    });
  }
  if (options.schema !== undefined) {
    throw new UsageError(`Cannot use --schema with "${hidePassword(address)}": only PostgreSQL has schemas`);
  }
  if (address.startsWith("kv:")) {
    const { KvStore } = await import("../storage/kv.ts");
    return await KvStore.open(address.slice("kv:".length) || undefined);
  }
  if (address === "memory:") {
    const { MemoryStore } = await import("../storage/memory.ts");
    return new MemoryStore();
  }
  throw new UsageError(`Cannot open the database "${hidePassword(address)}": write ${DATABASE_FORMS}`);
}

/**
 * Brings a database up to this release.
 *
 * @returns Names of the migrations that ran.
 */
export async function migrateStore(address: string, schema?: string): Promise<readonly string[]> {
  if (/^postgres(ql)?:\/\//.test(address)) {
    // Opening the store would migrate, too, but would not tell what it did.
    const { Database } = await import("../storage/postgres/client.ts");
    const { checkSchemaName, migrate } = await import("../storage/postgres/migrate.ts");
    checkSchemaName(schema ?? "baton");
    const database = new Database(address, {
      schema: schema ?? "baton",
      maxConnections: 1,
      namedStatements: false,
      timeoutMs: 10_000,
    });
    try {
      return await migrate(database);
    } finally {
      await database.close();
    }
  }
  await using store = await openStore(address, { ...(schema !== undefined && { schema }) });
  return await store.migrate();
}
