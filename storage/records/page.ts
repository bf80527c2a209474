/** What lists are read by. */

/** One page of a list. */
export interface Page<T> {
  /** At most `take` rows, in the list's order. */
  readonly items: readonly T[];
  /** Give it as `cursor` for the next page; absent on the last one. */
  readonly next?: string;
}
