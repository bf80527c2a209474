/** The variables of one instance, by scope. */

/** A record without prototype. */
type Values = Record<string, unknown>;

/** The same of values that nobody else has. A copy would be a table of hashes, which takes twice the memory. */
export function withoutPrototype(values: Values): Values {
  return Object.setPrototypeOf(values, null);
}

/**
 * Variables by scope id; 0 is the instance's own scope. Records have no prototype.
 *
 * The instance's own variables stay JSON text until somebody looks at them: many steps do not, and reading small ones
 * takes as long as reading the state. Most instances have no other scope with variables either.
 */
export class Variables implements Iterable<[number, Values]> {
  #text: string | undefined;
  #own: Values | undefined;
  #inner: Map<number, Values> | undefined;

  /** @param own The instance's own variables: a record without prototype that nobody else has, or JSON text. */
  constructor(own: Values | string) {
    if (typeof own === "string") this.#text = own;
    else this.#own = own;
  }

  /** @throws {SyntaxError} If the text of the instance's own variables is not JSON. */
  get(id: number): Values | undefined {
    if (id !== 0) return this.#inner?.get(id);
    if (this.#text === undefined) return this.#own;
    this.#own = withoutPrototype(JSON.parse(this.#text));
    this.#text = undefined;
    return this.#own;
  }

  set(id: number, values: Values): void {
    if (id === 0) {
      this.#text = undefined;
      this.#own = values;
    } else (this.#inner ??= new Map()).set(id, values);
  }

  has(id: number): boolean {
    if (id === 0) return this.#text !== undefined || this.#own !== undefined;
    return this.#inner !== undefined && this.#inner.has(id);
  }

  /** Forgets the variables of an inner scope. @returns Whether there were any. */
  delete(id: number): boolean {
    return this.#inner !== undefined && this.#inner.delete(id);
  }

  /** Scopes that have variables. */
  get size(): number {
    return (this.has(0) ? 1 : 0) + (this.#inner?.size ?? 0);
  }

  *keys(): IterableIterator<number> {
    if (this.has(0)) yield 0;
    if (this.#inner) yield* this.#inner.keys();
  }

  *[Symbol.iterator](): IterableIterator<[number, Values]> {
    const own = this.get(0);
    if (own) yield [0, own];
    if (this.#inner) yield* this.#inner;
  }
}
