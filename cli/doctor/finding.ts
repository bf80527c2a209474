/** What the doctor has found. */

/** How bad it is: an error breaks a promise of the engine; a warning wants a person; the rest is told only. */
export type Severity = "error" | "warning" | "info";

/** One finding: what is so, whom it is about, what to do. */
export interface Finding {
  /** Stable, for programs. */
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Ids of what it is about, the first {@link SHOWN}. */
  readonly ids?: readonly string[];
  /** How many there are. */
  readonly count?: number;
}

/** Ids that a finding names. */
const SHOWN = 20;

/** Collects what is found of one kind into one finding. */
export class Group {
  readonly #ids: string[] = [];
  #count = 0;

  add(id: string): void {
    this.#count++;
    if (this.#ids.length < SHOWN) this.#ids.push(id);
  }

  /** @param message Of how many. @returns Nothing if there was none. */
  finding(
    check: string,
    severity: Severity,
    message: (count: number) => string,
    advice?: string,
  ): Finding[] {
    if (this.#count === 0) return [];
    return [{ check, severity, message: message(this.#count), advice, ids: this.#ids, count: this.#count }];
  }
}
