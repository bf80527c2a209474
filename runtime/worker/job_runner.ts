/** Runs one leased job: its handler, then the commit of what came of it. */
import type { Command, ProcessModel } from "../../engine/mod.ts";
import {
  ConflictError,
  type Job,
  type JobUpdate,
  LeaseLostError,
  NotFoundError,
  type SqlTransaction,
  type StoredInstance,
  StoreError,
} from "../../storage/store.ts";
import { cleanProse, wholeMs } from "../arguments.ts";
import { RejectedError, VariablesSizeError } from "../errors.ts";
import { BpmnError, type Handler, HandlerFailure } from "../handler.ts";
import { type Live, live as decode } from "../instance_cache.ts";
import { leaseOf } from "../jobs/engine_job.ts";
import { isEngineJob, runEngineJob } from "../jobs/mod.ts";
import { endJob, type Outcome } from "../job_ends.ts";
import { executeJoined } from "../joined.ts";
import { jobFields, messageOf } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { takeValue, takeVariables } from "../values.ts";
import { type AttemptHost, elementOf, JobContext } from "./job_context.ts";
import { JobUpdates } from "./job_updates.ts";
import { Held, Leases } from "./leases.ts";
import { traced } from "./traced_job.ts";

/** What came with a lease. */
export interface LeasedState {
  /** The instance's revision when the job was leased. */
  readonly revision: number;
  /** Absent: the caller said that it has it. */
  readonly stored?: StoredInstance;
}

/** A job that could not begin, or whose end could not be stored, comes back after this long. */
const NOT_BEGUN_MS = 1_000;

/** What a handler's context is made of. */
interface Begun {
  readonly live: Live;
  readonly model: ProcessModel;
}

/** What a job needs could not be loaded; the reason is in `cause`. */
class NotBegunError extends Error {
  override name = "NotBegunError";
}

/** What the handler did could not be stored for a reason that passes; it is in `cause`. */
class NotStoredError extends Error {
  override name = "NotStoredError";
}

/** After this many lost leases a job is not tried again: it may be what kills its workers. */
const MAX_LOST_LEASES = 3;

export class JobRunner {
  readonly runtime: Runtime;
  readonly leases: Leases;
  readonly updates: JobUpdates;
  readonly #maxWaves: number | undefined;
  readonly #loading = new Map<string, Promise<StoredInstance>>();
  readonly counters = {
    completed: 0,
    failed: 0,
    bpmnErrors: 0,
    incidents: 0,
    dropped: 0,
    engine: 0,
    retries: 0,
  };

  /** @param maxWaves See `WorkItem.maxWaves`: for stepping by hand. */
  constructor(runtime: Runtime, leaseMs: number, maxWaves?: number) {
    this.runtime = runtime;
    this.#maxWaves = maxWaves;
    this.leases = new Leases(runtime, leaseMs);
    this.updates = new JobUpdates(runtime);
  }

  /**
   * Runs a job. Never throws: what goes wrong ends in a later attempt or an incident.
   *
   * @param begun Called when the handler has ended and only the commit is left: its slot is free.
   */
  run(held: Held, state: LeasedState | undefined, handled?: () => void): Promise<unknown> {
    const { telemetry } = this.runtime;
    return telemetry
      ? traced(this.runtime, telemetry, held.job, state, () => this.#run(held, state, handled))
      : this.#run(held, state, handled);
  }

  /** @returns What went wrong, if anything did: its message, for what was thrown may be anything, a promise too. */
  async #run(held: Held, state: LeasedState | undefined, handled?: () => void): Promise<string | undefined> {
    const { job } = held;
    try {
      if (isEngineJob(job.type)) {
        this.counters.engine++;
        if (job.instanceId !== undefined && state?.stored) {
          this.runtime.crowds.look(job.instanceId, state.stored.state);
        }
        return await runEngineJob(
          this.runtime,
          job,
          (each, error) => this.#afterError(new Held(each, 0), error),
        );
      } else if (job.lostLeases >= MAX_LOST_LEASES) {
        await this.#incident(job, "worker-lost", `The job's lease was lost ${job.lostLeases} times`);
      } else await this.#handle(held, state, handled);
    } catch (error) {
      await this.#afterError(held, error);
      return messageOf(error);
    } finally {
      this.leases.drop(held);
    }
  }

  async #handle(held: Held, state: LeasedState | undefined, handled?: () => void): Promise<void> {
    const { job } = held;
    const handler = this.runtime.handlers.get(job.type);
    if (!handler) throw new StoreError(`Cannot run job "${job.id}": there is no handler for "${job.type}"`);
    let command: Command | undefined;
    try {
      // Never in the same turn: jobs are begun in the midst of the commit that opened them.
      const begun = await (this.#begunAlready(held, state) ?? this.#begin(held, state));
      // It waited, and what it belongs to is over.
      if (held.lost) throw new LeaseLostError(`Cannot begin job "${job.id}": its lease is over`);
      const attempted = this.#attempt(held, handler, begun);
      command = attempted instanceof Promise ? await attempted : attempted;
    } catch (error) {
      // Whatever it failed with, nobody waits for it any more.
      if (!held.lost) throw error;
    } finally {
      handled?.();
    }
    if (held.lost) throw new LeaseLostError(`Cannot finish job "${job.id}": its lease is over`);
    if (!command) return;
    if (job.instanceId === undefined) {
      await this.updates.add({ ...leaseOf(job), action: "delete" });
    } else {
      try {
        await this.#end(held, job.instanceId, { command });
      } catch (error) {
        if (!this.#passes(error)) throw error;
        throw new NotStoredError(messageOf(error), { cause: error });
      }
    }
    if (command.kind === "throwError") this.counters.bpmnErrors++;
    else this.counters.completed++;
  }

  /** Whether an error of our own calls to the store says nothing about the job. */
  #passes(error: unknown): boolean {
    return error instanceof ConflictError || this.runtime.store.passing?.(error) !== undefined;
  }

  /** What the handler is given, if it is here: the usual case, without a promise. */
  #begunAlready({ job, chain }: Held, state: LeasedState | undefined): Begun | undefined {
    // What its chain has come to is not in the store yet.
    if (chain?.open) return chain;
    const { executor, cache, models } = this.runtime;
    const seen = chain?.live ?? state;
    if (job.instanceId === undefined || !seen || executor.ahead(job.instanceId)) return undefined;
    const live = cache.get(job.instanceId);
    const model = live && live.revision >= seen.revision ? models.peek(live.definitionId)?.model : undefined;
    return live && model && { live, model };
  }

  #end({ job, chain }: Held, instanceId: string, outcome: Outcome): Promise<unknown> {
    // What is stepped by hand is to have moved when the step is over; a chain's job may be in no store.
    if (this.#maxWaves === undefined && !chain) return endJob(this.runtime, job, instanceId, outcome);
    const { executor } = this.runtime;
    return executor.execute({ instanceId, lease: leaseOf(job), maxWaves: this.#maxWaves, ...outcome });
  }

  /** Loads what the handler is given. @throws {NotBegunError} What goes wrong here is not the handler's failure. */
  async #begin({ job, chain }: Held, state: LeasedState | undefined): Promise<Begun | undefined> {
    if (job.instanceId === undefined) return undefined;
    try {
      const live = await this.#live(job.instanceId, job.id, chain?.live ?? state);
      const { models } = this.runtime;
      const { model } = models.peek(live.definitionId) ?? await models.get(live.definitionId);
      return { live, model };
    } catch (cause) {
      throw new NotBegunError(messageOf(cause), { cause });
    }
  }

  /** Runs the handler. @returns What it means for the instance; `undefined`: a transaction has said it already. */
  #attempt(
    held: Held,
    handler: Handler,
    begun: Begun | undefined,
  ): Command | undefined | Promise<Command | undefined> {
    const { job } = held;
    const host = new Attempt(this, held, (context, work) => this.#inTransaction(held, context, work));
    const context = new JobContext(
      job,
      begun?.live ?? withoutInstance(job),
      elementOf(begun?.model.elements, job.elementId),
      held,
      host,
    );
    host.context = context;
    try {
      const pending = handler(context);
      if (!(pending instanceof Promise)) {
        return host.committed ? undefined : completion(job, context, pending);
      }
      context.keep();
      return pending.then(
        (result) => host.committed ? undefined : completion(job, context, result),
        (error) => this.#thrown(job, context, host, error),
      );
    } catch (error) {
      return this.#thrown(job, context, host, error);
    }
  }

  #thrown(
    job: Job,
    context: JobContext,
    { committed, notStored }: Attempt,
    error: unknown,
  ): Command | undefined {
    if (committed) {
      this.runtime.logger.log("warn", "a handler failed after its transaction had completed the task", {
        ...jobFields(job),
        message: messageOf(error),
      });
      return undefined;
    }
    // However the handler put it: it could not help it.
    if (notStored && !(error instanceof BpmnError || error instanceof HandlerFailure)) throw notStored;
    if (!(error instanceof BpmnError)) throw error;
    return {
      kind: "throwError",
      jobId: job.id,
      code: cleanProse(String(error.code)),
      message: cleanProse(String(error.message)),
      variables: { ...context.written, ...takeVariables(error.variables) },
      failures: job.failures,
      attempts: job.attempts,
    };
  }

  /** The handler's rows and the step stand or fall together. */
  async #inTransaction<T>(
    held: Held,
    context: JobContext,
    work: (tx: SqlTransaction) => Promise<T>,
  ): Promise<T> {
    const { store, executor, cache } = this.runtime;
    const { job } = held;
    const { instanceId } = job;
    if (!store.transaction || instanceId === undefined) {
      throw new StoreError(`Cannot run job "${job.id}" in a transaction: it has no instance`);
    }
    let worked = false;
    const lost = new AbortController();
    const listening = () => held.lost && lost.abort(held.signal.reason);
    held.signal.addEventListener("abort", listening);
    let result: T;
    try {
      result = await store.transaction(async (tx) => {
        const value = await work(tx);
        const command = completion(job, context, value);
        worked = true;
        await executeJoined(this.runtime, { instanceId, command, lease: leaseOf(job) }, tx, { last: true });
        return value;
      }, { signal: lost.signal });
    } catch (error) {
      // A deadlock or a lock that was not to be had is the handler's failure while its own statements run.
      const passes = worked ? this.#passes(error) : store.passing?.(error) === "away";
      throw passes ? new NotStoredError(messageOf(error), { cause: error }) : error;
    } finally {
      held.signal.removeEventListener("abort", listening);
    }
    if (!executor.busy(instanceId)) cache.delete(instanceId);
    store.notify?.();
    this.counters.completed++;
    return result;
  }

  /** The instance as it stood when the job was leased, or later; never with changes that are not committed. */
  async #live(instanceId: string, jobId: string, state: LeasedState | undefined): Promise<Live> {
    const { executor, cache } = this.runtime;
    while (executor.ahead(instanceId)) await executor.quiet(instanceId);
    const cached = cache.get(instanceId);
    if (cached && state && cached.revision >= state.revision) return cached;
    const stored = state?.stored;
    if (stored && !(cached && cached.revision > stored.revision)) return this.#decoded(stored, jobId);
    // A hundred items of one lease need the same large instance: it is loaded once.
    const others = this.#loading.get(instanceId);
    const loaded = await (others ?? this.#load(instanceId));
    // Theirs may have begun before this job was leased.
    const late = others && !(state && loaded.revision >= state.revision);
    return this.#decoded(late ? await this.#load(instanceId) : loaded, jobId);
  }

  async #load(instanceId: string): Promise<StoredInstance> {
    const loaded = this.runtime.store.loadInstances([instanceId]).then(([stored]) => {
      if (!stored) throw new NotFoundError(`Cannot find instance "${instanceId}": there is none`);
      return stored;
    });
    this.#loading.set(instanceId, loaded);
    try {
      return await loaded;
    } finally {
      if (this.#loading.get(instanceId) === loaded) this.#loading.delete(instanceId);
    }
  }

  #decoded(stored: StoredInstance, jobId: string): Live {
    const { executor, cache, crowds, crowdViews } = this.runtime;
    // Of a hundred items that wait for one load, the first one has decoded it.
    const cached = cache.get(stored.id);
    if (cached && cached.revision >= stored.revision && !executor.ahead(stored.id)) return cached;
    crowds.look(stored.id, stored.state);
    if (crowds.isOthers(stored.id)) return crowdViews.see(stored, jobId);
    const entry = decode(stored);
    if (!executor.ahead(stored.id)) cache.put(entry);
    return entry;
  }

  async #afterError(held: Held, error: unknown): Promise<void> {
    const { job } = held;
    if (error instanceof LeaseLostError) {
      this.counters.dropped++;
      this.runtime.logger.log("info", "a job's lease was lost: its result is dropped", jobFields(job));
      return;
    }
    try {
      await held.stored();
      // Its element has ended, or its instance: nobody waits for the result.
      const gone = error instanceof NotBegunError ? error.cause : error;
      const over = gone instanceof NotFoundError ||
        (gone instanceof RejectedError && gone.code !== "suspended");
      if (over) await this.updates.add({ ...leaseOf(job), action: "delete" });
      else if (error instanceof NotBegunError || error instanceof NotStoredError) {
        await this.#giveBack(job, error);
      } else await this.#failed(job, error);
    } catch (cause) {
      if (cause instanceof LeaseLostError) return;
      // The store is away: the lease will end, and the job comes back by itself.
      this.runtime.logger.log("warn", "a failed job could not be given back", {
        ...jobFields(job),
        message: messageOf(cause),
      });
    }
  }

  /** The store was away before the handler began, or when it had ended: no failure of its own is counted. */
  async #giveBack(job: Job, error: NotBegunError | NotStoredError): Promise<void> {
    const { logger, time } = this.runtime;
    const what = error instanceof NotBegunError
      ? "a job could not begin and is given back"
      : "a job's result could not be stored: it is given back and will run again";
    logger.log("warn", what, { ...jobFields(job), message: error.message });
    await this.updates.add({ ...leaseOf(job), action: "update", dueAt: time.now() + NOT_BEGUN_MS });
  }

  async #failed(job: Job, error: unknown): Promise<void> {
    this.counters.failed++;
    const message = messageOf(error);
    const failure = error instanceof HandlerFailure ? error : undefined;
    const policyMs = this.runtime.retries.delayOf(job);
    // The same work would give as much again.
    const ends = failure?.retry === false || error instanceof VariablesSizeError;
    if (ends || policyMs === undefined) {
      return await this.#incident(job, "job-no-retries", message);
    }
    const at = this.runtime.time.now();
    const delay = wholeMs(failure?.retryInMs ?? policyMs);
    await this.updates.add({
      ...leaseOf(job),
      action: "update",
      dueAt: at + delay,
      failures: job.failures + 1,
      attempt: { at, message },
    });
    this.counters.retries++;
    this.runtime.logger.log("info", "a job failed and will be tried again", {
      ...jobFields(job),
      attempt: job.failures + 1,
      retryInMs: delay,
      message,
    });
  }

  async #incident(job: Job, incident: "job-no-retries" | "worker-lost", message: string): Promise<void> {
    const at = this.runtime.time.now();
    const failures = job.failures + 1;
    const attempt = { at, message };
    const keepJob: JobUpdate = {
      ...leaseOf(job),
      action: "update",
      dueAt: null,
      held: "incident",
      failures,
      attempt,
    };
    this.counters.incidents++;
    this.runtime.logger.log("warn", "a job needs a person", {
      ...jobFields(job),
      incident,
      failures,
      message,
    });
    if (job.instanceId === undefined) return await this.updates.add(keepJob);
    const attempts = [...job.attempts, attempt];
    await endJob(this.runtime, job, job.instanceId, {
      command: { kind: "failJob", jobId: job.id, incident, message, failures, attempts },
      keepJob,
    });
  }
}

type Work = (tx: SqlTransaction) => Promise<unknown>;

/** One handler's run, as its context sees it. */
class Attempt implements AttemptHost {
  committed = false;
  /** Its transaction was not written, through no fault of the handler's. */
  notStored: NotStoredError | undefined;
  context: JobContext | undefined;
  readonly #runner: JobRunner;
  readonly #held: Held;
  readonly #inTransaction: (context: JobContext, work: Work) => Promise<unknown>;

  constructor(
    runner: JobRunner,
    held: Held,
    inTransaction: (context: JobContext, work: Work) => Promise<unknown>,
  ) {
    this.#runner = runner;
    this.#held = held;
    this.#inTransaction = inTransaction;
  }

  extendLease(ms?: number): Promise<void> {
    return this.#runner.leases.extend(this.#held, ms);
  }

  get transaction(): AttemptHost["transaction"] {
    const { context } = this;
    if (!this.#runner.runtime.store.transaction || !context) return undefined;
    return async <T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T> => {
      await this.#held.stored();
      try {
        const result = await this.#inTransaction(context, work) as T;
        this.committed = true;
        return result;
      } catch (error) {
        if (error instanceof NotStoredError) this.notStored = error;
        throw error instanceof NotStoredError ? error.cause : error;
      }
    };
  }
}

function completion(job: Job, context: JobContext, result: unknown): Command {
  return {
    kind: "completeJob",
    jobId: job.id,
    variables: context.written,
    result: takeValue(result, "result"),
    failures: job.failures || undefined,
    attempts: job.attempts.length ? job.attempts : undefined,
  };
}

/** Jobs of a user's own have no instance; their handlers see none. */
function withoutInstance(job: Job): Live {
  return {
    id: "",
    tenant: job.tenant,
    definitionId: "",
    key: "",
    version: 0,
    startedAt: 0,
    rootId: "",
    status: "running",
    revision: 0,
    instance: {
      id: "",
      state: { v: 0, status: "running", seq: 0, last: 0, root: { id: 0, el: "", tokens: [] } },
      vars: new Map([[0, payloadVariables(job)]]),
    },
    bytes: 0,
    handedOn: 0,
  };
}

function payloadVariables(job: Job): Record<string, unknown> {
  const payload: unknown = JSON.parse(job.payload ?? "{}");
  const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  return isObject ? payload as Record<string, unknown> : { payload };
}
