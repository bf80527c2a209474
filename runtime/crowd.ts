/**
 * Instances at which many jobs wait side by side, as with a thousand parallel items. If every worker wrote such an
 * instance when a job of its own ends, most of them would find that another one was faster. So they keep the
 * outcomes in the jobs' rows, and one of them at a time writes the instance: whoever has its `baton:collect` job.
 */

/** Tokens that wait for a job or a called instance: from here on it is a crowd. */
const CROWD = 64;
/** Shorter states have no room for a crowd. */
export const CROWD_CHARACTERS = 4_000;
/** Instances that are remembered, at most. */
const REMEMBERED = 1_024;
// A quote within a text is escaped: this is never found in a model's or a user's words.
const WAITS = ['"wait":"job"', '"wait":"child"'];

/** A crowd is written at most this fast: a megabyte twenty times a second. */
const CHARACTERS_PER_MS = 20_000;
const MOST_WAIT_MS = 50;

interface Pace {
  /** When the next unit may go, on the process's monotonic clock. */
  until: number;
}

interface Written {
  readonly state: string;
  readonly variables?: string;
  readonly locals?: string | null;
}

export class Crowds {
  readonly #now: () => number;
  /** In the order in which they were found. They stay to their end: the last items of a crowd collide like the first. */
  readonly #known = new Map<string, Pace>();
  /** Instances that this process writes for all others. */
  readonly collecting: Set<string> = new Set();

  /** @param now Milliseconds on a clock that only goes on. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Looks at a state as it is stored. */
  look(id: string, state: string): void {
    if (state.length >= CROWD_CHARACTERS && !this.#known.has(id) && isCrowd(state)) this.add(id);
  }

  /** It is one, or others keep writing it. */
  add(id: string): void {
    if (!this.#known.has(id)) this.#known.set(id, { until: 0 });
    if (this.#known.size <= REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** It has ended. */
  delete(id: string): void {
    this.#known.delete(id);
  }

  /**
   * A unit of it was written: the next one waits until more has gathered, for each writes all of the state again.
   *
   * @param commands In the unit. Where one thing happens after the other there is nothing to wait for.
   */
  wrote(id: string, { state, variables, locals }: Written, commands: number): void {
    const pace = this.#known.get(id);
    if (!pace) return;
    const characters = state.length + (variables?.length ?? 0) + (locals?.length ?? 0);
    const waitMs = commands > 1 ? Math.min(MOST_WAIT_MS, characters / CHARACTERS_PER_MS) : 0;
    pace.until = this.#now() + waitMs;
  }

  /** @returns How long the next unit waits for more, ms. */
  waits(id: string): number {
    const pace = this.#known.get(id);
    return pace ? Math.max(0, pace.until - this.#now()) : 0;
  }

  /** Whether others may write the instance at any time: what ends is kept for them. */
  isOthers(id: string): boolean {
    return this.#known.has(id) && !this.collecting.has(id);
  }
}

function isCrowd(state: string): boolean {
  return WAITS.some((wait) => {
    let at = -1;
    for (let count = 0; count < CROWD; count++) {
      at = state.indexOf(wait, at + 1);
      if (at < 0) return false;
    }
    return true;
  });
}
