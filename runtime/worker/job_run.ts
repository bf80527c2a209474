/**
 * One run of a handler's job: from its begin until what came of it is committed.
 *
 * It is told what happens instead of waiting for it: all that a worker does goes through here, and a promise at each
 * step would cost more than the step.
 */
import type { Command } from "../../engine/mod.ts";
import { type Job, LeaseLostError, type SqlTransaction, StoreError } from "../../storage/store.ts";
import { cleanProse } from "../arguments.ts";
import type { Pending } from "../box.ts";
import { BpmnError, type Handler, HandlerFailure } from "../handler.ts";
import { leaseOf } from "../jobs/engine_job.ts";
import { jobFields, messageOf } from "../log.ts";
import { takeValue, takeVariables } from "../values.ts";
import type { WorkItem } from "../work_item.ts";
import { type AttemptHost, elementOf, JobContext } from "./job_context.ts";
import { NotStoredError } from "./job_errors.ts";
import type { Begun, JobRunner, LeasedState } from "./job_runner.ts";
import type { Held } from "./leases.ts";
import { withoutInstance } from "./user_job.ts";

/** Who is told how far runs are. */
export interface RunListener {
  /** The handler has ended, only the commit is left: its slot is free. Told once, before `over`. */
  handled(run: JobRun): void;
  /** @param error What went wrong, if anything did: its message, for what was thrown may be anything. */
  over(run: JobRun, error: string | undefined): void;
}

export class JobRun implements AttemptHost, Pending {
  readonly held: Held;
  /** On this process's monotonic clock. */
  readonly began: number = performance.now();
  /** What came of it, and when; see {@link Pending}. */
  item!: WorkItem;
  since = 0;
  repeats = 0;
  fresh = false;
  readonly #runner: JobRunner;
  /** Until it has begun: what is kept until the commit is copied by every garbage collection meanwhile. */
  #state: LeasedState | undefined;
  readonly #listener: RunListener;
  /** Its transaction has completed the task. */
  #committed = false;
  /** Its transaction was not written, through no fault of the handler's. */
  #notStored: NotStoredError | undefined;

  constructor(runner: JobRunner, held: Held, state: LeasedState | undefined, listener: RunListener) {
    this.#runner = runner;
    this.held = held;
    this.#state = state;
    this.#listener = listener;
  }

  /** Not in the midst of a commit: the handler may run at once. */
  begin(): void {
    const { held } = this;
    const { type, id } = held.job;
    const state = this.#state;
    this.#state = undefined;
    const handler = this.#runner.runtime.handlers.get(type);
    if (!handler) {
      const error = new StoreError(`Cannot run job "${id}": there is no handler for "${type}"`);
      return this.#notRun(error);
    }
    const begun = this.#runner.begunAlready(held, state);
    if (begun) return this.#attempt(handler, begun);
    this.#runner.load(held, state).then(
      (loaded) => this.#attempt(handler, loaded),
      (error) => this.#notRun(error),
    );
  }

  /** The job does not run at all. @param instead What is done about it. */
  refuse(instead: () => Promise<void>): void {
    this.since = performance.now();
    this.#listener.handled(this);
    instead().then(() => this.#over(), (error) => this.#fail(error));
  }

  #attempt(handler: Handler, begun: Begun | undefined): void {
    const { job } = this.held;
    // It waited, and what it belongs to is over.
    if (this.held.lost) return void this.#ended();
    let context: JobContext | undefined;
    let result: unknown;
    try {
      const element = elementOf(begun?.model.elements, job.elementId);
      context = new JobContext(
        job,
        begun?.live ?? withoutInstance(job),
        element,
        this.held,
        this,
      );
      result = handler(context);
    } catch (error) {
      return this.#rejected(context, error);
    }
    if (!(result instanceof Promise)) return this.#returned(context, result);
    // Its `then` may be a user's own: what that throws, and a second answer, must not reach the worker.
    const answer = new Promise((resolve) => resolve(result));
    try {
      context.keep();
    } catch (error) {
      // Its variables are damaged: whatever the handler does with them is its failure.
      const told = () => this.#rejected(context, error);
      answer.then(told, told);
      return;
    }
    answer.then(
      (value) => this.#returned(context, value),
      (error) => this.#rejected(context, error),
    );
  }

  /** The handler has ended, or never began. @returns Whether somebody waits for what came of it. */
  #ended(): boolean {
    this.since = performance.now();
    this.#listener.handled(this);
    if (!this.held.lost) return true;
    this.#fail(new LeaseLostError(`Cannot finish job "${this.held.job.id}": its lease is over`));
    return false;
  }

  #notRun(error: unknown): void {
    if (this.#ended()) this.#fail(error);
  }

  #returned(context: JobContext, result: unknown): void {
    if (!this.#ended()) return;
    try {
      if (this.#committed) this.#over();
      else this.#send(completion(this.held.job, context, result));
    } catch (error) {
      this.#fail(error);
    }
  }

  #rejected(context: JobContext | undefined, error: unknown): void {
    if (!this.#ended()) return;
    try {
      this.#thrown(context, error);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #thrown(context: JobContext | undefined, error: unknown): void {
    const { job } = this.held;
    if (this.#committed) {
      this.#runner.runtime.logger.log(
        "warn",
        "a handler failed after its transaction had completed the task",
        {
          ...jobFields(job),
          message: messageOf(error),
        },
      );
      return this.#over();
    }
    // However the handler put it: it could not help it.
    const own = error instanceof BpmnError || error instanceof HandlerFailure;
    if (this.#notStored && !own) return this.#fail(this.#notStored);
    if (!(error instanceof BpmnError)) return this.#fail(error);
    this.#send({
      kind: "throwError",
      jobId: job.id,
      code: cleanProse(String(error.code)),
      message: cleanProse(String(error.message)),
      variables: { ...context?.written, ...takeVariables(error.variables) },
      failures: job.failures,
      attempts: job.attempts,
    });
  }

  #send(command: Command): void {
    const { job } = this.held;
    const { instanceId } = job;
    if (instanceId === undefined) {
      this.#runner.updates.add({ ...leaseOf(job), action: "delete" })
        .then(() => this.#completed(), (error) => this.#fail(error));
      return;
    }
    const { maxWaves } = this.#runner;
    // Whose instance it is was looked at when the handler was given it.
    this.item = { instanceId, lease: leaseOf(job), command, maxWaves };
    this.#runner.send(this);
  }

  /** What came of it is committed. */
  resolve(): void {
    const { counters } = this.#runner;
    if (this.item.command.kind === "throwError") counters.bpmnErrors++;
    else counters.completed++;
    this.#over();
  }

  /** What came of it cannot be committed. */
  reject(error: Error): void {
    const passes = this.#runner.passes(error);
    this.#fail(passes ? new NotStoredError(messageOf(error), { cause: error }) : error);
  }

  #completed(): void {
    this.#runner.counters.completed++;
    this.#over();
  }

  /** What follows is not done in the midst of a commit. */
  #fail(error: unknown): void {
    Promise.resolve().then(() => this.#runner.afterError(this.held, error))
      .then(() => this.#over(messageOf(error)));
  }

  #over(error?: string): void {
    this.#runner.leases.drop(this.held);
    this.#listener.over(this, error);
  }

  // ------------------------------------------------------------ what the handler asks for

  extendLease(ms?: number): Promise<void> {
    return this.#runner.leases.extend(this.held, ms);
  }

  get hasTransactions(): boolean {
    return this.#runner.runtime.store.transaction !== undefined;
  }

  async transaction<T>(context: JobContext, work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
    await this.held.stored();
    try {
      const toCommand = (result: T) => completion(this.held.job, context, result);
      const result = await this.#runner.inTransaction(this.held, work, toCommand);
      this.#committed = true;
      return result;
    } catch (error) {
      if (error instanceof NotStoredError) this.#notStored = error;
      throw error instanceof NotStoredError ? error.cause : error;
    }
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
