/** Statements on connections: prepared once, each with a time limit, alone or in transactions. */
import { queries, type QueryName } from "../../sql/mod.ts";
import { Connections, destroy, type PostgresConnection, type PostgresPool, send } from "./connections.ts";
import { Deadlines } from "./deadlines.ts";
import { Patience, timeout } from "./patience.ts";
import { isConnectionLost, READ_ONLY, sqlState } from "./failures.ts";
import { StoreError } from "../store.ts";

/** A row by column name. Values are as the client gives them: see `postgres/rows.ts`. */
export type Row = Record<string, unknown>;

/** A row without names: its values in the order of the columns. */
export type Values = readonly unknown[];

/**
 * How a statement is planned. Planning one of the large ones takes 1 to 2 ms, and running it for one job 0.3.
 *
 * - `custom`: anew each time, with the real values. A plan made while the tables were small would otherwise be kept.
 * - `generic`: once per connection. Such a plan finds rows by index alone, whatever the sizes of the tables: for
 *   statements whose rows are found by key, and which say so in a way that leaves the planner no choice.
 * - `any`: as the connection happens to be set.
 */
export type Planning = "custom" | "generic" | "any";

/** Settings of a connection for each way of planning. */
export const PLANNING: Readonly<Record<"custom" | "generic", string>> = {
  custom: "set plan_cache_mode = force_custom_plan; " +
    "set enable_seqscan = on; set enable_bitmapscan = on; set enable_mergejoin = on",
  generic: "set plan_cache_mode = force_generic_plan; " +
    "set enable_seqscan = off; set enable_bitmapscan = off; set enable_mergejoin = off",
};

/** A named query and its parameters. */
export interface Statement {
  readonly name: QueryName;
  readonly params: readonly unknown[];
}

/** Runs named queries, on a pool or inside one transaction. */
export interface Runner {
  /** @param planning Default `custom`. Inside a transaction it has been settled before. */
  run(name: QueryName, params: readonly unknown[], planning?: Planning): Promise<Row[]>;
  /** Runs two statements, each in a transaction of its own: see {@link Database.runBoth}. */
  readonly runBoth?: (statement: Statement, next: Statement) => Promise<Row[]>;
}

/** How a {@link Database} connects. */
export interface DatabaseOptions {
  readonly schema: string;
  /** Most connections of a pool of our own. */
  readonly maxConnections: number;
  /** Prepare statements by name; off for poolers that give a session to one transaction at a time. */
  readonly namedStatements: boolean;
  /** How long to wait for a connection, and for the answer to a short statement, in ms. */
  readonly timeoutMs: number;
}

/** Substitutes the schema's name. */
export function inSchema(sql: string, schema: string): string {
  return schema === "baton" ? sql : sql.replace(/\bbaton\./g, `${schema}.`);
}

// Compiling a plan takes 10 to 80 times as long as running it. A batch of units with large variables would go through
// temporary files several times. Nothing of ours waits long for somebody else's lock. A lone statement may not inherit
// a stricter isolation than those in transactions have: it would fail wherever another one is quicker. And a client
// whose machine is gone keeps its locks for a minute and a half, not for the two hours of the default.
const SESSION = [
  "set jit = off",
  "set work_mem = '64MB'",
  "set lock_timeout = 1000",
  "set default_transaction_isolation = 'read committed'",
  "set tcp_keepalives_idle = 60",
  "set tcp_keepalives_interval = 10",
  "set tcp_keepalives_count = 3",
].join("; ");

// Every value as text: rows then look the same whatever parsers the application registered with pg.
const TEXT_ONLY = { getTypeParser: () => (value: unknown) => value };

/** Connections to one database and the queries for one schema. */
export class Database implements Runner {
  readonly options: DatabaseOptions;
  /** Whether a connection can be kept for listening. */
  readonly listens: boolean;
  readonly #connections: Connections;
  readonly #texts: Readonly<Record<QueryName, string>>;
  readonly #planning = new WeakMap<PostgresConnection, Planning>();
  /**
   * One connection listens, and one is left: transactions wait for ids, which are reserved outside of them, and for
   * ever if transactions had all connections.
   */
  readonly #transactions: Semaphore;
  readonly #patience: Patience;
  readonly #deadlines = new Deadlines();
  /** Errors of our connections: a handler's own may look the same. */
  readonly #errors = new WeakSet<object>();
  /** Statements sent so far: one round trip each. */
  roundTrips = 0;

  constructor(urlOrPool: string | PostgresPool, options: DatabaseOptions) {
    this.options = options;
    this.#patience = new Patience(options.timeoutMs);
    this.#texts = Object.fromEntries(
      Object.entries(queries).map(([name, text]) => [name, inSchema(text, options.schema)]),
    ) as Record<QueryName, string>;
    this.#connections = new Connections(urlOrPool, {
      // More than asked for: see the number of transactions below.
      max: options.maxConnections + 2,
      // One caller at a time has a connection: this is for `runBoth`. Poolers may not know of it.
      pipeline: options.namedStatements,
      timeoutMs: options.timeoutMs,
    });
    const { max } = this.#connections;
    if (max < 2) {
      throw new RangeError(
        `Cannot open the PostgreSQL store: the pool opens ${max} connection at most, and a transaction needs another`,
      );
    }
    this.listens = max > 2;
    this.#transactions = new Semaphore(max - (this.listens ? 2 : 1));
  }

  /** The text of a query in this schema. */
  text(name: QueryName): string {
    return this.#texts[name];
  }

  /** Runs one query on any connection. */
  run(name: QueryName, params: readonly unknown[], planning: Planning = "custom"): Promise<Row[]> {
    return this.withConnection((connection) => this.runOn(connection, name, params), planning);
  }

  /**
   * Runs one query, and another right behind it: the server begins it without waiting for us to read the first one's
   * answer. Each is a transaction of its own.
   *
   * @param next Whether it succeeds is not told, and its end is not waited for.
   * @returns The rows of the first.
   */
  runBoth(statement: Statement, next: Statement, planning: Planning = "custom"): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.withConnection(async (connection) => {
        const first = this.runOn(connection, statement.name, statement.params);
        // The first is on its way already: it does not wait until the other one is made.
        const second = this.runOn(connection, next.name, next.params);
        first.then(resolve, reject);
        await Promise.allSettled([first, second]);
      }, planning).catch(reject);
    });
  }

  /** The same as {@link run}, for many rows: objects of many columns take longer to make than to read. */
  async values(
    name: QueryName,
    params: readonly unknown[],
    planning: Planning = "custom",
  ): Promise<readonly Values[]> {
    const rows: readonly (Row | Values)[] = await this.withConnection(
      (connection) => this.runOn(connection, name, params, "array"),
      planning,
    );
    return rows.map(valuesOf);
  }

  /** Runs one query on a given connection. @param rowMode Lists of values, from clients that can. */
  async runOn(
    connection: PostgresConnection,
    name: QueryName,
    params: readonly unknown[],
    rowMode?: "array",
  ): Promise<Row[]> {
    const query = {
      ...(this.options.namedStatements && { name: `baton_${name}` }),
      text: this.#texts[name],
      values: params,
      types: TEXT_ONLY,
      rowMode,
    };
    const { rows } = await this.#patience.wait(name, (limitMs) => this.#ask(connection, query, limitMs));
    return rows;
  }

  /**
   * Runs a text without parameters; several statements are one transaction.
   *
   * @param options.long It may take as long as it likes.
   */
  async execute(
    connection: PostgresConnection,
    text: string,
    options: { readonly long?: boolean } = {},
  ): Promise<{ rows: Row[]; command: string }> {
    const query = { text, types: TEXT_ONLY };
    if (options.long) return await this.#ask(connection, query);
    return await this.#patience.wait("", (limitMs) => this.#ask(connection, query, limitMs));
  }

  /** Runs a user's statement in a transaction of ours, however long it takes. */
  async query(
    connection: PostgresConnection,
    text: string,
    params?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[] }> {
    return await this.#ask(connection, params ? { text, values: params } : text);
  }

  /** Whether an error is what one of our connections said, or the attempt to get one. */
  isOwn(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#errors.has(error);
  }

  // deno-lint-ignore no-explicit-any -- as PostgresConnection.query
  #ask(connection: PostgresConnection, query: any, limitMs?: number): Promise<any> {
    this.roundTrips++;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#errors.add(error);
        // A server that is read-only may be the one that another has taken over from: whoever connects anew is led there.
        if (isConnectionLost(error) || sqlState(error) === READ_ONLY) this.#connections.break(connection);
        reject(error);
      };
      const deadline = limitMs === undefined ? undefined : this.#deadlines.begin(limitMs, () => {
        fail(timeout());
        // Nobody waits for what it still says.
        destroy(connection);
      });
      const answer = (error: Error | null, result?: unknown): void => {
        if (deadline && !this.#deadlines.end(deadline)) return;
        if (error) fail(error);
        else resolve(result);
      };
      send(connection, query, answer);
    });
  }

  /** Takes a connection, and gives it back: for good when it broke. */
  async withConnection<T>(
    work: (connection: PostgresConnection) => Promise<T>,
    planning: Planning = "custom",
  ): Promise<T> {
    const connection = await this.connect();
    try {
      if (this.options.namedStatements) await this.#prepare(connection, planning);
      return await work(connection);
    } finally {
      this.#connections.giveBack(connection);
    }
  }

  /** Gives a connection back for good, without waiting for an answer to a farewell. */
  discard(connection: PostgresConnection): void {
    this.#connections.discard(connection);
  }

  /** Sets a connection up; outside of a transaction, whose end might undo it. */
  async #prepare(connection: PostgresConnection, planning: Planning): Promise<void> {
    const known = this.#planning.get(connection);
    if (known !== undefined && (planning === "any" || planning === known)) return;
    const next = planning === "any" ? "custom" : planning;
    await this.execute(connection, known === undefined ? `${SESSION}; ${PLANNING[next]}` : PLANNING[next]);
    this.#planning.set(connection, next);
  }

  /**
   * Runs `work` between BEGIN and COMMIT.
   *
   * @param setup Statements for the transaction's settings.
   * @param signal Gives the transaction up: whatever it waits for fails.
   */
  transaction<T>(
    work: (connection: PostgresConnection) => Promise<T>,
    setup: string = "",
    signal?: AbortSignal,
    planning: Planning = "custom",
  ): Promise<T> {
    return this.#transactions.use(() =>
      this.withConnection(async (connection) => {
        signal?.throwIfAborted();
        const giveUp = () => {
          this.#connections.break(connection);
          destroy(connection);
        };
        signal?.addEventListener("abort", giveUp);
        let result: T;
        try {
          // When a setting is refused, the transaction has begun all the same.
          await this.execute(connection, `begin isolation level read committed; ${setup}`);
          result = await work(connection);
        } catch (error) {
          await this.#rollBack(connection);
          throw error;
        } finally {
          signal?.removeEventListener("abort", giveUp);
        }
        const { command } = await this.execute(connection, "commit");
        // After a failed statement that `work` swallowed, the server answers COMMIT with a rollback.
        if (command !== "COMMIT") {
          throw new StoreError("Cannot commit the transaction: a statement in it failed");
        }
        return result;
      }, planning)
    );
  }

  /** What is not rolled back here ends with its connection. */
  async #rollBack(connection: PostgresConnection): Promise<void> {
    if (this.#connections.isBroken(connection)) return;
    try {
      await this.execute(connection, "rollback");
    } catch {
      this.#connections.break(connection); // the error before it says more
    }
  }

  /**
   * Whether something stands between us and the server that gives one session to several clients: it has to name each
   * client a process of its own, so that cancelling meets the right one.
   */
  async isShared(): Promise<boolean> {
    const connection = await this.connect();
    try {
      const { rows: [row] } = await this.execute(connection, "select pg_backend_pid() as pid");
      const { processID } = connection as unknown as { readonly processID?: number | null };
      return typeof processID === "number" && processID !== Number(row.pid);
    } finally {
      this.#connections.giveBack(connection);
    }
  }

  /** A connection until it is released, not set up for work: for LISTEN. */
  async connect(): Promise<PostgresConnection> {
    try {
      return await this.#connections.take();
    } catch (error) {
      if (!(error instanceof StoreError)) this.#errors.add(error as Error);
      throw error;
    }
  }

  /** Closes a pool of our own. The user's stays open. */
  async close(): Promise<void> {
    this.#deadlines.close();
    await this.#connections.close();
  }
}

/** @returns The values of a row, however the client gives it. */
export function valuesOf(row: Row | Values): Values {
  return Array.isArray(row) ? row : Object.values(row);
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
