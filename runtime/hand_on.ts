/**
 * Jobs that go straight to a handler in the process that created them.
 *
 * A worker with a handler and a free slot takes a follow-up job in the commit that creates it, which saves the
 * lease's round trip. At most {@link MAX_IN_A_ROW} in a row per instance, so that one instance cannot keep a slot
 * for ever. The rest of a unit that was cut for its size goes the same way: whoever has made its first part has the
 * instance at hand.
 */
import type { NewJob, Unit } from "../storage/store.ts";
import type { Chain } from "./chain.ts";
import type { Live } from "./instance_cache.ts";

const MAX_IN_A_ROW = 16;

/** Who takes them: a worker. */
export interface HandOnReceiver {
  /** Keeps a slot for a job that is about to be created. @returns The lease it wants, if it has a slot. */
  reserve(job: NewJob, live: Live): { readonly worker: string; readonly leaseMs: number } | undefined;
  /** The commit stands: the jobs are leased, with lease number 1. */
  take(jobs: readonly NewJob[], unit: Unit, live: Live): void;
  /** Whether steps of this process may commit together. */
  chains(processKey: string): boolean;
  /** How long a chain may be, in milliseconds. */
  readonly chainMs: number;
  /** Jobs that a unit will open when their handlers have ended, or sooner. */
  takeEarly(jobs: readonly NewJob[], chain: Chain): void;
  /** Jobs of a chain whose handlers run for nothing. */
  lost(jobIds: readonly string[], chain: Chain): void;
  /** The commit does not stand: the slots are free again. */
  giveBack(jobs: readonly NewJob[]): void;
  /** Jobs are due. @returns Whether this worker has room for them, so that no other need be woken. */
  wake(): boolean;
}

/** A job that no store knows yet. */
type Leasable = Omit<NewJob, "lease"> & { lease?: NewJob["lease"] };

export class HandOns {
  /** Set by a worker. */
  receiver: HandOnReceiver | undefined;

  /** Puts leases on the jobs of a new unit that a worker here takes: in place, for every unit comes through here. */
  reserve({ openJobs, at }: Unit, live: Live): void {
    if (!this.receiver || live.handedOn >= MAX_IN_A_ROW) return;
    for (let i = 0; i < openJobs.length; i++) {
      const job: Leasable = openJobs[i];
      const lease = this.#lease(job, live, at);
      if (lease) job.lease = lease;
    }
  }

  /** @returns A lease on a job that is about to be opened, if the worker here takes it; its place is kept. */
  lease(job: NewJob, live: Live, at: number): NewJob["lease"] {
    // What does not fit into one unit is written before it goes on.
    return isRest(job) ? undefined : this.#lease(job, live, at);
  }

  #lease(job: NewJob, live: Live, at: number): NewJob["lease"] {
    const engines = job.type.startsWith("baton:") && !isRest(job);
    if (
      !this.receiver || engines || live.handedOn >= MAX_IN_A_ROW || job.instanceId !== live.id ||
      job.dueAt === null ||
      job.dueAt > at || job.held || job.lease
    ) return undefined;
    return this.receiver.reserve(job, live);
  }

  /** Jobs with a lease go to their handlers before the unit that opens them is sent. */
  give(jobs: readonly NewJob[], chain: Chain): void {
    chain.live.handedOn++;
    this.receiver?.takeEarly(jobs, chain);
  }

  taken(unit: Unit, live: Live, chain?: Chain): void {
    if (!this.receiver) return;
    const jobs = leased(unit, chain);
    if (jobs.length === 0) return;
    // Of the parts of one unit each goes on with what it was cut from.
    if (!jobs.some(isRest)) live.handedOn++;
    this.receiver.take(jobs, unit, live);
  }

  giveBack(unit: Unit, chain?: Chain): void {
    if (!this.receiver) return;
    const jobs = leased(unit, chain);
    if (jobs.length > 0) this.receiver.giveBack(jobs);
  }

  wake(): boolean {
    return this.receiver?.wake() ?? false;
  }
}

/** Jobs of a unit that the worker has kept a place for; those that it has already are none. */
function leased({ openJobs }: Unit, chain?: Chain): readonly NewJob[] {
  if (openJobs.length === 0) return openJobs;
  if (!chain) return openJobs.filter((job) => job.lease);
  const given = new Set(chain.given.map(({ id }) => id));
  return openJobs.filter((job) => job.lease && !given.has(job.id));
}

/** @returns Whether a job goes on with a unit that was cut for its size; others of its type are of one element. */
function isRest({ type, elementId }: NewJob): boolean {
  return type === "baton:continue" && elementId === undefined;
}
