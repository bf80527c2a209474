/** Freezes a linked model, which is a graph with cycles. */

/**
 * Freezes a value and everything that it reaches. Maps and sets are walked, but only their types forbid writing.
 *
 * Without recursion: a chain of a hundred thousand nodes is as deep as it is long.
 */
export function freeze<T>(value: T): T {
  const open: unknown[] = [value];
  /** Maps are never frozen. */
  const seen = new Set<unknown>();
  const later = (item: unknown): void => {
    if (typeof item === "object" && item !== null) open.push(item);
  };
  while (open.length > 0) {
    const next = open.pop();
    // What was frozen before is complete: lists that all models of a file share are walked once, not for each.
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    if (next instanceof Map) {
      if (seen.size < seen.add(next).size) { for (const item of next.values()) later(item); }
    } else if (next instanceof Set) continue;
    // Compiled expressions come frozen, or are the compiler's own business.
    else if ("evaluate" in next) Object.freeze(next);
    else {
      Object.freeze(next);
      if (Array.isArray(next)) { for (const item of next) later(item); }
      else for (const item of Object.values(next)) later(item);
    }
  }
  return value;
}
