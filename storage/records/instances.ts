/** What is stored of process instances. */

/** Where an instance is in its life. The last three are for good: it moves no more. */
export type InstanceStatus = "running" | "suspended" | "completed" | "cancelled" | "failed";

/** One process instance, without its state. */
export interface InstanceRecord {
  /** Decimal string. */
  readonly id: string;
  /** Whose it is; only this tenant's queries find it. */
  readonly tenant: string;
  /** The definition that it runs. */
  readonly definitionId: string;
  /** The process id in the file. */
  readonly key: string;
  /** The definition's version. */
  readonly version: number;
  /** The user's own name for it; several instances may share one, unless uniqueness was asked for. */
  readonly businessKey?: string;
  /** Running, suspended, or how it ended. */
  readonly status: InstanceStatus;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Milliseconds since 1970 UTC; absent until it ends. */
  readonly endedAt?: number;
  /** Grows by one at every commit; 1 after the first. */
  readonly revision: number;
  /** The calling instance, for called processes. */
  readonly parentId?: string;
  /** The top of the call tree; its own id for a top instance. */
  readonly rootId: string;
  /** Why it was cancelled or failed. */
  readonly reason?: string;
}

/** One process instance with everything the core needs. */
export interface StoredInstance extends InstanceRecord {
  /** The core's state as it was written. */
  readonly state: string;
  /** Variables of the instance's own scope: a JSON object. */
  readonly variables: string;
  /** Variables of inner scopes: a JSON object by scope id; absent if there are none. */
  readonly locals?: string;
}

/** Which instances to list; all given filters apply. Newest first, by `(startedAt, id)`. */
export interface InstanceQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only instances of this process, of all its versions. */
  readonly key?: string;
  /** Only instances of this version. */
  readonly definitionId?: string;
  /** Only instances with exactly this business key. */
  readonly businessKey?: string;
  /** Any of them; absent: all. */
  readonly statuses?: readonly InstanceStatus[];
  /** Inclusive. */
  readonly startedFrom?: number;
  /** Exclusive. */
  readonly startedTo?: number;
  /** Searchable variables that must equal these scalars. */
  readonly variables?: readonly { readonly name: string; readonly value: string | number | boolean | null }[];
  /** Only instances that this one called. */
  readonly parentId?: string;
  /** Only this call tree, its top included. */
  readonly rootId?: string;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** At most 10,000; prefer `cursor`. */
  readonly skip?: number;
  /** From the page before. Stable while rows are added. */
  readonly cursor?: string;
}
