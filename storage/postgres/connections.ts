/** The only file that knows the PostgreSQL client library: connections, who has them, which are broken. */
import pg from "pg";
import { StoreError } from "../store.ts";

/** What a pool of `pg` offers and a store needs; `new pg.Pool()` fits as it is. */
export interface PostgresPool {
  /** Lends a connection until its `release`. */
  connect(): Promise<PostgresConnection>;
  /** Idle connections that break are told here. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** A connection is about to be lent. */
  on(event: "acquire", listener: (connection: PostgresConnection) => void): unknown;
  /** `max`: how many connections it opens, at least 2; transactions take all but two, and none below 3 listens. */
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
  on(
    event: "notification",
    listener: (message: { channel: string; payload?: string }) => void,
  ): unknown;
}

/** How a pool of our own connects. */
export interface ConnectionsOptions {
  /** Most connections of a pool of our own. */
  readonly max: number;
  /** Whether a statement may be sent before the last one is answered. */
  readonly pipeline: boolean;
  /** How long to wait for a new connection, ms. */
  readonly timeoutMs: number;
}

/** Connections of our own are closed when nobody has used them for so long. */
const IDLE_MS = 10_000;

/** A connection of our own. */
class OwnClient extends pg.Client {}

/** A connection that is kept for whoever comes next. */
interface Kept {
  readonly connection: PostgresConnection;
  readonly since: number;
}

/**
 * Lends connections of a user's pool, or of one of our own.
 *
 * What our own pool lent is kept here, for the next one to take at once: the pool would set a timer each time it gets a
 * connection back, and all timers of a process leave their garbage in one chain (see `collections/turnover_map.ts`).
 */
export class Connections {
  /** Most that the pool has. */
  readonly max: number;
  readonly #pool: PostgresPool;
  readonly #own?: pg.Pool;
  readonly #guarded = new WeakSet<PostgresConnection>();
  /** Those that cannot be used again. */
  readonly #broken = new WeakSet<PostgresConnection>();
  /** The one that was used last is the last. */
  #kept: Kept[] = [];
  #tidying: ReturnType<typeof setTimeout> | undefined;
  /** Told when the pool is closed before they have their connection. */
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(urlOrPool: string | PostgresPool, options: ConnectionsOptions) {
    if (typeof urlOrPool === "string") {
      // The client's own error would show it, with its password. It reads paths of sockets, too.
      if (!URL.canParse(urlOrPool.replaceAll(" ", "%20"), "postgres://base")) {
        throw new TypeError("Cannot open the PostgreSQL store: its address is no URL");
      }
      this.#own = new pg.Pool({
        connectionString: urlOrPool,
        max: options.max,
        application_name: "baton",
        keepAlive: true,
        pipeline: options.pipeline,
        // Of the client alone: the pool's own would count the time that others keep all connections busy.
        Client: class extends OwnClient {
          constructor(config?: pg.ClientConfig) {
            super({ ...config, connectionTimeoutMillis: options.timeoutMs });
          }
        },
      });
      this.#pool = this.#own as unknown as PostgresPool;
    } else this.#pool = urlOrPool;
    // An idle connection that breaks is taken out of the pool by itself; without a listener it would end the
    // process.
    this.#pool.on("error", () => {});
    // When `connect` answers it is too late: the same packet may bring the news that the server ends the session.
    this.#pool.on("acquire", (connection) => this.#guard(connection));
    this.max = this.#own ? options.max : this.#pool.options?.max ?? 10;
  }

  /** Lends a connection until {@link giveBack}. @throws {StoreError} If the store is closed, or is while it waits. */
  async take(): Promise<PostgresConnection> {
    if (this.#closed) throw closedError();
    for (let kept = this.#kept.pop(); kept; kept = this.#kept.pop()) {
      if (!this.#broken.has(kept.connection)) return kept.connection;
      this.discard(kept.connection);
    }
    return await this.#fromPool();
  }

  /** Takes a connection back; for good if it broke. */
  giveBack(connection: PostgresConnection): void {
    if (this.#broken.has(connection)) return this.discard(connection);
    // Whoever waits for one gets it from the pool.
    if (!this.#own || this.#closed || this.#waiting.length > 0) return connection.release();
    this.#kept.push({ connection, since: performance.now() });
    this.#tidyLater();
  }

  /** Takes a connection back for good, without waiting for an answer to a farewell. */
  discard(connection: PostgresConnection): void {
    destroy(connection);
    connection.release(true);
  }

  /** It is not to be used again. */
  break(connection: PostgresConnection): void {
    this.#broken.add(connection);
  }

  /** Whether it is not to be used again. */
  isBroken(connection: PostgresConnection): boolean {
    return this.#broken.has(connection);
  }

  /** Closes a pool of our own. The user's stays open. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#tidying);
    for (const closed of this.#waiting.splice(0)) closed();
    for (const { connection } of this.#kept) connection.release();
    this.#kept = [];
    await this.#own?.end();
  }

  #fromPool(): Promise<PostgresConnection> {
    return new Promise((resolve, reject) => {
      // A pool that ends forgets whoever waits for a connection.
      const closed = (): void => reject(closedError());
      this.#waiting.push(closed);
      this.#pool.connect().then((connection) => {
        if (!this.#leaveQueue(closed)) return connection.release(true);
        this.#guard(connection);
        resolve(connection);
      }, (error) => {
        this.#leaveQueue(closed);
        reject(error);
      });
    });
  }

  #leaveQueue(closed: () => void): boolean {
    const place = this.#waiting.indexOf(closed);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  /** A connection that breaks while it is lent out has no listener of the pool's, and would end the process. */
  #guard(connection: PostgresConnection): void {
    if (this.#guarded.has(connection)) return;
    this.#guarded.add(connection);
    connection.on("error", () => this.#broken.add(connection)); // its query rejects, too
    connection.on("end", () => this.#broken.add(connection));
  }

  #tidyLater(): void {
    if (this.#tidying !== undefined) return;
    this.#tidying = setTimeout(() => {
      this.#tidying = undefined;
      const since = performance.now() - IDLE_MS;
      while (this.#kept.length > 0 && this.#kept[0].since <= since) {
        // The pool closes it, with a farewell.
        this.#kept.shift()?.connection.release(true);
      }
      if (this.#kept.length > 0) this.#tidyLater();
    }, IDLE_MS / 2);
    Deno.unrefTimer(this.#tidying as unknown as number);
  }
}

/**
 * Sends a statement.
 *
 * @param answer Called once. A connection of our own is asked without a promise: with it, the client leaves chains behind
 *   that the garbage collector copies again and again.
 */
export function send(
  connection: PostgresConnection,
  // deno-lint-ignore no-explicit-any -- as PostgresConnection.query
  query: any,
  // deno-lint-ignore no-explicit-any -- as PostgresConnection.query
  answer: (error: Error | null, result?: any) => void,
): void {
  if (connection instanceof OwnClient) connection.query(query, answer);
  else connection.query(query).then((result) => answer(null, result), answer);
}

/**
 * Without a word to the server: it may never answer one.
 *
 * The socket is known by its place: the client of a user's pool may be of another version of `pg`, whose classes are not
 * ours. One without a socket of its own ends when it is given back.
 */
export function destroy(connection: PostgresConnection): void {
  const { connection: wire } = connection as unknown as {
    readonly connection?: { readonly stream?: { destroy?(): void } };
  };
  wire?.stream?.destroy?.();
}

function closedError(): StoreError {
  return new StoreError("Cannot use the PostgreSQL store: it is closed");
}
