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
const CHARACTERS_PER_MS = 5_000;
const MOST_WAIT_MS = 50;

/** A longer state has so much open that it opens the rest of a cut unit when some of it has ended, */
const ENOUGH_CHARACTERS = 100_000;
/** or after this long: what is slow is to be open for others. */
const MOST_REST_MS = 100;

interface Pace {
  /** When the next unit may go, on the process's monotonic clock. */
  until: number;
  /** Characters of the state as it was written last. */
  state: number;
  /** Told when little is open. */
  readonly waiting: Set<() => void>;
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
    if (!this.#known.has(id)) this.#known.set(id, { until: 0, state: 0, waiting: new Set() });
    if (this.#known.size <= REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** Whether it is one. */
  has(id: string): boolean {
    return this.#known.has(id);
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
    pace.state = state.length;
    if (pace.state < ENOUGH_CHARACTERS) { for (const tell of pace.waiting) tell(); }
    const characters = state.length + (variables?.length ?? 0) + (locals?.length ?? 0);
    const waitMs = commands > 1 ? Math.min(MOST_WAIT_MS, characters / CHARACTERS_PER_MS) : 0;
    pace.until = this.#now() + waitMs;
  }

  /** @returns How long the next unit waits for more, ms. */
  waits(id: string): number {
    const pace = this.#known.get(id);
    return pace ? Math.max(0, pace.until - this.#now()) : 0;
  }

  /**
   * Waits until a crowd that this process writes has little open, for a moment at most: with all of ten thousand items
   * open each unit would write all of them, and who runs handlers would read them.
   */
  async rests(id: string): Promise<void> {
    const pace = this.#known.get(id);
    if (!pace || pace.state < ENOUGH_CHARACTERS || !this.collecting.has(id)) return;
    await new Promise<void>((resolve) => {
      const tell = () => {
        pace.waiting.delete(tell);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(tell, MOST_REST_MS);
      pace.waiting.add(tell);
    });
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
