/**
 * Makes large tables in seconds: copies of one real row, so that they look as the engine writes them.
 *
 * @module
 */
import type pg from "pg";

/** Where rows are copied. */
export interface CloneOptions {
  /** Which rows are the originals: a condition on the table. */
  readonly from: string;
  readonly count: number;
  /** SQL for columns that differ between the copies, by column; `n` is 1 to `count`. */
  readonly set: Readonly<Record<string, string>>;
}

/**
 * Copies rows within their table. Columns are read from the catalog: a migration that adds one changes nothing here.
 *
 * @param table Qualified name.
 * @throws {Error} If the condition matches not exactly one row.
 */
export async function cloneRows(pool: pg.Pool, table: string, options: CloneOptions): Promise<void> {
  const { rows } = await pool.query(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  const names: string[] = rows.map(({ name }) => name);
  const unknown = Object.keys(options.set).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot copy rows of ${table}: it has no column ${unknown}`);
  }
  const values = names.map((name) => options.set[name] ?? `o."${name}"`);
  const { rowCount } = await pool.query(
    `insert into ${table} (${names.map((name) => `"${name}"`).join(", ")})
     select ${values.join(", ")}
     from (select * from ${table} where ${options.from}) as o cross join generate_series(1, ${options.count}) as n`,
  );
  if (rowCount !== options.count) {
    throw new Error(`Cannot copy rows of ${table}: ${rowCount} instead of ${options.count} were made`);
  }
}
