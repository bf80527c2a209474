/** Looking for what is wrong. */

/** What {@link Store.audit} looks at. */
export interface AuditRequest {
  /** Only this tenant's rows; absent: all tenants'. */
  readonly tenant?: string;
  /** At most so many rows of each kind. Default 10,000. */
  readonly take?: number;
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** Rows of a store that do not go together. */
export interface AuditFinding {
  /**
   * `message-left`: a message that expired over an hour ago and was not deleted. `variable-left`: an instance that is
   * found by a variable that it does not have. `status-list`: an instance that is listed under another status than it
   * has, or not although it should be. `index-lost`: a row that an index does not find. `index-left`: an
   * entry of an index that leads to nothing. `steps-range`: a range of steps without its partition, or a partition
   * without its range. `kpis-left`: what ended over an hour ago and was not summed up.
   */
  readonly kind:
    | "message-left"
    | "variable-left"
    | "status-list"
    | "index-lost"
    | "index-left"
    | "steps-range"
    | "kpis-left";
  /** Of the message, instance, row or definition; the first id of a range. */
  readonly id: string;
}
