/** Where a store runs its statements: on its pool, or inside a user's transaction. */
import type { CommitTarget, GroupKind } from "./commit.ts";
import { type Database, type Planning, type Row, type Runner, type Values, valuesOf } from "./client.ts";
import { failureOf, isConnectionLost } from "./failures.ts";
import type { QueryName } from "../../sql/mod.ts";
import { type SqlTransaction, StoreError } from "../store.ts";

/** How long a deploy or a published message may wait for somebody else's, ms: their callers hear of it. */
export const LOCK_TIMEOUT_MS = 2_000;
/**
 * How long a unit may wait for somebody else's unique key, ms. Longer than another commit takes, and no longer: units
 * of other instances are in the same commit, and who holds the key may be a user's transaction that stays open. The
 * unit is sent again.
 */
export const KEY_TIMEOUT_MS = 100;

/**
 * Between the statements of a commit there is no pause: if there is one, the client is gone, and what it holds must
 * not wait for the network to find that out.
 */
function idleMs(database: Database): number {
  return Math.ceil(database.options.timeoutMs);
}

function idleLimit(database: Database): string {
  return `set local idle_in_transaction_session_timeout = ${idleMs(database)}`;
}

const MAX_RETRIES = 5;

/** Where statements run. */
export interface Target extends CommitTarget, Runner {
  /** Rows as lists of values, in the order of the columns. */
  values(name: QueryName, params: readonly unknown[], planning?: Planning): Promise<readonly Values[]>;
  /** Several statements that stand together. */
  atomic<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
}

/** On the store's own connections. */
export class PoolTarget implements Target {
  readonly mayRetry = true;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get mayWait(): boolean {
    return this.#database.options.namedStatements;
  }

  run(name: QueryName, params: readonly unknown[], planning?: Planning): Promise<Row[]> {
    return this.#retried(() => this.#database.run(name, params, planning));
  }

  values(name: QueryName, params: readonly unknown[], planning?: Planning): Promise<readonly Values[]> {
    return this.#retried(() => this.#database.values(name, params, planning));
  }

  /** In sessions that are stricter than READ COMMITTED the quicker one wins, and the other one has done nothing. */
  async #retried<T>(ask: () => Promise<T>): Promise<T> {
    for (let retry = 0;; retry++) {
      try {
        return await ask();
      } catch (error) {
        if (retry === MAX_RETRIES || failureOf(error) !== "collision") throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** retry));
      }
    }
  }

  atomic<T>(work: (runner: Runner) => Promise<T>): Promise<T> {
    return this.#transaction(work, LOCK_TIMEOUT_MS);
  }

  group<T>(kind: GroupKind, work: (runner: Runner) => Promise<T>, planning?: Planning): Promise<T> {
    if (kind === "statement") {
      return work({
        run: (name, params) => this.#database.run(name, params, planning),
        runBoth: (statement, next) => this.#database.runBoth(statement, next, planning),
      });
    }
    return this.#transaction(work, kind === "alone" ? KEY_TIMEOUT_MS : undefined, planning);
  }

  #transaction<T>(
    work: (runner: Runner) => Promise<T>,
    lockTimeoutMs: number | undefined,
    planning?: Planning,
  ): Promise<T> {
    const settings = [idleLimit(this.#database)];
    if (lockTimeoutMs !== undefined) settings.push(`set local lock_timeout = ${lockTimeoutMs}`);
    return this.#database.transaction(
      (connection) => work({ run: (name, params) => this.#database.runOn(connection, name, params) }),
      settings.join("; "),
      undefined,
      planning,
    );
  }
}

/** Inside a user's transaction: nothing is retried, and what fails is rolled back to where it began. */
export class TransactionTarget implements Target {
  readonly mayRetry = false;
  readonly mayWait = true;
  readonly #database: Database;
  readonly #tx: SqlTransaction;
  readonly #last: boolean;
  #checked = false;

  /** @param last Nothing but COMMIT follows. */
  constructor(database: Database, tx: SqlTransaction, last: boolean) {
    this.#database = database;
    this.#tx = tx;
    this.#last = last;
  }

  async run(name: QueryName, params: readonly unknown[]): Promise<Row[]> {
    await this.#check();
    return (await this.#tx.query(this.#database.text(name), [...params])).rows;
  }

  async values(name: QueryName, params: readonly unknown[]): Promise<readonly Values[]> {
    return (await this.run(name, params)).map(valuesOf);
  }

  atomic<T>(work: (runner: Runner) => Promise<T>): Promise<T> {
    return work(this);
  }

  async group<T>(_kind: GroupKind, work: (runner: Runner) => Promise<T>): Promise<T> {
    await this.#check();
    await this.#tx.query("savepoint baton_commit");
    try {
      const result = await work(this);
      await this.#tx.query("release savepoint baton_commit");
      return result;
    } catch (error) {
      if (!isConnectionLost(error)) {
        await this.#tx.query("rollback to savepoint baton_commit");
        await this.#tx.query("release savepoint baton_commit");
      }
      throw error;
    }
  }

  /** With an older snapshot than the locks it takes, a commit would decide on stale rows. */
  async #check(): Promise<void> {
    if (this.#checked) return;
    const limit = this.#last
      ? `, set_config('idle_in_transaction_session_timeout', '${idleMs(this.#database)}', true)`
      : "";
    const { rows } = await this.#tx.query(
      `select current_setting('transaction_isolation') as isolation${limit}`,
    );
    const isolation = rows[0]?.isolation;
    if (isolation !== "read committed") {
      throw new StoreError(
        `Cannot join a transaction of isolation level "${isolation}": it must be "read committed"`,
      );
    }
    this.#checked = true;
  }
}
