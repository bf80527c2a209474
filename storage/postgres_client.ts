/**
 * The only file that knows the PostgreSQL client library: pools, prepared statements, transactions.
 */
import pg from "pg";
import { queries, type QueryName } from "../sql/mod.ts";
import { StoreError } from "./store.ts";

/** A row by column name. Values are as the client gives them: see `postgres_rows.ts`. */
export type Row = Record<string, unknown>;

/** What a pool of `pg` offers and a store needs; `new pg.Pool()` fits as it is. */
export interface PostgresPool {
  /** Lends a connection until its `release`. */
  connect(): Promise<PostgresConnection>;
  /** Idle connections that break are told here. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** `max`: how many connections it opens; the store leaves one of them free. */
  readonly options?: { readonly max?: number };
}

/** A connection of a {@link PostgresPool}. */
export interface PostgresConnection {
  /** Runs one statement, or several in one text without parameters. */
  // deno-lint-ignore no-explicit-any -- pg's own overloads fit nothing narrower
  query(config: any, values?: any[]): Promise<any>;
  /** Gives it back; with an error or `true` it is closed. */
  release(error?: Error | boolean): void;
  /** It broke or was closed. */
  on(event: "error" | "end", listener: (error?: Error) => void): unknown;
  /** A notification arrived on a channel that it listens to. */
  on(event: "notification", listener: (message: { channel: string }) => void): unknown;
}

/** Runs named queries, on a pool or inside one transaction. */
export interface Runner {
  run(name: QueryName, params: readonly unknown[]): Promise<Row[]>;
}

/** How a {@link Database} connects. */
export interface DatabaseOptions {
  readonly schema: string;
  /** Most connections of a pool of our own. */
  readonly maxConnections: number;
  /** Prepare statements by name; off for poolers that give a session to one transaction at a time. */
  readonly namedStatements: boolean;
}

/** Substitutes the schema's name. */
export function inSchema(sql: string, schema: string): string {
  return schema === "baton" ? sql : sql.replace(/\bbaton\./g, `${schema}.`);
}

// Every value as text: rows then look the same whatever parsers the application registered with pg.
const TEXT_ONLY = { getTypeParser: () => (value: unknown) => value };

/** Connections to one database and the queries for one schema. */
export class Database implements Runner {
  readonly options: DatabaseOptions;
  readonly #pool: PostgresPool;
  readonly #own?: pg.Pool;
  readonly #texts: Readonly<Record<QueryName, string>>;
  readonly #prepared = new WeakSet<PostgresConnection>();
  readonly #guarded = new WeakSet<PostgresConnection>();
  readonly #transactions: Semaphore;
  /** Statements sent so far: one round trip each. */
  roundTrips = 0;
  #closed = false;

  constructor(urlOrPool: string | PostgresPool, options: DatabaseOptions) {
    this.options = options;
    this.#texts = Object.fromEntries(
      Object.entries(queries).map(([name, text]) => [name, inSchema(text, options.schema)]),
    ) as Record<QueryName, string>;
    if (typeof urlOrPool === "string") {
      // The client's own error would show it, with its password. It reads paths of sockets, too.
      if (!URL.canParse(urlOrPool.replaceAll(" ", "%20"), "postgres://base")) {
        throw new TypeError("Cannot open the PostgreSQL store: its address is no URL");
      }
      // More than asked for: one listens, and a full house of transactions can still reserve ids.
      this.#own = new pg.Pool({
        connectionString: urlOrPool,
        max: options.maxConnections + 2,
        application_name: "baton",
        keepAlive: true,
      });
      this.#pool = this.#own as unknown as PostgresPool;
    } else this.#pool = urlOrPool;
    // An idle connection that breaks is taken out of the pool by itself; without a listener it would end the
    // process.
    this.#pool.on("error", () => {});
    const max = this.#own ? options.maxConnections : (this.#pool.options?.max ?? 10) - 1;
    this.#transactions = new Semaphore(Math.max(1, max));
  }

  /** The text of a query in this schema. */
  text(name: QueryName): string {
    return this.#texts[name];
  }

  /** Runs one query on any connection. */
  run(name: QueryName, params: readonly unknown[]): Promise<Row[]> {
    return this.withConnection((connection) => this.runOn(connection, name, params));
  }

  /** Runs one query on a given connection. */
  async runOn(connection: PostgresConnection, name: QueryName, params: readonly unknown[]): Promise<Row[]> {
    this.roundTrips++;
    const result = await connection.query({
      ...(this.options.namedStatements && { name: `baton_${name}` }),
      text: this.#texts[name],
      values: params,
      types: TEXT_ONLY,
    });
    return result.rows;
  }

  /** Runs a text without parameters; several statements are one transaction. */
  async execute(connection: PostgresConnection, text: string): Promise<{ rows: Row[]; command: string }> {
    this.roundTrips++;
    return await connection.query({ text, types: TEXT_ONLY });
  }

  /** Takes a connection, and gives it back: for good when it broke. */
  async withConnection<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError("Cannot use the PostgreSQL store: it is closed");
    const connection = await this.#pool.connect();
    let broken: Error | undefined;
    this.#guard(connection);
    try {
      if (this.options.namedStatements && !this.#prepared.has(connection)) {
        // A plan made while the tables were small would be kept: plan with the real values each time.
        // Compiling one takes 10 to 80 times as long as running it. And nothing of ours waits long for somebody
        // else's lock.
        await connection.query(
          "set plan_cache_mode = force_custom_plan; set jit = off; set lock_timeout = 1000",
        );
        this.#prepared.add(connection);
      }
      return await work(connection);
    } catch (error) {
      if (isConnectionLost(error)) broken = error as Error;
      throw error;
    } finally {
      connection.release(broken);
    }
  }

  /**
   * Runs `work` between BEGIN and COMMIT.
   *
   * @param setup Statements for the transaction's settings.
   */
  transaction<T>(work: (connection: PostgresConnection) => Promise<T>, setup: string = ""): Promise<T> {
    return this.#transactions.use(() =>
      this.withConnection(async (connection) => {
        await this.execute(connection, `begin isolation level read committed; ${setup}`);
        let result: T;
        try {
          result = await work(connection);
        } catch (error) {
          if (!isConnectionLost(error)) await this.execute(connection, "rollback");
          throw error;
        }
        const { command } = await this.execute(connection, "commit");
        // After a failed statement that `work` swallowed, the server answers COMMIT with a rollback.
        if (command !== "COMMIT") {
          throw new StoreError("Cannot commit the transaction: a statement in it failed");
        }
        return result;
      })
    );
  }

  /** A connection outside of the pool, for LISTEN; only for a pool of our own or one that can spare one. */
  async connect(): Promise<PostgresConnection> {
    if (this.#closed) throw new StoreError("Cannot use the PostgreSQL store: it is closed");
    const connection = await this.#pool.connect();
    this.#guard(connection);
    return connection;
  }

  /** A connection that breaks while it is lent out has no listener of the pool's, and would end the process. */
  #guard(connection: PostgresConnection): void {
    if (this.#guarded.has(connection)) return;
    this.#guarded.add(connection);
    connection.on("error", () => {}); // its query rejects, too
  }

  /** Closes a pool of our own. The user's stays open. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#own?.end();
  }
}

/** Lets a number of callers in at once; the others wait in order. */
class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** @returns The server's five-letter code of an error, if it came from the server. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** @returns Whether an error means that the connection is gone, so that nobody knows what became of a statement. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  // 57P: the server shuts down or a person ended the session; 08: the connection itself.
  if (state !== undefined) {
    return state.startsWith("08") || ["57P01", "57P02", "57P03", "57P05"].includes(state);
  }
  if (!(error instanceof Error) || error instanceof StoreError) return false;
  const code = "code" in error ? String(error.code) : "";
  return /^E[A-Z]+$/.test(code) || /connection|socket|terminated|not queryable/i.test(error.message);
}
