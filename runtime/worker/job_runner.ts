/** Runs leased jobs: what they need, and what follows when they fail. See `job_run.ts` for one run. */
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
import { wholeMs } from "../arguments.ts";
import { RejectedError, VariablesSizeError } from "../errors.ts";
import { HandlerFailure } from "../handler.ts";
import { type Live, live as decode } from "../instance_cache.ts";
import { leaseOf, lostMessage, MAX_LOST_LEASES } from "../jobs/engine_job.ts";
import { isEngineJob, runEngineJob } from "../jobs/mod.ts";
import { endJob } from "../job_ends.ts";
import { executeJoined } from "../joined.ts";
import { jobFields, messageOf } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { NotBegunError, NotStoredError } from "./job_errors.ts";
import { JobRun, type RunListener } from "./job_run.ts";
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
export interface Begun {
  readonly live: Live;
  readonly model: ProcessModel;
}

export class JobRunner {
  readonly runtime: Runtime;
  readonly leases: Leases;
  readonly updates: JobUpdates;
  readonly maxWaves: number | undefined;
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
    this.maxWaves = maxWaves;
    this.leases = new Leases(runtime, leaseMs);
    this.updates = new JobUpdates(runtime);
  }

  /** Runs a handler's job. Never throws: what goes wrong ends in a later attempt or an incident. */
  run(held: Held, state: LeasedState | undefined, listener: RunListener): void {
    const { telemetry } = this.runtime;
    if (!telemetry) return this.#start(new JobRun(this, held, state, listener));
    let over = () => {};
    const run = (): Promise<string | undefined> =>
      new Promise((resolve) => {
        const told: RunListener = {
          handled: (run) => listener.handled(run),
          over(run, error) {
            over = () => listener.over(run, error);
            resolve(error);
          },
        };
        this.#start(new JobRun(this, held, state, told));
      });
    traced(this.runtime, telemetry, held.job, state, run).then(() => over());
  }

  #start(run: JobRun): void {
    const { job } = run.held;
    if (job.lostLeases < MAX_LOST_LEASES) run.begin();
    else run.refuse(() => this.#incident(job, "worker-lost", lostMessage(job)));
  }

  /** The same for a job of the engine's own. */
  runEngineJob(held: Held, state: LeasedState | undefined): Promise<unknown> {
    const { telemetry } = this.runtime;
    return telemetry
      ? traced(this.runtime, telemetry, held.job, state, () => this.#runEngineJob(held, state))
      : this.#runEngineJob(held, state);
  }

  /** @returns What went wrong, if anything did. */
  async #runEngineJob(held: Held, state: LeasedState | undefined): Promise<string | undefined> {
    const { job } = held;
    this.counters.engine++;
    if (job.instanceId !== undefined && state?.stored) {
      this.runtime.crowds.look(job.instanceId, state.stored.state);
    }
    try {
      return await runEngineJob(
        this.runtime,
        job,
        (each, error) => this.afterError(new Held(each, 0), error),
      );
    } catch (error) {
      await this.afterError(held, error);
      return messageOf(error);
    } finally {
      this.leases.drop(held);
    }
  }

  /** Runs any job. @returns When it is over. */
  runAny(held: Held): Promise<unknown> {
    if (isEngineJob(held.job.type)) return this.runEngineJob(held, undefined);
    return new Promise<void>((over) => this.run(held, undefined, { handled() {}, over: () => over() }));
  }

  /** Whether an error of our own calls to the store says nothing about the job. */
  passes(error: unknown): boolean {
    return error instanceof ConflictError || this.runtime.store.passing?.(error) !== undefined;
  }

  /** What the handler is given, if it is here: the usual case, without a promise. */
  begunAlready({ job, chain }: Held, state: LeasedState | undefined): Begun | undefined {
    // What its chain has come to is not in the store yet.
    if (chain?.open) return chain;
    const { executor, cache, models } = this.runtime;
    const seen = chain?.live ?? state;
    if (job.instanceId === undefined || !seen || executor.ahead(job.instanceId)) return undefined;
    const cached = cache.get(job.instanceId);
    const live = cached && cached.revision >= seen.revision ? cached : this.#stored(job, seen);
    if (!live || live.tenant !== job.tenant) return undefined;
    const model = models.peek(live.definitionId)?.model;
    return model && { live, model };
  }

  /** What came with the lease. What cannot be read is told when it is loaded. */
  #stored({ id }: Job, seen: Live | LeasedState): Live | undefined {
    if (!("stored" in seen) || !seen.stored) return undefined;
    try {
      return this.#decoded(seen.stored, id);
    } catch {
      return undefined;
    }
  }

  /** Sends what came of a run to its instance. */
  send(run: JobRun): void {
    const { crowds, jobEnds, executor } = this.runtime;
    const { item, held } = run;
    // What is stepped by hand is to have moved when the step is over; a chain's job may be in no store.
    if (this.maxWaves === undefined && !held.chain && crowds.isOthers(item.instanceId)) {
      const { command } = item;
      jobEnds.keep({ ...leaseOf(held.job), outcome: JSON.stringify({ command }) })
        .then(() => run.resolve(), (error) => run.reject(error));
    } else executor.submit(run);
  }

  /** Loads what the handler is given. @throws {NotBegunError} What goes wrong here is not the handler's failure. */
  async load({ job, chain }: Held, state: LeasedState | undefined): Promise<Begun | undefined> {
    if (job.instanceId === undefined) return undefined;
    try {
      const live = await this.#live(job.instanceId, job.id, chain?.live ?? state);
      // A row that another tenant's database role has made up gets nothing of this one.
      if (live.tenant !== job.tenant) {
        throw new NotFoundError(`Cannot find instance "${job.instanceId}": there is none`);
      }
      const { models } = this.runtime;
      const { model } = models.peek(live.definitionId) ?? await models.get(live.definitionId);
      return { live, model };
    } catch (cause) {
      throw new NotBegunError(messageOf(cause), { cause });
    }
  }

  /** The handler's rows and the step stand or fall together. */
  async inTransaction<T>(
    held: Held,
    work: (tx: SqlTransaction) => Promise<T>,
    toCommand: (result: T) => Command,
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
        const command = toCommand(value);
        worked = true;
        const item = { instanceId, tenant: job.tenant, command, lease: leaseOf(job) };
        await executeJoined(this.runtime, item, tx, { last: true });
        return value;
      }, { signal: lost.signal });
    } catch (error) {
      // A deadlock or a lock that was not to be had is the handler's failure while its own statements run.
      const passes = worked ? this.passes(error) : store.passing?.(error) === "away";
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

  async afterError(held: Held, error: unknown): Promise<void> {
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
