/**
 * The jobs in a worker's hands: leased, running, or being committed.
 *
 * A job whose lease was lost before may be what kills its workers: see `suspects.ts`.
 */
import type { Job, JobUpdate, NewJob, StoredInstance, Unit } from "../../storage/store.ts";
import type { Chain } from "../chain.ts";
import type { HandOnReceiver } from "../hand_on.ts";
import type { Live } from "../instance_cache.ts";
import { leaseOf } from "../jobs/engine_job.ts";
import { isEngineJob } from "../jobs/mod.ts";
import { messageOf } from "../log.ts";
import { updateJobs } from "../update_jobs.ts";
import type { JobRun, RunListener } from "./job_run.ts";
import type { JobRunner, LeasedState } from "./job_runner.ts";
import { leasedJob } from "./leased_job.ts";
import type { Held } from "./leases.ts";
import { Slots } from "./slots.ts";
import { isGrave, Suspects } from "./suspects.ts";

/** Finished jobs that may wait for their commit. */
const MAX_COMMITTING = 2_048;
/** Jobs of the engine's own that run at once. */
const ENGINE_SLOTS = 128;

/** A leased job that has not begun. */
export interface Entry {
  readonly held: Held;
  readonly state: LeasedState | undefined;
  readonly since: number;
}

/** What a desk works with. */
export interface DeskOptions {
  readonly runner: JobRunner;
  readonly worker: string;
  readonly concurrency: number;
  /** Whether this worker takes jobs of a type and tenant; those of the engine's own go by the tenant. */
  takes(type: string, tenant: string): boolean;
  readonly handOn: boolean;
  /** Keys of the processes whose steps may commit together. */
  readonly chain: ReadonlySet<string>;
  readonly chainMs: number;
  /** Told when there is room again. */
  freed(): void;
  /** Told when jobs are due that may come here. */
  due(): void;
}

export class Desk implements HandOnReceiver, RunListener {
  readonly #options: DeskOptions;
  readonly slots: Slots;
  #queue: Entry[] = [];
  /** Jobs of chains: their instances are ahead of the store, so they go first. */
  #early: Entry[] = [];
  readonly #suspects: Suspects;
  /** The last lease brought one that should have been leased alone. */
  #oneByOne = false;
  #pumping = false;
  /** Jobs of the engine's own that have not begun, which are suspects. */
  #engineWaiting = 0;
  #engineRunning = 0;
  /** Kept for engine jobs that a commit is about to create. */
  #engineReserved = 0;
  #committing = 0;
  /** The same for jobs of chains: their instances' one unit is counted already. */
  #committingEarly = 0;
  #empty: (() => void)[] = [];
  /** No new jobs are taken or begun: before the worker works, and when it stops. */
  closed = true;
  handedOn = 0;
  done = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.slots = new Slots(options.concurrency, options.runner.leases.leaseMs);
    this.#suspects = new Suspects({
      waitMs: options.runner.leases.leaseMs / 4,
      running: (kind) => this.slots.running + (kind === "engine" ? this.#engineRunning : 0),
      begin: (entry) => this.#beginSuspect(entry),
      leaveAlone: () => this.#giveBackWaiting(),
      pump: () => {
        this.#pump();
        options.due();
      },
    });
  }

  get committing(): number {
    return this.#committing + this.#committingEarly;
  }

  get size(): number {
    return this.slots.waiting + this.slots.running + this.#engineWaiting + this.#engineRunning +
      this.committing;
  }

  /** Jobs of handlers that may still be taken. */
  get free(): number {
    return this.#full ? 0 : Math.max(0, this.slots.free);
  }

  get #full(): boolean {
    return this.closed || this.#committing >= MAX_COMMITTING || this.#suspects.keepHandlersOut;
  }

  /** Jobs of handlers to ask for now. */
  get wanted(): number {
    const wanted = this.free > 0 ? Math.max(0, this.slots.wanted) : 0;
    return this.#oneByOne ? Math.min(1, wanted) : wanted;
  }

  /** Jobs of the engine's own that may still be taken. */
  get engineFree(): number {
    if (this.closed || this.#suspects.keepEngineOut) return 0;
    return this.#oneByOne ? 1 : ENGINE_SLOTS - this.#engineRunning - this.#engineReserved;
  }

  /** Jobs may come. */
  open(): void {
    this.closed = false;
  }

  /** Takes what a lease gave. */
  accept(jobs: readonly Job[], states: ReadonlyMap<string, LeasedState>): void {
    const { runner } = this.#options;
    const since = performance.now();
    this.#oneByOne = jobs.some(isGrave);
    for (const job of jobs) {
      const held = runner.leases.hold(job, since);
      const state = job.instanceId === undefined ? undefined : states.get(job.instanceId);
      this.#put({ held, state, since });
    }
    this.#pump();
  }

  /** Waits until no job is in hand. @returns Whether that came about in time. */
  async empty(maxMs: number): Promise<boolean> {
    if (this.size === 0) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) =>
      timer = setTimeout(resolve, Math.min(maxMs, 2 ** 31 - 1), false)
    );
    const done = new Promise<boolean>((resolve) => this.#empty.push(() => resolve(true)));
    const result = await Promise.race([done, late]);
    clearTimeout(timer);
    return result;
  }

  /** Gives back the jobs that have not begun. */
  async release(): Promise<void> {
    this.#options.runner.runtime.executor.endChains();
    const early = this.#early;
    this.#early = [];
    this.slots.waiting -= early.length;
    this.#suspects.close();
    await this.#giveBackWaiting(early);
    this.#settled();
  }

  /** What has not begun, but for jobs of chains, whose instances wait for them. */
  async #giveBackWaiting(others: readonly Entry[] = []): Promise<void> {
    const suspects = this.#suspects.takeAll();
    const ofHandlers = suspects.filter(({ held }) => !isEngineJob(held.job.type));
    this.slots.waiting -= this.#queue.length + ofHandlers.length;
    this.#engineWaiting -= suspects.length - ofHandlers.length;
    const all = [...others, ...this.#queue, ...suspects].map(({ held }) => held);
    this.#queue = [];
    for (const held of all) this.#options.runner.leases.drop(held);
    await this.#giveBack(all);
  }

  /** Gives back jobs whose handlers go on although time is up; their results will be dropped. */
  async abandon(jobs: readonly Held[]): Promise<void> {
    this.#options.runner.runtime.executor.endChains();
    const given = this.#giveBack(jobs);
    for (const held of jobs) {
      held.lost = true;
      this.#options.runner.leases.drop(held);
    }
    await given;
  }

  // ------------------------------------------------------------ jobs from a commit of our own

  reserve(job: NewJob, live: Live): { readonly worker: string; readonly leaseMs: number } | undefined {
    const { handOn, takes, worker, runner } = this.#options;
    const engines = isEngineJob(job.type);
    const crowd = runner.runtime.crowds.has(live.id);
    const own = crowd ? this.slots.freeForCrowd : this.slots.freeForOwn;
    const free = engines ? (this.#oneByOne ? 0 : this.engineFree) : this.#full ? 0 : own;
    if (!handOn || free <= 0 || !takes(job.type, live.tenant)) return undefined;
    if (engines) this.#engineReserved++;
    else this.slots.reserved++;
    return { worker, leaseMs: runner.leases.leaseMs };
  }

  take(jobs: readonly NewJob[], unit: Unit, live: Live): void {
    this.giveBack(jobs);
    this.handedOn += jobs.length;
    const state = { revision: live.revision };
    const since = performance.now();
    for (const job of jobs) {
      this.#put({
        held: this.#options.runner.leases.hold(leasedJob(job, live.tenant, unit.at), since),
        state,
        since,
      });
    }
    this.#pump();
    if (this.closed) this.release().catch(() => {}); // what cannot be given back comes back when its lease ends
  }

  get chainMs(): number {
    return this.#options.chainMs;
  }

  chains(processKey: string): boolean {
    return this.#options.chain.has(processKey);
  }

  takeEarly(jobs: readonly NewJob[], chain: Chain): void {
    const { live, folding } = chain;
    this.giveBack(jobs);
    this.handedOn += jobs.length;
    const since = performance.now();
    for (const job of jobs) {
      const held = this.#options.runner.leases.hold(leasedJob(job, live.tenant, folding.at), since, chain);
      this.slots.waiting++;
      this.#early.push({ held, state: undefined, since });
    }
    this.#pump();
  }

  lost(jobIds: readonly string[], chain: Chain): void {
    this.#options.runner.leases.loseEarly(jobIds, chain);
  }

  giveBack(jobs: readonly NewJob[]): void {
    for (const { type } of jobs) {
      if (isEngineJob(type)) this.#engineReserved--;
      else this.slots.reserved--;
    }
  }

  wake(): boolean {
    if (this.closed || this.free <= 0 || this.engineFree <= 0) return false;
    this.#options.due();
    return true;
  }

  // ------------------------------------------------------------ running

  #put(entry: Entry): void {
    const { job } = entry.held;
    const isOwn = isEngineJob(job.type), isSuspect = job.lostLeases > 0;
    if (isOwn && !isSuspect) return this.#runEngineJob(entry);
    if (isOwn) this.#engineWaiting++;
    else this.slots.waiting++;
    if (isSuspect) this.#suspects.add(entry);
    else this.#queue.push(entry);
  }

  /** Jobs begin when the commit that opened them, or the lease, has been dealt with: handlers may run at once. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      if (this.closed || this.#suspects.pump()) return;
      this.#beginSome(this.#early);
      this.#beginSome(this.#queue);
    });
  }

  #beginSome(queue: Entry[]): void {
    let next = 0;
    // A handler may end at once, and more may come to the queue meanwhile.
    while (next < queue.length && this.slots.canBegin && !this.closed) {
      this.#begin(queue[next++]);
      if (queue === this.#queue && this.#early.length > 0) this.#beginSome(this.#early);
    }
    if (next > 0) queue.splice(0, next);
  }

  #beginSuspect(entry: Entry): void {
    if (this.closed) return void this.#giveBackSuspect(entry);
    if (isEngineJob(entry.held.job.type)) {
      this.#engineWaiting--;
      this.#runEngineJob(entry);
    } else this.#begin(entry);
  }

  /** The worker was told to stop while it gave back the others. */
  async #giveBackSuspect(entry: Entry): Promise<void> {
    const { held } = entry;
    this.#suspects.ended(entry);
    this.#options.runner.leases.drop(held);
    await this.#giveBack([held]);
    if (isEngineJob(held.job.type)) this.#engineWaiting--;
    else this.slots.waiting--;
    this.#settled();
  }

  #begin({ held, state }: Entry): void {
    this.slots.waiting--;
    this.slots.running++;
    this.#options.runner.run(held, state, this);
  }

  /** A handler has ended. */
  handled({ held, began, since }: JobRun): void {
    const { slots } = this;
    slots.running--;
    if (held.chain) this.#committingEarly++;
    else this.#committing++;
    slots.ended(since - began);
    if (held.job.lostLeases > 0) this.#suspects.ended({ held });
    this.#pump();
  }

  /** What came of it is committed, or what went wrong is told. */
  over({ held }: JobRun): void {
    if (held.chain) this.#committingEarly--;
    else this.#committing--;
    this.done++;
    this.#settled();
  }

  #runEngineJob({ held, state }: Entry): void {
    this.#engineRunning++;
    this.#options.runner.runEngineJob(held, state).then(() => {
      this.#engineRunning--;
      this.done++;
      if (held.job.lostLeases > 0) this.#suspects.ended({ held });
      if (held.job.lostLeases > 0 || this.#suspects.engineWaiting > 0) this.#pump();
      this.#settled();
    });
  }

  #settled(): void {
    this.#options.freed();
    if (this.size > 0) return;
    const waiting = this.#empty;
    this.#empty = [];
    for (const resolve of waiting) resolve();
  }

  async #giveBack(all: readonly Held[]): Promise<void> {
    if (all.length === 0) return;
    const { runtime } = this.#options.runner;
    // Those of a chain that was not written are nowhere.
    const stored = await Promise.allSettled(all.map((held) => held.stored()));
    const jobs = all.filter((_, index) => stored[index].status === "fulfilled").map((held) => held.job);
    const updates: JobUpdate[] = jobs.map((job) => ({ ...leaseOf(job), action: "update" }));
    try {
      await updateJobs(runtime, updates);
      runtime.store.notify?.();
    } catch (error) {
      runtime.logger.log("warn", "jobs could not be given back; they come back when their leases end", {
        jobs: jobs.length,
        message: messageOf(error),
      });
    }
  }
}

/** What came with a lease, by instance. */
export function leasedStates(
  instances: readonly StoredInstance[],
  revisions: readonly { readonly id: string; readonly revision: number }[],
): Map<string, LeasedState> {
  const states = new Map<string, LeasedState>();
  for (const stored of instances) states.set(stored.id, { revision: stored.revision, stored });
  for (const { id, revision } of revisions) states.set(id, { revision });
  return states;
}
