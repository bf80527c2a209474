/** The leases that this process holds, kept alive by one heartbeat. */
import { type Linked, LinkedList } from "../../collections/linked_list.ts";
import { type Job, LeaseLostError } from "../../storage/store.ts";
import { checkArgument, wholeMs } from "../arguments.ts";
import type { Chain } from "../chain.ts";
import { leaseOf } from "../jobs/engine_job.ts";
import { messageOf } from "../log.ts";
import type { Runtime } from "../runtime.ts";

/** A held job. */
export class Held implements Linked<Held> {
  readonly job: Job;
  /** The unit that opens it, if its handler got it before that was written. */
  readonly chain: Chain | undefined;
  lost = false;
  /** On this process's monotonic clock. */
  until: number;
  before: Held | undefined;
  after: Held | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(job: Job, until: number, chain?: Chain) {
    this.job = job;
    this.until = until;
    this.chain = chain;
  }

  /** Before the store is asked to do anything with it: it must be there. @throws {LeaseLostError} */
  async stored(): Promise<void> {
    if (this.chain && this.chain.phase !== "stands") await this.chain.commit(this.job.id);
  }

  /** Aborted when the lease is lost or the worker stops. Made when a handler asks for it: most never do. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Tells the handler to stop. */
  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

export class Leases {
  readonly #runtime: Runtime;
  readonly #all = new LinkedList<Held>();
  readonly leaseMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Leases that were lost. */
  lost = 0;

  constructor(runtime: Runtime, leaseMs: number) {
    this.#runtime = runtime;
    this.leaseMs = leaseMs;
  }

  /** Keeps a job's lease alive until {@link drop}. @param since On this process's monotonic clock. */
  hold(job: Job, since: number, chain?: Chain): Held {
    const held = new Held(job, since + this.leaseMs, chain);
    this.#all.add(held);
    this.#schedule();
    return held;
  }

  /** Harmless when repeated. */
  drop(held: Held): void {
    this.#all.remove(held);
    if (this.#all.first || this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** All jobs that are held, those that came first first. */
  all(): Held[] {
    return [...this.#all];
  }

  /** Tells all handlers to stop. */
  abortAll(reason: Error): void {
    for (const held of this.all()) held.abort(reason);
  }

  /** Extends one lease by hand. @throws {LeaseLostError} */
  async extend(held: Held, ms: number = this.leaseMs): Promise<void> {
    checkArgument(ms, "delay", "ms");
    await held.stored();
    const [until] = await this.#runtime.store.extendLeases(
      [leaseOf(held.job)],
      wholeMs(ms),
      this.#runtime.time.override,
    );
    if (until === undefined) {
      this.#lose(held);
      throw new LeaseLostError(`Cannot extend job "${held.job.id}": its lease is over`);
    }
    held.until = performance.now() + ms;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#beat().finally(() => {
        if (this.#all.first) this.#schedule();
      });
    }, this.leaseMs / 3);
  }

  async #beat(): Promise<void> {
    // Twice the beat: one that fails is followed by another before the lease ends.
    const soon = performance.now() + (2 * this.leaseMs) / 3 + 1;
    const due = this.all().filter((held) =>
      // A chain is short: its jobs are here again at the next beat, if they are still there.
      !held.lost && held.until <= soon && (!held.chain || held.chain.phase === "stands")
    );
    if (due.length === 0) return;
    try {
      const ends = await this.#runtime.store.extendLeases(
        due.map((held) => leaseOf(held.job)),
        this.leaseMs,
        this.#runtime.time.override,
      );
      due.forEach((held, index) => {
        if (ends[index] === undefined) {
          if (this.#all.has(held)) this.#lose(held);
        } else held.until = performance.now() + this.leaseMs;
      });
    } catch (error) {
      this.#runtime.logger.log("warn", "leases could not be extended", { message: messageOf(error) });
      const now = performance.now();
      for (const held of due) if (held.until <= now) this.#lose(held);
    }
  }

  /** The unit that would have opened some jobs was not written, or will not open them. */
  loseEarly(jobIds: readonly string[], chain: Chain): void {
    for (const held of this.all()) {
      if (held.chain === chain && jobIds.includes(held.job.id)) this.#lose(held);
    }
  }

  #lose(held: Held): void {
    if (held.lost) return;
    held.lost = true;
    this.lost++;
    held.abort(new LeaseLostError(`Cannot go on with job "${held.job.id}": its lease is over`));
  }
}
