/** Numbers that look random and are the same for the same seed. */

/** A source of numbers. */
export interface Random {
  /** Of [0, 1). */
  next(): number;
  /** Whole, of [0, below). */
  below(below: number): number;
  /** One of them. */
  pick<T>(items: readonly T[]): T;
}

/** @param seed Any whole number. */
export function seeded(seed: number): Random {
  // mulberry32: 32 bits of state are plenty for a test run.
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: (items) => items[below(items.length)] };
}

/** The seed of every run, so that a run is repeatable; it once found a lost attempt. */
const SEED = 420_702_757;

/** The seed of a run: `SEED` if it is set (`SEED=random` for a new one), else always the same. It is printed. */
export function runSeed(name: string): number {
  const given = Deno.env.get("SEED");
  const seed = given === "random" ? crypto.getRandomValues(new Uint32Array(1))[0] : Number(given ?? SEED);
  console.log(`${name}: SEED=${seed}`);
  return seed;
}
