/** Bringing a PostgreSQL schema up to this release. */
import { migrations } from "../../sql/mod.ts";
import { type Database, inSchema } from "./client.ts";
import type { PostgresConnection } from "./connections.ts";
import { StoreError } from "../store.ts";

/** The highest migration that this release knows. */
const RELEASE = Math.max(...migrations.map(({ version }) => version));

const CREATE_VERSIONS = `
create schema if not exists baton_schema;
create table baton.migrations (
  version     integer primary key,
  name        text not null,
  min_release integer not null,
  applied_at  timestamptz not null default statement_timestamp()
);
comment on table baton.migrations is
  'min_release: the oldest release, as the highest migration that it knows, that can work with this schema';
`;

/**
 * Checks a schema's name.
 *
 * @throws {TypeError} If it is not a plain lower-case name of at most 63 characters.
 */
export function checkSchemaName(schema: string): void {
  if (typeof schema !== "string" || !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TypeError(`Cannot use the schema "${schema}": its name must match [a-z_][a-z0-9_]{0,62}`);
  }
}

/**
 * Runs the migrations that are missing, all in one transaction; many processes may do it at once.
 *
 * @returns Their names.
 * @throws {StoreError} If the schema is too new for this release, or the database's encoding is not UTF8.
 */
export async function migrate(database: Database): Promise<string[]> {
  const { schema } = database.options;
  // Without locks and rights to create: the usual case, and all that an application's role may do.
  const missing = await database.withConnection((connection) => missingMigrations(database, connection));
  if (missing.length === 0) return [];
  if (!await database.withConnection((connection) => mayCreate(database, connection))) {
    throw new StoreError(
      `Cannot use the schema "${schema}": migration "${
        missing[0].name
      }" is missing, and this role may not create anything; run migrate as the schema's owner`,
    );
  }
  return await database.transaction(async (connection) => {
    await database.execute(
      connection,
      `select pg_advisory_xact_lock(hashtextextended('baton migrations of ${schema}', 0))`,
      { long: true },
    );
    const rest = await missingMigrations(database, connection);
    if (rest.length === migrations.length) {
      await database.execute(connection, inSchema(CREATE_VERSIONS, schema).replace("baton_schema", schema));
    }
    for (const { version, name, minRelease, text } of rest) {
      await database.execute(connection, inSchema(text, schema), { long: true });
      // Numbers and file names of our own: nothing to quote.
      await database.execute(
        connection,
        `insert into ${schema}.migrations (version, name, min_release) values (${version}, '${name}', ${minRelease})`,
      );
    }
    return rest.map(({ name }) => name);
  }, "set local lock_timeout = 0");
}

/**
 * Makes sure that no migration is missing.
 *
 * @throws {StoreError} If one is, or if the schema is too new for this release.
 */
export async function checkMigrated(database: Database): Promise<void> {
  const missing = await database.withConnection((connection) => missingMigrations(database, connection));
  if (missing.length > 0) {
    throw new StoreError(
      `Cannot use the schema "${database.options.schema}": migration "${
        missing[0].name
      }" is missing; run migrate`,
    );
  }
}

/** Whether this role may run migrations: create the schema, or tables in it. */
async function mayCreate(database: Database, connection: PostgresConnection): Promise<boolean> {
  const { rows } = await database.execute(
    connection,
    `select coalesce(
       (select has_schema_privilege(oid, 'create') from pg_namespace where nspname = '${database.options.schema}'),
       has_database_privilege(current_database(), 'create')) as allowed`,
  );
  return rows[0].allowed === "t";
}

async function missingMigrations(
  database: Database,
  connection: PostgresConnection,
): Promise<typeof migrations> {
  const { schema } = database.options;
  // Not to_regclass: its cache may not know yet what another process has just committed.
  const { rows: [found] } = await database.execute(
    connection,
    `select current_setting('server_encoding') as encoding, exists (
       select from pg_tables where schemaname = '${schema}' and tablename = 'migrations'
     ) as migrated`,
  );
  // Any text may come, from a name to a variable: one that the database has no characters for would stop its instance.
  if (found.encoding !== "UTF8") {
    throw new StoreError(
      `Cannot use the database: its encoding is ${found.encoding}; create one with encoding 'UTF8'`,
    );
  }
  if (found.migrated !== "t") return migrations;
  const { rows } = await database.execute(
    connection,
    `select version, min_release from ${schema}.migrations`,
  );
  const minRelease = Math.max(0, ...rows.map((row) => Number(row.min_release)));
  if (minRelease > RELEASE) {
    throw new StoreError(
      `Cannot use the schema "${schema}": it needs release ${minRelease} of the schema, and this one knows ${RELEASE}`,
    );
  }
  const done = new Set(rows.map((row) => Number(row.version)));
  return migrations.filter(({ version }) => !done.has(version));
}
