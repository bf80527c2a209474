/** Work on its way through the executor. */
import { NotFoundError, type Unit } from "../storage/store.ts";
import type { Chain } from "./chain.ts";
import type { Fold } from "./fold.ts";
import type { Live } from "./instance_cache.ts";
import type { Done, WorkItem } from "./work_item.ts";

/** Commands folded into one unit, at most. */
const MAX_FOLD = 64;
/** The same for an instance that takes many bytes: each unit writes all of its state, so the larger, the fewer. */
const MAX_FOLD_LARGE = 512;
const MAX_FOLD_HUGE = 2_048;
const LARGE_BYTES = 256 * 1024;
/** An instance of 10,000 parallel items takes about 1,000 bytes for each. */
const BYTES_PER_COMMAND = 4_096;

/** Work that waits in a box. */
export interface Pending {
  readonly item: WorkItem;
  readonly since: number;
  resolve(done: Done): void;
  reject(error: Error): void;
  /** Times it had to be run again. */
  repeats: number;
  /** The cached instance refused it: only what the store has counts. */
  fresh: boolean;
  /** Its unit's variables took too much: the core is to say which. */
  measured?: boolean;
}

/** All work that waits for one instance. */
export interface Box {
  readonly id: string;
  queue: Pending[];
  /** A unit is on its way or waits for more of its chain, or a pause before the next try. */
  busy: boolean;
  /** A unit of several commands was refused: one by one, so that only the guilty one fails. */
  single: boolean;
  /** It waits until more of a crowd has gathered. */
  gathering: ReturnType<typeof setTimeout> | undefined;
  /** The instance is ahead of the store, its unit has not been made yet. */
  chain: Chain | undefined;
  /** Told when a unit has come to an end. */
  waiting: (() => void)[] | undefined;
}

/** @returns A box with its first work. All fields are there from the beginning: one shape for all boxes. */
export function newBox(id: string, pending: Pending): Box {
  return {
    id,
    queue: [pending],
    busy: false,
    single: false,
    gathering: undefined,
    chain: undefined,
    waiting: undefined,
  };
}

/** A folded unit on its way. */
export interface Flight {
  readonly box: Box;
  readonly live: Live;
  readonly unit: Unit;
  readonly fold: Fold<Pending>;
  /** What the unit was made of, if several steps commit together. */
  readonly chain?: Chain;
}

/** @returns Whether an instance takes so much that a unit should do many things at once. */
export function isLarge(live: Live): boolean {
  return live.bytes > LARGE_BYTES;
}

function maxFold(live: Live): number {
  if (!isLarge(live)) return MAX_FOLD;
  return Math.min(MAX_FOLD_HUGE, Math.max(MAX_FOLD_LARGE, Math.floor(live.bytes / BYTES_PER_COMMAND)));
}

/** Takes from a box what may be folded into one unit; what cannot be done at all is answered. */
export function choose(box: Box, live: Live): Pending[] {
  const { queue } = box;
  if (queue.length === 1 && isOwn(queue[0].item, live)) {
    // The usual case, without another list.
    box.queue = [];
    return queue;
  }
  const chosen: Pending[] = [];
  const most = maxFold(live);
  while (box.queue.length > 0 && chosen.length < most) {
    const pending = box.queue[0];
    const { item } = pending;
    const alone = item.create !== undefined || item.takeMessages !== undefined || item.maxWaves !== undefined;
    if (chosen.length > 0 && (alone || box.single)) break;
    box.queue.shift();
    if (!isOwn(item, live)) {
      pending.reject(new NotFoundError(`Cannot find instance "${box.id}": there is none`));
      continue;
    }
    chosen.push(pending);
    if (alone || box.single) break;
  }
  return chosen;
}

function isOwn({ tenant }: WorkItem, live: Live): boolean {
  return tenant === undefined || tenant === live.tenant;
}
