/** The job queue for those who do the work themselves. */
import { decodeInstance, STATE_FORMAT, tokenOfJob } from "../engine/mod.ts";
import {
  type Job,
  type JobQuery,
  type JobUpdate,
  type Lease,
  LeaseLostError,
  NotFoundError,
  type Page,
  type SqlTransaction,
  type Store,
  type StoredInstance,
} from "../storage/store.ts";
import type { VariableValues } from "./api.ts";
import { checkArgument, checkOptions, cleanProse, findsNothing, isId, wholeMs } from "./arguments.ts";
import { RejectedError } from "./errors.ts";
import { IncidentsApi } from "./incidents.ts";
import { executeJoined, joinStore } from "./joined.ts";
import { load } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { updateJobs } from "./update_jobs.ts";
import { CLAIM, COMPLETE, ENQUEUE, FAIL, JOBS, THROW } from "./shapes.ts";
import { takeValue, takeVariables } from "./values.ts";
import { seenBy } from "./visible.ts";
import type { WorkItem } from "./work_item.ts";

const CLAIM_MS = 30_000;

/** A job of one's own, without an instance. */
export interface EnqueueOptions {
  /** Which handler does it; case does not matter. */
  readonly type: string;
  /** Any JSON. */
  readonly payload?: unknown;
  /** Default: now. Milliseconds since 1970 UTC. */
  readonly dueAt?: number;
  /** Higher first; default 0. */
  readonly priority?: number;
  /** Retries after the first attempt; default 3. */
  readonly retries?: number;
}

/** What to claim. */
export interface ClaimOptions {
  /** Who claims; default: this engine's own name. */
  readonly worker?: string;
  /** Any of these types. */
  readonly types?: readonly string[];
  /** Exactly these jobs, due or not, if they are free. */
  readonly jobIds?: readonly string[];
  /** Default 1. */
  readonly max?: number;
  /** Default 30,000. */
  readonly leaseMs?: number;
}

/** A claimed job: the proof of holding it, and what it is about. */
export interface ClaimedJob extends Job {
  /** Variables that the job's element sees; empty for jobs without an instance. */
  readonly variables: Record<string, unknown>;
  /** When the lease ends, unless it is extended. */
  readonly leasedUntil: number;
}

/** Identifies a claim: the id and the lease number, as `claim` gave them. */
export interface JobClaim {
  /** The job's id. */
  readonly id: string;
  /** The lease's number. */
  readonly leaseNo: number;
}

/** Options of `complete`. */
export interface CompleteOptions {
  /** Values by name. */
  readonly variables?: VariableValues;
  /** The single result, for models that name a result variable; else its properties become variables. */
  readonly result?: unknown;
  /** Complete within this open PostgreSQL transaction: it stands or falls with it. */
  readonly transaction?: SqlTransaction;
}

/** Options of `fail`. */
export interface FailJobOptions {
  /** What went wrong: kept with the attempt. */
  readonly message: string;
  /** Default: the job's policy, else exponential backoff. */
  readonly retryInMs?: number;
  /** False: an incident at once. */
  readonly retry?: boolean;
}

/** Options of `throwError`. */
export interface ThrowErrorOptions {
  /** For those who read the history. */
  readonly message?: string;
  /** Written where the error is caught. */
  readonly variables?: VariableValues;
}

/** Jobs: enqueue, claim, extend, complete, fail, release, retry, list. */
export class JobsApi {
  readonly #runtime: Runtime;
  readonly #tenant: string;

  /** Part of an engine. */
  constructor(runtime: Runtime, tenant: string) {
    this.#runtime = runtime;
    this.#tenant = tenant;
  }

  /** Adds a job that belongs to no instance. @returns Its id. */
  async enqueue(options: EnqueueOptions): Promise<string> {
    checkOptions(options, ENQUEUE);
    const type = userType(options.type);
    const payload = options.payload === undefined
      ? undefined
      : JSON.stringify(takeValue(options.payload, "payload"));
    await this.#runtime.ready();
    const id = await this.#runtime.ids.take();
    const { priority, retries } = options;
    const dueAt = options.dueAt ?? this.#runtime.time.now();
    await this.#runtime.store.enqueueJobs(
      this.#tenant,
      [{ id, type, class: 2, dueAt, priority, retries, payload }],
      this.#runtime.time.override,
    );
    this.#runtime.store.notify?.();
    return id;
  }

  /** Leases due jobs; each goes to one caller, and comes back when the lease ends without a word. */
  async claim(options: ClaimOptions): Promise<readonly ClaimedJob[]> {
    checkOptions(options, CLAIM);
    const { worker = this.#runtime.worker, types = [], jobIds, max = 1 } = options;
    const leaseMs = wholeMs(options.leaseMs ?? CLAIM_MS);
    if (!jobIds && types.length === 0) throw new TypeError("Cannot claim jobs: types and jobIds are missing");
    if (jobIds && findsNothing(jobIds, ...jobIds.keys().map(String))) return [];
    const leased = await this.#runtime.store.leaseJobs({
      worker,
      wants: types.map((type) => ({ type: userType(type), max })),
      max: jobIds ? jobIds.length : max,
      leaseMs,
      jobIds,
      tenants: [this.#tenant],
      format: STATE_FORMAT,
      at: this.#runtime.time.override,
    });
    const instances = new Map(leased.instances.map((stored) => [stored.id, stored]));
    return leased.jobs.map((job) => {
      const stored = job.instanceId === undefined ? undefined : instances.get(job.instanceId);
      return { ...job, variables: stored ? variablesOf(stored, job) : {}, leasedUntil: leased.at + leaseMs };
    });
  }

  /**
   * Keeps the claim for longer.
   *
   * @returns The lease's new end. @throws {LeaseLostError} If the claim is over.
   */
  async extend(claim: JobClaim, leaseMs: number): Promise<number> {
    checkArgument(leaseMs, "delay", "leaseMs");
    await this.#claimed(claim);
    const [until] = await this.#runtime.store.extendLeases(
      [lease(claim)],
      wholeMs(leaseMs),
      this.#runtime.time.override,
    );
    if (until === undefined) throw lost(claim);
    return until;
  }

  /**
   * The work is done: the instance goes on.
   *
   * @throws {LeaseLostError} If the claim is over, or was never the caller's.
   * @throws {TypeError} If the variables are not JSON.
   */
  async complete(claim: JobClaim, options: CompleteOptions = {}): Promise<void> {
    checkOptions(options, COMPLETE);
    const variables = takeVariables(options.variables);
    const result = takeValue(options.result, "result");
    const job = await this.#claimed(claim);
    const { transaction } = options;
    if (job.instanceId === undefined) {
      const store = transaction ? joinStore(this.#runtime, transaction) : this.#runtime.store;
      return await this.#update({ ...lease(claim), action: "delete" }, store);
    }
    const item: WorkItem = {
      instanceId: job.instanceId,
      tenant: this.#tenant,
      command: {
        kind: "completeJob",
        jobId: job.id,
        variables,
        result,
        failures: job.failures || undefined,
        attempts: job.attempts.length ? job.attempts : undefined,
      },
      lease: lease(claim),
    };
    if (transaction) await executeJoined(this.#runtime, item, transaction);
    else await this.#runtime.executor.execute(item);
  }

  /** The attempt failed: tried again later, or an incident when no retries are left. */
  async fail(claim: JobClaim, options: FailJobOptions): Promise<void> {
    checkOptions(options, FAIL);
    checkArgument(options.message, "text", "message");
    const message = cleanProse(options.message);
    const job = await this.#claimed(claim);
    await this.#runtime.ready();
    const at = this.#runtime.time.now();
    const attempt = { at, message };
    const failures = job.failures + 1;
    const policyMs = this.#runtime.retries.delayOf(job);
    if (options.retry !== false && policyMs !== undefined) {
      const dueAt = at + wholeMs(options.retryInMs ?? policyMs);
      return await this.#update({ ...lease(claim), action: "update", dueAt, failures, attempt });
    }
    const keepJob: JobUpdate = {
      ...lease(claim),
      action: "update",
      dueAt: null,
      held: "incident",
      failures,
      attempt,
    };
    if (job.instanceId === undefined) return await this.#update(keepJob);
    await this.#runtime.executor.execute({
      instanceId: job.instanceId,
      tenant: this.#tenant,
      command: {
        kind: "failJob",
        jobId: job.id,
        incident: "job-no-retries",
        message,
        failures,
        attempts: [...job.attempts, attempt],
      },
      lease: lease(claim),
      keepJob,
    });
  }

  /** The task ends with a BPMN error. */
  async throwError(claim: JobClaim, code: string, options: ThrowErrorOptions = {}): Promise<void> {
    checkArgument(code, "name", "code");
    checkOptions(options, THROW);
    const variables = takeVariables(options.variables);
    const job = await this.#claimed(claim);
    if (job.instanceId === undefined) {
      throw new RejectedError({
        code: "no-instance",
        message: `Cannot throw from job "${job.id}": it has no instance`,
      });
    }
    const { message } = options;
    const { failures, attempts } = job;
    await this.#runtime.executor.execute({
      instanceId: job.instanceId,
      tenant: this.#tenant,
      command: { kind: "throwError", jobId: job.id, code, message, variables, failures, attempts },
      lease: lease(claim),
    });
  }

  /** Gives the job back, as if it had not been claimed. */
  async release(claim: JobClaim): Promise<void> {
    await this.#claimed(claim);
    await this.#update({ ...lease(claim), action: "update" });
  }

  /**
   * Tries a job again that has come to a stop: one of the engine's own that was given up, one without an instance
   * whose retries are used up, or one that an incident holds, which is resolved. It is due now; its failures count
   * from zero.
   *
   * @throws {NotFoundError} If there is none.
   * @throws {RejectedError} `not-stopped` if it waits for its time, runs, or is held for another reason; `suspended` if
   *   an incident holds it and its instance is suspended.
   */
  async retry(id: string): Promise<void> {
    const job = await this.get(id);
    const { store, time, logger } = this.#runtime;
    if (job.held === "incident" && job.instanceId !== undefined) {
      const stored = await load(this.#runtime, this.#tenant, job.instanceId);
      const instance = decodeInstance(stored.id, { ...stored, locals: stored.locals });
      const incidentId = tokenOfJob(instance.state, id)?.incident;
      if (incidentId === undefined) throw notStopped(job);
      await new IncidentsApi(this.#runtime, this.#tenant).resolve({ id: incidentId, instanceId: stored.id });
    } else {
      if (!await store.retryJob(this.#tenant, id, time.override)) throw notStopped(job);
      store.notify?.();
    }
    const { type, failures } = job;
    logger.log("info", "a job is tried again by hand", { jobId: id, type, tenant: this.#tenant, failures });
  }

  /**
   * One job by its id.
   *
   * @throws {NotFoundError}
   */
  async get(id: string): Promise<Job> {
    const job = isId(id) ? await this.#runtime.store.getJob(id) : undefined;
    if (!job || job.tenant !== this.#tenant) {
      throw new NotFoundError(`Cannot find job "${id}": there is none`);
    }
    return job;
  }

  /** By id. */
  async list(query: Omit<JobQuery, "tenant"> = {}): Promise<Page<Job>> {
    checkOptions(query, JOBS, "query");
    if (findsNothing(query, "instanceId")) return { items: [] };
    return await this.#runtime.store.listJobs({ ...query, tenant: this.#tenant });
  }

  async #claimed(claim: JobClaim): Promise<Job> {
    checkOptions(claim, { leaseNo: "small" }, "claim");
    const job = isId(claim.id) ? await this.#runtime.store.getJob(claim.id) : undefined;
    if (!job || job.tenant !== this.#tenant || job.leaseNo !== claim.leaseNo) throw lost(claim);
    // Its outcome is kept already: there is nothing to add.
    if (job.outcome !== undefined) throw lost(claim);
    return job;
  }

  async #update(update: JobUpdate, store: Store = this.#runtime.store): Promise<void> {
    const [held] = await updateJobs(this.#runtime, [update], store);
    if (!held) throw lost({ id: update.jobId, leaseNo: update.leaseNo });
  }
}

function lease(claim: JobClaim): Lease {
  return { jobId: claim.id, leaseNo: claim.leaseNo };
}

function lost(claim: JobClaim): LeaseLostError {
  return new LeaseLostError(`Cannot use the claim on job "${claim.id}": it is over`);
}

const HELD: Readonly<Record<string, string>> = {
  suspended: "its instance is suspended: resume it",
  answer: "its caller decides about a BPMN error",
  ended: "its work is done, its instance takes the outcome",
};

function notStopped({ id, held, worker }: Job): RejectedError {
  const why = held === undefined
    ? worker === undefined ? "it waits for its time and runs by itself" : `worker "${worker}" holds it`
    : HELD[held] ?? "somebody else was faster";
  return new RejectedError({ code: "not-stopped", message: `Cannot retry job "${id}": ${why}` });
}

function userType(type: string): string {
  checkArgument(type, "name", "type");
  const name = type.toLowerCase();
  if (name !== "" && !name.startsWith("baton:")) return name;
  throw new TypeError(
    `Cannot use the job type "${type}": ${name === "" ? "it is empty" : "it is the engine's own"}`,
  );
}

function variablesOf(stored: StoredInstance, job: Job): Record<string, unknown> {
  const instance = decodeInstance(stored.id, { ...stored, locals: stored.locals });
  return { ...seenBy(instance, tokenOfJob(instance.state, job.id)) };
}
