/** Numbers from a seed: the same seed gives the same numbers on every machine. */

/** @returns A function that gives whole numbers from 0 to `below`, exclusive (mulberry32). */
export function random(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}
