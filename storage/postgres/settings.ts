/** How a PostgreSQL store is opened. */

/** Options of `PostgresStore.open`. */
export interface PostgresStoreOptions {
  /** The schema of all tables; default `baton`. Must match `[a-z_][a-z0-9_]{0,62}`. */
  readonly schema?: string;
  /** Run missing migrations (default: true). Otherwise a missing one is a `StoreError`. */
  readonly migrate?: boolean;
  /** Most connections for work; default 10. A few more serve ids and notifications. Ignored for a given pool. */
  readonly maxConnections?: number;
  /**
   * Prepare statements by name. Default: true for a connection string unless a pooler such as PgBouncer answers, which
   * may share sessions between transactions; false for a given pool. Without names, sessions stay as they are. Turn it
   * on behind a pooler that keeps a session for each client.
   */
  readonly namedStatements?: boolean;
  /**
   * How long to wait for a connection, and for the answer to a short statement, before the connection counts as lost,
   * in milliseconds; default 10,000. A statement that is sent again gets twice the time. A given pool makes its
   * connections by its own options.
   */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970 UTC instead of the server's clock, for tests. */
  readonly clock?: () => number;
}
