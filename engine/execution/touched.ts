/** The scopes that lost or gained a token: candidates for completion, joins and resets. */
import type { Scope } from "./state.ts";

/**
 * A set in the order of insertion, additions while it is walked included. Made for one: nearly all transitions touch one
 * scope again and again, and a `Set` makes a new table each time its last element goes.
 */
export class TouchedScopes {
  #first: Scope | undefined;
  /** Those after the first, or all if there is no first. */
  #others: Set<Scope> | undefined;

  add(scope: Scope): void {
    if (scope === this.#first) return;
    if (this.#first === undefined && !this.#others?.size) this.#first = scope;
    else (this.#others ??= new Set()).add(scope);
  }

  /** Visits all; they stay. */
  each(visit: (scope: Scope) => void): void {
    if (this.#first) visit(this.#first);
    if (this.#others) { for (const scope of this.#others) visit(scope); }
  }

  /** @returns The next one, which is in the set no longer and may come again. */
  take(): Scope | undefined {
    const first = this.#first;
    if (first) {
      this.#first = undefined;
      return first;
    }
    if (!this.#others) return undefined;
    for (const scope of this.#others) {
      this.#others.delete(scope);
      return scope;
    }
  }
}
