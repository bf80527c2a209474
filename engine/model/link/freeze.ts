/** Freezes a linked model, which is a graph with cycles. */

/**
 * Freezes a value and everything that it reaches. Maps and sets are walked, but only their types forbid writing.
 *
 * Without recursion: a chain of a hundred thousand nodes is as deep as it is long.
 */
export function freeze<T>(value: T): T {
  const open: unknown[] = [value];
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    // What was frozen before is complete: lists that all models of a file share are walked once, not for each.
    if (Object.isFrozen(next)) continue;
    seen.add(next);
    if (next instanceof Map) { for (const item of next.values()) open.push(item); }
    else if (next instanceof Set) continue;
    // Compiled expressions come frozen, or are the compiler's own business.
    else if ("evaluate" in next) Object.freeze(next);
    else {
      Object.freeze(next);
      for (const item of Object.values(next)) open.push(item);
    }
  }
  return value;
}
