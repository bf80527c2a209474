/** What the code that does a task's work looks like, and what it is given. */
import type { ElementType } from "../engine/mod.ts";
import type { SqlTransaction } from "../storage/store.ts";

/**
 * Does the work of one job. What it returns becomes variables: an object's properties by name, or the whole value
 * if the model names a result variable. Runs at least once per task; use {@link HandlerContext.jobId} as the
 * idempotency key towards other systems.
 */
export type Handler = (context: HandlerContext) => unknown;

/** Handlers by job type. Types are compared without regard to case. */
export type Handlers = Readonly<Record<string, Handler>>;

/** The element that a job belongs to. */
export interface HandlerElement {
  /** Id in the model. */
  readonly id: string;
  /** Name in the model. */
  readonly name?: string;
  /** BPMN's name of its kind. */
  readonly type: ElementType;
}

/** The instance that a job belongs to. */
export interface HandlerInstance {
  /** The instance's id. */
  readonly id: string;
  /** Key of its process. */
  readonly key: string;
  /** Version of its process. */
  readonly version: number;
  /** Id of its definition. */
  readonly definitionId: string;
  /** The user's own name for the instance. */
  readonly businessKey?: string;
  /** Whose it is. */
  readonly tenant: string;
}

/** How {@link HandlerContext.fail} ends an attempt. */
export interface FailOptions {
  /** Milliseconds until the next attempt; absent: the job's policy, else the worker's backoff. */
  readonly retryInMs?: number;
  /** False: no further attempt, an incident at once. Default true. */
  readonly retry?: boolean;
  /** Shown in the attempts and the incident. */
  readonly message?: string;
}

/** What travels with a BPMN error. */
export interface BpmnErrorOptions {
  /** For those who read the history. */
  readonly message?: string;
  /** Written where the error is caught. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What a handler is given. */
export interface HandlerContext {
  /** All variables that the element sees, inner scopes first. A copy: change it with {@link set}. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** One variable, or `undefined`. The type is the caller's promise; nothing is checked. */
  get<T = unknown>(name: string): T | undefined;
  /**
   * Sets a variable when the task completes.
   *
   * @throws {TypeError} If the value is not JSON; the message names the path.
   */
  set(name: string, value: unknown): void;
  /** Stays the same through retries, lost leases and incidents: the idempotency key. */
  readonly jobId: string;
  /** The job's type as the handler is registered: lower case. */
  readonly type: string;
  /** 1 for the first attempt; starts again after an incident is resolved. */
  readonly attempt: number;
  /** The element that the job belongs to. */
  readonly element: HandlerElement;
  /** The instance that the job belongs to. */
  readonly instance: HandlerInstance;
  /** Static values of the model (`zeebe:taskHeaders`). */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the lease is lost or the worker stops. */
  readonly signal: AbortSignal;
  /** Extends the lease by hand. @throws {LeaseLostError} If another worker may have the job. */
  extendLease(ms?: number): Promise<void>;
  /** Ends this attempt as failed. */
  fail(options?: FailOptions): never;
  /** Ends the task with a BPMN error, for the model to catch. */
  throwBpmnError(code: string, options?: BpmnErrorOptions): never;
  /**
   * Stores with transactions (PostgreSQL): runs `work` in a transaction in which the task then completes, so that
   * the handler's rows and the step are exactly-once together. Call it once, last, and return what it returns.
   *
   * @throws {StoreError} If the store has no transactions.
   */
  transaction<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T>;
}

/** Ends a task with a BPMN error: thrown by {@link HandlerContext.throwBpmnError}, or by any code below it. */
export class BpmnError extends Error {
  /** The class's name. */
  override name = "BpmnError";
  /** The error code that catch events compare. */
  readonly code: string;
  /** Written where the error is caught. */
  readonly variables?: Readonly<Record<string, unknown>>;

  /** An error that the model may catch. */
  constructor(code: string, options: BpmnErrorOptions = {}) {
    super(options.message ?? code);
    this.code = code;
    this.variables = options.variables;
  }
}

/** Ends an attempt with a chosen delay: thrown by {@link HandlerContext.fail}. */
export class HandlerFailure extends Error {
  /** The class's name. */
  override name = "HandlerFailure";
  /** Milliseconds until the next attempt. */
  readonly retryInMs?: number;
  /** Whether there may be a next attempt. */
  readonly retry: boolean;

  /** See {@link HandlerContext.fail}. */
  constructor(options: FailOptions = {}) {
    super(options.message ?? "The handler gave up this attempt");
    this.retryInMs = options.retryInMs;
    this.retry = options.retry ?? true;
  }
}
