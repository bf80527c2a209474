/** Small helpers for optional and free-named values. */

/** Leaves out the fields that are undefined, so that models are equal exactly when they look equal. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A record of names that users chose: `__proto__` is a name like any other. The last of equal names wins. */
export function record(entries: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  return Object.fromEntries(entries);
}
