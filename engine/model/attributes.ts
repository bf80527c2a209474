/**
 * The attributes of one element. Most have a few, and a `Map` of its own for each would take more memory than all
 * that the file says about the element.
 */

/** With more, looking through all of them would take longer than a `Map` does. */
const FEW = 8;

/**
 * Makes an element's attributes.
 *
 * @param names Each once, in the order of the file; best from {@link interned}.
 * @param values As long as `names`. Neither list is kept.
 */
export function attributesOf(
  names: readonly string[],
  values: readonly string[],
): ReadonlyMap<string, string> {
  const { length } = names;
  if (length === 0) return NO_ATTRIBUTES;
  if (length > FEW) return new Map(names.map((name, i) => [name, values[i]]));
  // Of exactly this size: a list that grows has room for more.
  const pairs = new Array<string>(2 * length);
  for (let i = 0; i < length; i++) {
    pairs[2 * i] = names[i];
    pairs[2 * i + 1] = values[i];
  }
  return new FewAttributes(pairs);
}

/** @returns The same text, as the one of its kind that property names are: two of them are compared at a glance. */
export function interned(name: string): string {
  return Object.keys({ [name]: 0 })[0];
}

/** Names and values in turn. */
class FewAttributes implements ReadonlyMap<string, string> {
  readonly #pairs: readonly string[];

  constructor(pairs: readonly string[]) {
    this.#pairs = pairs;
  }

  get size(): number {
    return this.#pairs.length / 2;
  }

  get(name: string): string | undefined {
    const pairs = this.#pairs;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  forEach(each: (value: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [name, value] of this) each(value, name, this);
  }

  *entries(): MapIterator<[string, string]> {
    const pairs = this.#pairs;
    for (let i = 0; i < pairs.length; i += 2) yield [pairs[i], pairs[i + 1]];
  }

  keys(): MapIterator<string> {
    return this.#each(0).values();
  }

  values(): MapIterator<string> {
    return this.#each(1).values();
  }

  #each(from: 0 | 1): string[] {
    const found: string[] = [];
    for (let i = from; i < this.#pairs.length; i += 2) found.push(this.#pairs[i]);
    return found;
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }
}

/** Attributes of an element that has none. Of the same class: nearly every look-up meets no other. */
export const NO_ATTRIBUTES: ReadonlyMap<string, string> = new FewAttributes([]);
