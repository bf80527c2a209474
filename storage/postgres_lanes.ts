/** What a lease asks the queue for: one lane per type and class, and where to start in it. */
import { int4Array, textArray, timeArray } from "./postgres_arrays.ts";
import type { LeaseRequest } from "./store.ts";

/** Below the oldest due time that was seen lie dead rows that a scan would have to step over; less this, ms. */
const BACK_MS = 2_000;
/** A scan from the beginning at least this often, ms of the caller's clock: for what came in late. */
const FULL_SCAN_MS = 5_000;
/** The same when there was room for more: nothing else delays such a scan. */
const FULL_SCAN_IDLE_MS = 1_000;
/** One of this many slots is kept for each class that waits. */
const CLASS_SHARE = 8;

interface Mark {
  startAt: number;
  fullScanAt: number;
}

/** Remembers, per type and class, where the oldest due job was. */
export class Lanes {
  readonly #marks = new Map<string, Mark>();
  #turn = 0;
  /** Injected by tests. */
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** @returns The first parameters of `lease_jobs.sql`. */
  params(request: LeaseRequest): Uint8Array[] {
    const wants = new Map<string, number>();
    for (const { type, max } of request.wants) {
      const name = type.toLowerCase();
      if (max > 0) wants.set(name, (wants.get(name) ?? 0) + max);
    }
    const fair = Math.max(1, Math.floor(request.max / Math.max(1, wants.size)));
    const turn = this.#turn++ % CLASS_SHARE;
    const lanes = [...wants].flatMap(([type, max]) => {
      const limit = Math.min(max, request.max);
      const kept = Math.floor((Math.min(limit, fair) + turn) / CLASS_SHARE);
      return [0, 1, 2].map((jobClass) => ({
        type,
        jobClass,
        limit,
        kept,
        startAt: this.#startAt(type, jobClass),
      }));
    });
    return [
      textArray(lanes.map((lane) => lane.type)),
      int4Array(lanes.map((lane) => lane.jobClass)),
      int4Array(lanes.map((lane) => lane.limit)),
      int4Array(lanes.map((lane) => lane.kept)),
      timeArray(lanes.map((lane) => lane.startAt)),
    ];
  }

  #startAt(type: string, jobClass: number): number | null {
    const mark = this.#marks.get(`${jobClass} ${type}`);
    if (!mark) return null;
    if (this.#clock() < mark.fullScanAt) return mark.startAt;
    this.#marks.delete(`${jobClass} ${type}`);
    return null;
  }

  /**
   * Notes what was leased.
   *
   * @param oldest The oldest due time of each lane before the lease, by class and type. Whatever is due there was
   *   not earlier, so the next scan may start there.
   * @param idle Whether fewer jobs came than were asked for.
   */
  leased(oldest: ReadonlyMap<string, number>, idle: boolean): void {
    const now = this.#clock();
    for (const [name, dueAt] of oldest) {
      const mark = this.#marks.get(name);
      const fullScanAt = mark?.fullScanAt ?? now + FULL_SCAN_MS;
      this.#marks.set(name, {
        startAt: Math.max(mark?.startAt ?? -Infinity, dueAt - BACK_MS),
        fullScanAt: idle ? Math.min(fullScanAt, now + FULL_SCAN_IDLE_MS) : fullScanAt,
      });
    }
  }

  /** A job becomes due at a time of its own: if that is before the mark, the next scan starts early enough. */
  added(type: string, jobClass: number, dueAt: number | null): void {
    const name = `${jobClass} ${type.toLowerCase()}`;
    const mark = this.#marks.get(name);
    if (mark && dueAt !== null && dueAt < mark.startAt) this.#marks.delete(name);
  }

  /** Jobs of unknown type or time were made due. */
  reset(): void {
    this.#marks.clear();
  }
}
