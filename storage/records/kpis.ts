/** Sums of what processes and elements have done. */

/** What KPIs are asked for. */
export interface KpiQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** `process`: durations of ended instances. The other two: durations of ended steps. Default `process-element`. */
  readonly groupBy?: "process" | "process-element" | "element";
  /** Only this process, all its versions. */
  readonly key?: string;
  /** Only this version. */
  readonly definitionId?: string;
  /** Only this element; not used when grouping by `process`. */
  readonly elementId?: string;
  /** On the end time; inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

/** One row of KPIs. Durations in milliseconds. */
export interface Kpi {
  /** The process id in the file; absent when grouping by `element`. */
  readonly key?: string;
  /** Absent when grouping by `process`. */
  readonly elementId?: string;
  /** How many ended, however they ended. */
  readonly count: number;
  /** How many ended as failed. */
  readonly failures: number;
  /** Mean duration. */
  readonly averageMs: number;
  /** Shortest duration. */
  readonly minMs: number;
  /** Longest duration. */
  readonly maxMs: number;
  /** Median duration. */
  readonly p50Ms: number;
  /** 95 % took at most this long. */
  readonly p95Ms: number;
  /** 99 % took at most this long. */
  readonly p99Ms: number;
}
