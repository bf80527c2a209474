/**
 * Jobs whose lease was lost before: any of them may be what ends its workers, or blocks them. One at a time begins, when
 * nothing else runs here, and nothing else begins while it runs; what runs for long is waited for a quarter of the lease
 * only, before and behind it: most have lost a worker by chance, and their handlers may take hours. The engine's own go
 * first.
 *
 * One that has lost as many as it may is leased alone: whatever else waits here is given back before it begins, so that no
 * job loses three leases that never ran. It is waited for one lease.
 */
import { MAX_LOST_LEASES } from "../jobs/engine_job.ts";
import { isEngineJob } from "../jobs/mod.ts";
import type { Entry } from "./desk.ts";

/** A job of the engine's own, or of a handler. */
type Kind = "engine" | "handler";

/** Where they begin. */
export interface SuspectsHost {
  /** Of a lease. */
  readonly waitMs: number;
  /** What runs that must have ended before one of the kind begins. */
  running(kind: Kind): number;
  /** Begins it. Tells {@link Suspects.ended} when it is over. */
  begin(entry: Entry): void;
  /** Gives back all else that waits. Never rejects. */
  leaveAlone(): Promise<void>;
  /** Looks again at what may begin, and be leased. */
  pump(): void;
}

const kindOf = ({ held }: Entry): Kind => isEngineJob(held.job.type) ? "engine" : "handler";

/** Whether one lease more is the last one. */
export function isGrave({ lostLeases }: { readonly lostLeases: number }): boolean {
  return lostLeases >= MAX_LOST_LEASES - 1;
}

export class Suspects {
  readonly #host: SuspectsHost;
  readonly #waiting: Record<Kind, Entry[]> = { engine: [], handler: [] };
  readonly #running: Record<Kind, Entry | undefined> = { engine: undefined, handler: undefined };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Until what runs is no longer waited for. */
  readonly #patience: Record<Kind, ReturnType<typeof setTimeout> | undefined> = {
    engine: undefined,
    handler: undefined,
  };

  constructor(host: SuspectsHost) {
    this.#host = host;
  }

  add(entry: Entry): void {
    const waiting = this.#waiting[kindOf(entry)];
    waiting.push(entry);
    // The worst first: while a lesser one runs, they would lose a lease more, and it may be their last.
    waiting.sort((a, b) => b.held.job.lostLeases - a.held.job.lostLeases);
  }

  /** Jobs of the engine's own that wait. */
  get engineWaiting(): number {
    return this.#waiting.engine.length;
  }

  /** No job of a handler is to be leased now. */
  get keepHandlersOut(): boolean {
    const { handler } = this.#running;
    return this.#waiting.handler.length > 0 || this.keepEngineOut ||
      (handler !== undefined && isGrave(handler.held.job));
  }

  /** No job of the engine's own is to be leased now: while one of them is suspected, which is never for long. */
  get keepEngineOut(): boolean {
    return this.engineWaiting > 0 || this.#running.engine !== undefined;
  }

  /** Begins the next one if it may. @returns Whether anything else must wait. */
  pump(): boolean {
    if (this.#running.engine) return true;
    const [own] = this.#waiting.engine;
    if (own) {
      if (this.#mayBegin(own, this.#host.running("engine"))) this.#begin("engine");
      return true;
    }
    if (this.#running.handler) return true;
    const [next] = this.#waiting.handler;
    if (!next) return false;
    if (this.#mayBegin(next, this.#host.running("handler"))) this.#begin("handler");
    return true;
  }

  /** One is over. */
  ended(entry: { readonly held: Entry["held"] }): void {
    for (const kind of ["engine", "handler"] as const) {
      if (this.#running[kind]?.held === entry.held) this.#endWaiting(kind);
    }
  }

  #endWaiting(kind: Kind): void {
    this.#running[kind] = undefined;
    clearTimeout(this.#patience[kind]);
    this.#patience[kind] = undefined;
  }

  /** Nothing is waited for any more: the worker stops. */
  close(): void {
    for (const kind of ["engine", "handler"] as const) this.#endWaiting(kind);
  }

  /** Takes away all that wait. */
  takeAll(): Entry[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return [...this.#waiting.engine.splice(0), ...this.#waiting.handler.splice(0)];
  }

  #mayBegin(entry: Entry, running: number): boolean {
    const { waitMs } = this.#host;
    const waited = performance.now() - entry.since;
    if (running === 0 || waited >= waitMs) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return true;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#host.pump();
    }, waitMs - waited);
    return false;
  }

  #begin(kind: Kind): void {
    const entry = this.#waiting[kind].shift() as Entry;
    const grave = isGrave(entry.held.job);
    this.#running[kind] = entry;
    this.#patience[kind] = setTimeout(() => {
      this.#endWaiting(kind);
      this.#host.pump();
    }, this.#host.waitMs * (grave ? 4 : 1));
    if (grave) this.#host.leaveAlone().then(() => this.#host.begin(entry));
    else this.#host.begin(entry);
  }
}
