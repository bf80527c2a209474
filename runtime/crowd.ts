/**
 * Instances at which many jobs wait side by side, as with a thousand parallel items. If every worker wrote such an
 * instance when a job of its own ends, most of them would find that another one was faster. So they keep the
 * outcomes in the jobs' rows, and one of them at a time writes the instance: whoever has its `baton:collect` job.
 */

/** Tokens that wait for a job or a called instance: from here on it is a crowd. */
const CROWD = 64;
/** Shorter states have no room for a crowd. */
const CROWD_CHARACTERS = 4_000;
/** Instances that are remembered, at most. */
const REMEMBERED = 1_024;
// A quote within a text is escaped: this is never found in a model's or a user's words.
const WAITS = ['"wait":"job"', '"wait":"child"'];

export class Crowds {
  /** In the order in which they were found. They stay to their end: the last items of a crowd collide like the first. */
  readonly #known = new Set<string>();
  /** Instances that this process writes for all others. */
  readonly collecting = new Set<string>();

  /** Looks at a state as it is stored. */
  look(id: string, state: string): void {
    if (state.length >= CROWD_CHARACTERS && !this.#known.has(id) && isCrowd(state)) this.add(id);
  }

  /** It is one, or others keep writing it. */
  add(id: string): void {
    this.#known.add(id);
    if (this.#known.size <= REMEMBERED) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** It has ended. */
  delete(id: string): void {
    this.#known.delete(id);
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
