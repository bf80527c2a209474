/** Lists that a file may have by the hundred thousand, most of them short or empty. */

/** The empty list of all that have nothing. Frozen, whatever its type says: see {@link appended}. */
export const NONE: never[] = Object.freeze([]) as unknown as never[];

/**
 * Adds to a list that may be {@link NONE}.
 *
 * A list that is pushed to gets room for seventeen more items, and most never have three: short ones are made anew.
 *
 * @returns The list to go on with.
 */
export function appended<T>(list: T[], item: T): T[] {
  switch (list.length) {
    case 0:
      return [item];
    case 1:
      return [list[0], item];
    case 2:
      return [list[0], list[1], item];
    case 3:
      return [list[0], list[1], list[2], item];
    default:
      list.push(item);
      return list;
  }
}

/** The same for several items; without arguments in their number, which is limited. */
export function appendedAll<T>(list: T[], items: readonly T[]): T[] {
  if (items.length === 0) return list;
  return list.length === 0 ? [...items] : [...list, ...items];
}
