/** Marks what is not written yet. @throws Always. */
export function pending(name: string): never {
  throw new Error(`Cannot use "${name}": it is not written yet`);
}
