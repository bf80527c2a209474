/** What a lease asks the queue for: one lane per type and class, and where to start in it. */
import { int4Array, textArray, timeArray } from "./arrays.ts";
import type { LeaseRequest } from "../store.ts";

/** Below the oldest due time that was seen lie dead rows that a scan would have to step over; less this, ms. */
const BACK_MS = 2_000;
/**
 * While jobs wait, a lease looks back that far only so often, ms of the caller's clock: what lies there is mostly
 * dead, and may be thousands of entries.
 */
const FAR_MS = 250;
/** The others begin at the oldest due time less this, ms. */
const NEAR_MS = 50;
/** A scan from the beginning at least this often, ms of the caller's clock: for what came in late. */
const FULL_SCAN_MS = 5_000;
/** The same when there was room for more: nothing else delays such a scan. */
const FULL_SCAN_IDLE_MS = 1_000;
/** A scan from the beginning may take one part of this many of the time, */
const FULL_SCAN_SHARE = 50;
/**
 * but is never put off for longer than this, ms: it alone finds what a slow commit of another process brings in behind
 * the mark.
 */
const FULL_SCAN_MOST_MS = 5_000;
/** One of this many slots is kept for each class that waits. */
const CLASS_SHARE = 8;

/** A lease that is likely to give no more than this needs no plan of its own. */
export const FEW = 8;

const CLASSES = [0, 1, 2];

interface Mark {
  /** Where a far scan starts. Only far scans move it on: so it passes nothing that came in since the last one. */
  startAt: number;
  /** Where the others start. */
  nearAt: number;
  /** When the next far scan is due. */
  farAt: number;
  fullScanAt: number;
  /** How long the last scan from the beginning took, ms. */
  readonly scanMs: number;
}

/** One type and class, and where to start in it: `null` is the beginning. */
interface Lane {
  readonly type: string;
  readonly jobClass: number;
  readonly startAt: number | null;
  /** Starts nearer than what came in late might be. */
  readonly near: boolean;
}

/** What a lease found out about the lanes that it asked for. */
export interface Scanned {
  /** The store's time of the lease. */
  readonly at: number;
  /** The oldest due time of each lane that had due jobs, by class and type; those without had none. */
  readonly oldest: ReadonlyMap<string, number>;
  /** Fewer jobs came than were asked for. */
  readonly idle: boolean;
  /** How long it took, ms. */
  readonly tookMs: number;
}

/** Remembers, per type and class, where the oldest due job was, or that there was none. */
export class Lanes {
  readonly #marks = new Map<string, Mark>();
  /** Earliest due times of jobs that came in while a lease was under way: it may not have seen them. */
  readonly #added = new Map<string, number>();
  #dueFrom = Infinity;
  #turn = 0;
  /** How many jobs the last lease gave that was no simple scan; those give few. */
  lastLeased = Infinity;
  /** There was more than it gave, or there are tenants who must take turns. */
  #crowded = true;
  #shared = false;
  /** Injected by tests. */
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** @returns The lanes of a lease, as the first parameters of `lease_jobs.sql`. */
  params(request: LeaseRequest): { readonly lanes: readonly Lane[]; readonly params: Uint8Array[] } {
    const wants = new Map<string, number>();
    for (const { type, max } of request.wants) {
      const name = type.toLowerCase();
      if (max > 0) wants.set(name, (wants.get(name) ?? 0) + max);
    }
    const fair = Math.max(1, Math.floor(request.max / Math.max(1, wants.size)));
    const turn = this.#turn++ % CLASS_SHARE;
    const now = this.#clock();
    this.#dueFrom = Infinity;
    const lanes = [...wants].flatMap(([type, max]) => {
      const limit = Math.min(max, request.max);
      const kept = Math.floor((Math.min(limit, fair) + turn) / CLASS_SHARE);
      return CLASSES.map((jobClass) => {
        const name = nameOf(type, jobClass);
        this.#added.delete(name);
        const mark = this.#marks.get(name);
        const near = mark !== undefined && now < mark.fullScanAt && now < mark.farAt;
        const startAt = mark && now < mark.fullScanAt ? (near ? mark.nearAt : mark.startAt) : null;
        return { type, jobClass, limit, kept, startAt, near };
      });
    });
    return {
      lanes,
      params: [
        ...laneParams(lanes),
        int4Array(lanes.map((lane) => lane.limit)),
        int4Array(lanes.map((lane) => lane.kept)),
        timeArray(lanes.map((lane) => lane.startAt)),
      ],
    };
  }

  /**
   * For a queue that was idle a moment ago: one simple scan of each lane, without shares.
   *
   * @returns The first parameters of `lease_few_jobs.sql`; `undefined`: ask for all that this class knows of.
   */
  fewParams(request: LeaseRequest): Uint8Array[] | undefined {
    if (this.#crowded || this.#shared || this.lastLeased > FEW || request.tenants || request.max < FEW) {
      return undefined;
    }
    const now = this.#clock();
    const types = new Set<string>();
    for (const { type, max } of request.wants) {
      if (max <= 0) continue;
      if (max < FEW) return undefined;
      types.add(type.toLowerCase());
    }
    const lanes: Lane[] = [];
    for (const type of types) {
      for (const jobClass of CLASSES) {
        const mark = this.#marks.get(nameOf(type, jobClass));
        // A scan from the beginning is due: it is the other statement's.
        if (!mark || now >= mark.fullScanAt) return undefined;
        lanes.push({ type, jobClass, startAt: mark.startAt, near: false });
      }
    }
    return [...laneParams(lanes), timeArray(lanes.map((lane) => lane.startAt))];
  }

  /** @param seen How many jobs a simple scan saw, of which it leased some; `undefined`: it must not be used. */
  leasedFew(leased: number, seen: number | undefined): void {
    if (seen === undefined) this.#shared = true;
    else this.#crowded = seen > leased || leased >= FEW;
  }

  /** Whether more is due than a simple scan leases. */
  get crowded(): boolean {
    return this.#crowded;
  }

  /** @returns Where to look for the next job of some types, as the first parameters of `next_due_at.sql`. */
  nextParams(types: readonly string[]): Uint8Array[] {
    const lanes = types.flatMap((each) => {
      const type = each.toLowerCase();
      return CLASSES.map((jobClass) => {
        const startAt = this.#marks.get(nameOf(type, jobClass))?.startAt ?? null;
        return { type, jobClass, startAt };
      });
    });
    return [...laneParams(lanes), timeArray(lanes.map((lane) => lane.startAt))];
  }

  /** Notes what a lease saw: nothing was due before that, so the next scan may start there. */
  leased(lanes: readonly Lane[], { at, oldest, idle, tookMs }: Scanned): void {
    this.#crowded = !idle;
    const now = this.#clock();
    for (const lane of lanes) {
      const name = nameOf(lane.type, lane.jobClass);
      const seen = oldest.get(name) ?? at;
      const late = Math.min(this.#added.get(name) ?? Infinity, this.#dueFrom);
      const startAt = Math.min(seen - BACK_MS, late);
      const nearAt = Math.min(seen - NEAR_MS, late);
      const farAt = idle || !oldest.has(name) ? now : now + FAR_MS;
      const mark = this.#marks.get(name);
      if (lane.startAt === null) {
        const fullScanAt = now + pauseMs(tookMs, idle);
        this.#marks.set(name, { startAt, nearAt, farAt, fullScanAt, scanMs: tookMs });
      } else if (mark) {
        if (!lane.near) {
          mark.startAt = Math.max(mark.startAt, startAt);
          mark.farAt = farAt;
        } else if (idle) mark.farAt = now;
        mark.nearAt = nearAt;
        if (idle) mark.fullScanAt = Math.min(mark.fullScanAt, now + pauseMs(mark.scanMs, idle));
      }
    }
  }

  /** A job becomes due at a time of its own: if that is before the mark, the next scan starts early enough. */
  added(type: string, jobClass: number, dueAt: number | null): void {
    if (dueAt === null) return;
    const name = nameOf(type.toLowerCase(), jobClass);
    this.#added.set(name, Math.min(dueAt, this.#added.get(name) ?? Infinity));
    const mark = this.#marks.get(name);
    if (!mark) return;
    if (dueAt < mark.startAt) this.#marks.delete(name);
    else mark.nearAt = Math.min(mark.nearAt, dueAt);
  }

  /** Jobs of unknown types become due at this time or later. */
  dueFrom(dueAt: number): void {
    this.#dueFrom = Math.min(dueAt, this.#dueFrom);
    for (const [name, mark] of this.#marks) {
      if (dueAt < mark.startAt) this.#marks.delete(name);
      else mark.nearAt = Math.min(mark.nearAt, dueAt);
    }
  }
}

/** Until the next scan from the beginning: the dearer it is, the rarer. */
function pauseMs(scanMs: number, idle: boolean): number {
  return Math.min(
    FULL_SCAN_MOST_MS,
    Math.max(idle ? FULL_SCAN_IDLE_MS : FULL_SCAN_MS, scanMs * FULL_SCAN_SHARE),
  );
}

function nameOf(type: string, jobClass: number): string {
  return `${jobClass} ${type}`;
}

function laneParams(lanes: readonly Pick<Lane, "type" | "jobClass">[]): Uint8Array[] {
  return [textArray(lanes.map((lane) => lane.type)), int4Array(lanes.map((lane) => lane.jobClass))];
}
