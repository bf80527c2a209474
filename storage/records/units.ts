/** What a commit writes of one instance, all or nothing. */
import type { NewIncident, NewJob, NewSubscription, NewUserTask, Step } from "../../engine/mod.ts";
import type { InstanceStatus } from "./instances.ts";
import type { JobUpdate, Lease } from "./jobs.ts";

/** The fields of a new instance. */
export interface NewInstance {
  /** The definition that it runs. */
  readonly definitionId: string;
  /** The process id in the file. */
  readonly key: string;
  /** The definition's version. */
  readonly version: number;
  /**
   * Only if the definition is the latest of its key still: else nothing is written, and the answer is `rejected` with
   * a {@link SupersededError}. For stores with {@link Store.checksLatest}.
   */
  readonly latest?: boolean;
  /** The user's own name for it; not unique by itself. */
  readonly businessKey?: string;
  /** At most one instance per tenant has it, as long as it is kept: see {@link Unit.releaseUniqueKey}. */
  readonly uniqueKey?: string;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** The calling instance, for called processes. */
  readonly parentId?: string;
  /** The top of the call tree; its own id for a top instance. */
  readonly rootId: string;
}

/** All that one command changes: exactly one instance, all or nothing. */
export interface Unit {
  /** The one instance that it changes. */
  readonly instanceId: string;
  /** The instance's tenant: all that the unit opens belongs to it. */
  readonly tenant: string;
  /** The revision that was loaded; 0 together with `create`. */
  readonly revision: number;
  /** Present for the first unit of an instance, absent for all others. */
  readonly create?: NewInstance;
  /** What the instance runs, if that is known. A store that does not hear it looks it up for its KPIs. */
  readonly process?: { readonly definitionId: string; readonly key: string };
  /** The instance's status from now on. */
  readonly status: InstanceStatus;
  /** Set with the statuses completed, cancelled and failed. */
  readonly endedAt?: number;
  /** Why it was cancelled or failed. */
  readonly reason?: string;
  /** Free the instance's unique key (a message start with a key allows the next one). */
  readonly releaseUniqueKey?: boolean;
  /** The core's state, as text. */
  readonly state: string;
  /** Present if changed. */
  readonly variables?: string;
  /** Present if changed; `null`: there are none now. */
  readonly locals?: string | null;
  /** Present if `variables` changed: the searchable ones, all of them, as name and JSON scalar. */
  readonly searchable?: readonly (readonly [name: string, json: string])[];
  /** Each must be held now, else nothing is written and the answer is `lease-lost`. */
  readonly leases: readonly Lease[];
  /** Appended to the history; the core gives each sequence once. */
  readonly steps: readonly Step[];
  /** Added; their ids were reserved by the caller. */
  readonly openJobs: readonly NewJob[];
  /** Deleted if there: leased ones that are done, and others that are not needed any more; nothing else happens to them. */
  readonly closeJobs: readonly string[];
  /** Leased jobs that go back (each is named in `leases`, too). */
  readonly updateJobs?: readonly JobUpdate[];
  /** Made due now, `failures`, `lostLeases` and `held` cleared. One that has `ended` stays, unless it is in `leases`. */
  readonly retryJobs?: readonly string[];
  /** `dueAt` null with this reason; a lease on them is lost. One that has `ended` stays, unless it is in `leases`. */
  readonly holdJobs?: readonly { readonly id: string; readonly held: string }[];
  /** Armed at the store's time of this commit. */
  readonly openSubscriptions?: readonly NewSubscription[];
  /** Deleted if there. */
  readonly closeSubscriptions?: readonly string[];
  /** Added with status `open` and revision 1. */
  readonly openUserTasks?: readonly NewUserTask[];
  /** Ended with this status, if open. */
  readonly closeUserTasks?: readonly { readonly id: string; readonly status: "completed" | "cancelled" }[];
  /** Added. */
  readonly openIncidents?: readonly NewIncident[];
  /** Deleted if there. */
  readonly closeIncidents?: readonly string[];
  /**
   * Messages that this unit takes. A message is taken once per process key: if it is taken already or gone, nothing
   * is written and the answer is `duplicate`.
   */
  readonly takeMessages?: readonly { readonly messageId: string; readonly processKey: string }[];
  /** The command's time. */
  readonly at: number;
}

/** What became of a unit. */
export type UnitResult =
  /** `notified`: listeners are told already. */
  | { readonly outcome: "committed"; readonly revision: number; readonly notified?: boolean }
  /** Another revision is there, or the instance is missing: load again, run the command again. */
  | { readonly outcome: "conflict" }
  /** Someone holds a lock on it for an unknown time, or the store cannot write now: try later, nothing was written. */
  | { readonly outcome: "busy"; readonly error?: Error }
  /** These leases are lost: fold without them. */
  | { readonly outcome: "lease-lost"; readonly jobIds: readonly string[] }
  /** `create`: the instance id or its unique key is taken. `takeMessages`: a message is taken. */
  | { readonly outcome: "duplicate"; readonly instanceId?: string }
  /** The store refuses the data itself; trying again will not help. */
  | { readonly outcome: "rejected"; readonly error: Error }
  /** The connection broke: it may stand or not. Send the same unit again. */
  | { readonly outcome: "unknown"; readonly error: Error };
