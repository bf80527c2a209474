/** One thing to be done to one instance, and what becomes of it. */
import type { Command, Effects, InstanceLife } from "../engine/mod.ts";
import type { JobUpdate, Lease, NewInstance, NewJob, Unit } from "../storage/store.ts";
import type { Host } from "./hosted.ts";
import type { Live } from "./instance_cache.ts";

/** A command with all that it consumes. */
export interface WorkItem {
  readonly instanceId: string;
  /** Whose instance it must be. Absent: whoever's it is; a handler's job was looked at before. */
  readonly tenant?: string;
  readonly command: Command;
  /** The job whose completion this is: it must be held, and is deleted unless `keepJob` says otherwise. */
  readonly lease?: Lease;
  /** The leased job goes back like this instead of being deleted. */
  readonly keepJob?: JobUpdate;
  /** The instance is new. */
  readonly create?: NewInstance & { readonly host?: Host };
  readonly takeMessages?: Unit["takeMessages"];
  /** Jobs that the unit enqueues besides what the core asks for. */
  readonly openJobs?: readonly NewJob[];
  /**
   * At most this many waves. Absent: until nothing is ready, but 0 for instances that are stepped by hand;
   * `Infinity`: also for those until nothing is ready.
   */
  readonly maxWaves?: number;
  /** The handlers' jobs that the unit opens are leased by whoever steps by hand, so that no worker takes them. */
  readonly leaseNew?: (job: NewJob) => NewJob["lease"];
}

/** A committed work item. */
export interface Done {
  readonly status: InstanceLife;
  readonly revision: number;
  readonly endedAt?: number;
  readonly reason?: string;
  readonly live: Live;
  /** What its unit wrote, other work items of the same unit included. */
  readonly effects: Effects;
}

/** A unit was not written because its instance, unique key or message is taken. */
export class DuplicateError extends Error {
  override name = "DuplicateError";
  /** The instance that is there, if it is known. */
  readonly instanceId: string | undefined;

  constructor(instanceId: string | undefined) {
    super(`Cannot write it twice: it is there already`);
    this.instanceId = instanceId;
  }
}
