/** Waking workers of other processes by LISTEN and NOTIFY. Only a hint: losing one costs a polling interval. */
import { isId } from "./arrays.ts";
import type { Database } from "./client.ts";
import type { PostgresConnection } from "./connections.ts";

/** Shortest time between two notifications of a process, ms: each takes a lock of the whole cluster. */
const QUIET_MS = 5;
const MAX_RETRY_MS = 5_000;
/** A listening connection is tried once in so many times the limit for an answer. */
const PING_FACTOR = 3;

/** More jobs than this are not named: whoever hears of so many looks for them. */
const MOST_NAMED = 8;

/** A process that has told nobody anything for so long, ms, may do so within the transaction of a start. */
const RARE_MS = 10;
/** If that takes as long as this, ms, others are waiting for the lock … */
const SLOW_MS = 25;
/** … and it is not done for so long, ms. */
const APART_MS = 10_000;

/** What a commit tells the workers of all processes. */
export interface Notification {
  readonly channel: string;
  readonly payload: string;
  /** Whether it may go within the transaction of a lone start: one round through the server less. */
  readonly within: boolean;
}

/** Is given the ids of jobs that are due, if the notification named them. */
export type Listener = (jobIds: readonly string[]) => void;

/** The notifications of one store. */
export class Notifier implements AsyncDisposable {
  readonly #database: Database;
  readonly #listeners = new Set<Listener>();
  #connection: PostgresConnection | undefined;
  #connecting: Promise<void> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = 50;
  #pingTimer: ReturnType<typeof setTimeout> | undefined;
  #sendTimer: ReturnType<typeof setTimeout> | undefined;
  #sentAt = -Infinity;
  #apartUntil = -Infinity;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Calls `listener` at each notification, and after each reconnect, which may have missed one. */
  async listen(listener: Listener): Promise<AsyncDisposable> {
    const own: Listener = (jobIds) => listener(jobIds); // the same function may listen twice
    this.#listeners.add(own);
    // Without a connection for it one polls.
    if (!this.#connection && this.#database.listens) await (this.#connecting ??= this.#connect());
    return {
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(own);
        if (this.#listeners.size === 0) await this.#disconnect();
      },
    };
  }

  /** Notifies at once, but no more than once in 5 ms. */
  notify(): void {
    if (this.#closed || this.#sendTimer !== undefined) return;
    const quietMs = this.#sentAt + QUIET_MS - performance.now();
    if (quietMs <= 0) return this.#send();
    this.#sendTimer = setTimeout(() => {
      this.#sendTimer = undefined;
      this.#send();
    }, quietMs);
  }

  /**
   * @param jobIds Jobs that are due.
   * @returns The notification, for a caller who sends it now; `undefined`: it is too early or too late for one, so
   *   that {@link notify} must be called.
   */
  claim(jobIds: readonly string[]): Notification | undefined {
    const now = performance.now();
    if (this.#closed || this.#sendTimer !== undefined || now < this.#sentAt + QUIET_MS) return undefined;
    const within = now >= Math.max(this.#sentAt + RARE_MS, this.#apartUntil);
    this.#sentAt = now;
    return { ...this.#notification(jobIds.length > MOST_NAMED ? [] : jobIds), within };
  }

  /** How long it took to commit what had a notification within. */
  took(ms: number): void {
    if (ms > SLOW_MS) this.#apartUntil = performance.now() + APART_MS;
  }

  #notification(jobIds: readonly string[]): Omit<Notification, "within"> {
    return { channel: this.#database.options.schema, payload: jobIds.join(",") };
  }

  #send(): void {
    this.#sentAt = performance.now();
    const { channel, payload } = this.#notification([]);
    // Whoever misses it polls.
    const sent = this.#database.run("notify", [channel, payload], "any").then(
      () => {},
      () => {},
    );
    this.#sending = Promise.all([this.#sending, sent]).then(() => {});
  }

  async #connect(): Promise<void> {
    let connection: PostgresConnection | undefined;
    try {
      connection = await this.#database.connect();
      const opened = connection;
      opened.on("notification", ({ channel, payload = "" }) => {
        // Whoever may use the database may say anything.
        if (channel === this.#database.options.schema) {
          this.#wake(payload.split(",", MOST_NAMED).filter(isId));
        }
      });
      const lost = () => {
        if (this.#connection !== opened) return;
        this.#connection = undefined;
        clearTimeout(this.#pingTimer);
        this.#database.discard(opened);
        this.#retry();
      };
      opened.on("error", lost);
      opened.on("end", lost);
      await this.#database.execute(opened, `listen "${this.#database.options.schema}"`);
      this.#connecting = undefined;
      if (this.#closed || this.#listeners.size === 0) return opened.release(true);
      this.#connection = opened;
      this.#retryMs = 50;
      this.#ping(opened, lost);
    } catch {
      // The database is away: polling finds the jobs when it is back, and so does the next attempt.
      this.#connecting = undefined;
      if (connection) this.#database.discard(connection);
      this.#retry();
    }
  }

  #retry(): void {
    if (this.#closed || this.#listeners.size === 0 || this.#retryTimer !== undefined) return;
    this.#retryTimer = setTimeout(async () => {
      this.#retryTimer = undefined;
      await (this.#connecting ??= this.#connect());
      if (this.#connection) this.#wake([]);
    }, this.#retryMs);
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2);
  }

  /** Who only listens would never notice that its connection is dead. */
  #ping(connection: PostgresConnection, lost: () => void): void {
    this.#pingTimer = setTimeout(async () => {
      try {
        await this.#database.execute(connection, "select");
      } catch {
        return lost();
      }
      if (this.#connection === connection) this.#ping(connection, lost);
    }, PING_FACTOR * this.#database.options.timeoutMs);
  }

  #wake(jobIds: readonly string[]): void {
    for (const listener of [...this.#listeners]) listener(jobIds);
  }

  async #disconnect(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    await this.#connecting;
    clearTimeout(this.#pingTimer);
    const connection = this.#connection;
    this.#connection = undefined;
    // Thrown away: a pooled session that listens would collect notifications nobody reads.
    connection?.release(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    clearTimeout(this.#sendTimer);
    this.#sendTimer = undefined;
    await this.#disconnect();
    await this.#sending;
  }
}
