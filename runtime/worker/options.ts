/** What a worker is made with, and what it tells of itself. */
import type { CleanupOptions } from "../api.ts";
import type { EngineOptions } from "../options.ts";

/** Options of `createWorker`. */
export interface WorkerOptions extends EngineOptions {
  /** Handlers that run at once. Default 64. The engine's own jobs do not count. */
  readonly concurrency?: number;
  /** How long a job stays away from others when this process dies. Default 30,000; extended while a job runs. */
  readonly leaseMs?: number;
  /** The longest pause between two looks for jobs. Default 1,000. */
  readonly pollMs?: number;
  /** Only these of the handlers' types. */
  readonly types?: readonly string[];
  /** Only these tenants. Default: all. */
  readonly tenants?: readonly string[];
  /** How long {@link Worker.stop} waits for handlers that run. Default 10,000. */
  readonly graceMs?: number;
  /** Take follow-up jobs in the commit that creates them. Default true. */
  readonly handOn?: boolean;
  /**
   * Keys of processes whose steps may commit together: a task's end is not written at once when the tasks that
   * follow it have their handlers here. Fewer and larger commits, for a weaker promise: after a crash all handlers
   * of such a chain run again, each with a new `jobId`, not only the last one. State still moves exactly once.
   * A chain is at most 16 tasks long, and {@link chainMs}. See `docs/jobs.md`. Default: none.
   */
  readonly chain?: readonly string[];
  /** How long a chain may go on before it is written, in milliseconds. Default 50. */
  readonly chainMs?: number;
  /**
   * Deleting old histories, which one worker of all does now and then. Default: ended instances go after the
   * `historyTimeToLive` of their model, and stay if it has none. `defaultTtlMs`: how long those stay after their
   * end. `export`: see {@link CleanupOptions}. False: this worker deletes nothing. See `docs/retention.md`.
   */
  readonly cleanup?: false | Pick<CleanupOptions, "defaultTtlMs" | "export">;
  /** Stops the worker. */
  readonly signal?: AbortSignal;
  /** Shown as the holder of leases. Default: unique. */
  readonly name?: string;
}

/** How a worker is. */
export interface WorkerHealth {
  /** `ready` before it starts, and while it drains. */
  readonly status: "ready" | "running" | "stopping" | "stopped";
  /** Whether the store answered last time. */
  readonly connected: boolean;
  /** Message of the last failure to reach the store. */
  readonly lastError?: string;
  /** When jobs were last looked for, by the store's clock. */
  readonly lastLeaseAt?: number;
  /** Handlers that run now. */
  readonly running: number;
  /** Leased jobs that have not begun. */
  readonly waiting: number;
  /** Finished jobs whose commit is under way. */
  readonly committing: number;
}

/** Counts since the worker was made. */
export interface WorkerCounters {
  /** Times that jobs were asked for. */
  readonly leases: number;
  /** Of these, times that none was due. */
  readonly emptyLeases: number;
  /** Jobs that came by a lease. */
  readonly leased: number;
  /** Jobs taken in the commit that created them. */
  readonly handedOn: number;
  /** Jobs that began and ended between two commits; see {@link WorkerOptions.chain}. */
  readonly chained: number;
  /** Jobs that were done and committed. */
  readonly completed: number;
  /** Failed attempts. */
  readonly failed: number;
  /** Jobs that ended with a BPMN error. */
  readonly bpmnErrors: number;
  /** Jobs that became an incident. */
  readonly incidents: number;
  /** Results dropped since the lease was lost. */
  readonly dropped: number;
  /** The engine's own jobs. */
  readonly engineJobs: number;
  /** Commit calls to the store. */
  readonly commits: number;
  /** Instances' units that were committed. */
  readonly units: number;
  /** Units that had to be run again. */
  readonly conflicts: number;
  /** Leases that were lost while a handler ran. */
  readonly lostLeases: number;
}

/** Options of `drain`. */
export interface DrainOptions {
  /** Stop taking jobs after this many milliseconds. Default: when none is due. */
  readonly maxMs?: number;
}

/** What `drain` did. */
export interface Drained {
  /** Jobs that were done, the engine's own included. */
  readonly jobs: number;
  /** Time was up before nothing was due any more. */
  readonly more: boolean;
}
