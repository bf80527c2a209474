/** Time limits of all that is under way: one timer for all, where one for each would be most of the work. */
import { type Linked, LinkedList } from "../../collections/linked_list.ts";

/** What has a time limit. */
export class Deadline implements Linked<Deadline> {
  /** On this process's monotonic clock, ms. */
  readonly at: number;
  /** Called once, when the time is over. */
  readonly over: () => void;
  before: Deadline | undefined;
  after: Deadline | undefined;

  constructor(at: number, over: () => void) {
    this.at = at;
    this.over = over;
  }
}

/** Tells what takes too long. Its timer does not keep the process alive. */
export class Deadlines {
  readonly #open = new LinkedList<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #closed = false;

  /** @param over Called in `ms` milliseconds, unless {@link end} is before. */
  begin(ms: number, over: () => void): Deadline {
    const deadline = new Deadline(performance.now() + ms, over);
    this.#open.add(deadline);
    if (deadline.at < this.#timerAt) this.#schedule(deadline.at);
    return deadline;
  }

  /** @returns Whether it was in time: the first end counts. */
  end(deadline: Deadline): boolean {
    const inTime = this.#open.remove(deadline);
    if (this.#closed) this.#stop();
    return inTime;
  }

  /** Leaves no timer behind, as soon as nothing is under way any more: what is goes on having its limit. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    if (this.#open.first) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  // Most of what was waited for has ended when the timer comes: it is not set anew with every end.
  #schedule(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, Math.ceil(at - performance.now())));
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  #look(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = performance.now();
    const late: Deadline[] = [];
    let next = Infinity;
    for (const deadline of this.#open) {
      if (deadline.at <= now) late.push(deadline);
      else next = Math.min(next, deadline.at);
    }
    for (const deadline of late) if (this.#open.remove(deadline)) deadline.over();
    if (next < this.#timerAt) this.#schedule(next);
  }
}
