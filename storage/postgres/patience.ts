/** How long to wait for the answer to a statement. */

/** Reports read as much as there is; what they wait for is not what keeps workers from working. */
const REPORT = /^(kpis$|kpis_|list_|(sum_up|roll_up|lock)_kpis$)/;
const REPORT_FACTOR = 30;
/** Reads all of the history, because a person asked for it. */
const WHOLE = /^rebuild_kpis$/;
const WHOLE_FACTOR = 10_000;
/** Longer than this many times the limit nothing is waited for. */
const MOST = 64;

/**
 * A connection may be dead without either end knowing: a firewall that forgot it, a machine that is gone. So every
 * statement has a time limit. But a server may also be slow, or a commit large: a statement that ran into its limit
 * gets twice the time when it is sent again, until it is answered in time.
 */
export class Patience {
  readonly #limitMs: number;
  readonly #factors = new Map<string, number>();

  /** @param limitMs For a short statement, at first. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** @param ask Is given the limit in ms; rejects with a {@link isTimeout} error when it is over. */
  async wait<T>(name: string, ask: (limitMs: number) => Promise<T>): Promise<T> {
    const factor = this.#factors.get(name) ?? 1;
    const began = performance.now();
    try {
      const result = await ask(this.limitMs(name));
      if (factor > 1 && performance.now() - began < this.#limitMs) this.#factors.delete(name);
      return result;
    } catch (error) {
      // Those that wait side by side are late for one reason, not for many.
      if (isTimeout(error)) {
        this.#factors.set(name, Math.min(MOST, Math.max(this.#factors.get(name) ?? 1, 2 * factor)));
      }
      throw error;
    }
  }

  /** The limit of a statement now, ms. */
  limitMs(name: string): number {
    const limitMs = this.#limitMs * (this.#factors.get(name) ?? 1) *
      (WHOLE.test(name) ? WHOLE_FACTOR : REPORT.test(name) ? REPORT_FACTOR : 1);
    return Math.min(2 ** 31 - 1, limitMs);
  }
}

const TIMEOUT = "Query read timeout";

/** @returns What a statement fails with whose answer did not come in time. */
export function timeout(): Error {
  return new Error(TIMEOUT);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === TIMEOUT;
}
