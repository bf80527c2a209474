/** Orders that all stores share, so that lists and cursors agree. */

/**
 * Compares two ids (decimal strings without leading zeros) as numbers.
 *
 * @returns Less than, equal to or greater than 0, as `Array.sort` wants it.
 */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a.length - b.length || (a < b ? -1 : 1);
}

/**
 * Compares two texts by code point, which is also the order of their UTF-8 bytes: PostgreSQL's collation `C` and
 * Deno KV's keys sort the same way (plain `<` compares UTF-16 units and does not).
 *
 * @returns Less than, equal to or greater than 0.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = (x & 0xf800) === 0xd800, ySurrogate = (y & 0xf800) === 0xd800;
    // A surrogate stands for a code point above all of the basic plane.
    return xSurrogate === ySurrogate ? x - y : xSurrogate ? 1 : -1;
  }
  return a.length - b.length;
}

/** The order of lists of definitions. */
export function compareDefinitions(
  a: { readonly key: string; readonly version: number; readonly tenant: string },
  b: { readonly key: string; readonly version: number; readonly tenant: string },
): number {
  return compareText(a.key, b.key) || b.version - a.version || compareText(a.tenant, b.tenant);
}
