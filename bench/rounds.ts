/**
 * Two ways to do the same on a machine that is never quiet: in turn, and what counts is the round in the middle.
 *
 * @module
 */

/** What was compared in one round. */
export interface Round<A, B> {
  readonly first: A;
  readonly second: B;
}

/**
 * Measures in turn (first, second, second, first …), so that neither way is always the one that comes after the other.
 *
 * @param rounds How many; odd, so that one is in the middle.
 * @param ratio What the rounds are ordered by.
 * @returns All rounds, the least ratio first, and the one in the middle.
 * @throws {RangeError} If `rounds` is even.
 */
export async function inTurn<A, B>(
  rounds: number,
  first: () => Promise<A>,
  second: () => Promise<B>,
  ratio: (round: Round<A, B>) => number,
): Promise<{ readonly rounds: readonly Round<A, B>[]; readonly middle: Round<A, B> }> {
  if (rounds % 2 !== 1) throw new RangeError(`Cannot find the middle of ${rounds} rounds`);
  const done: Round<A, B>[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = round % 2 === 0 ? undefined : { second: await second() };
    const one = await first();
    done.push({ first: one, second: before ? before.second : await second() });
  }
  done.sort((a, b) => ratio(a) - ratio(b));
  return { rounds: done, middle: done[rounds >> 1] };
}

/** Tells the rounds' ratios, for a row's configuration. */
export function ratiosOf<A, B>(
  rounds: readonly Round<A, B>[],
  ratio: (round: Round<A, B>) => number,
): string {
  return rounds.map((round) => ratio(round).toFixed(2)).join(", ");
}
