/** Page sizes and cursors. A cursor is the sort key of a page's last row, so rows added meanwhile move nothing. */

/** The page size when none is asked for. */
export const DEFAULT_TAKE = 100;
/** The largest page. */
export const MAX_TAKE = 1_000;
/** The most rows that may be skipped: each costs a read. */
export const MAX_SKIP = 10_000;

/**
 * Checks a page size.
 *
 * @param take What the caller asked for; default 100.
 * @throws {RangeError} If it is not a whole number from 1 to 1,000.
 */
export function pageSize(take: number | undefined): number {
  if (take === undefined) return DEFAULT_TAKE;
  if (!Number.isSafeInteger(take) || take < 1 || take > MAX_TAKE) {
    throw new RangeError(`Cannot list with take "${take}": it must be a whole number from 1 to ${MAX_TAKE}`);
  }
  return take;
}

/**
 * Checks a number of rows to skip.
 *
 * @param skip What the caller asked for; default 0.
 * @throws {RangeError} If it is not a whole number from 0 to 10,000.
 */
export function rowsToSkip(skip: number | undefined): number {
  if (skip === undefined) return 0;
  if (!Number.isSafeInteger(skip) || skip < 0 || skip > MAX_SKIP) {
    throw new RangeError(`Cannot list with skip "${skip}": it must be a whole number from 0 to ${MAX_SKIP}`);
  }
  return skip;
}

/**
 * Makes an opaque cursor of a sort key.
 *
 * @returns URL-safe text that {@link decodeCursor} reads.
 */
export function encodeCursor(key: readonly (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Reads a cursor back.
 *
 * @param shape The kind of each part, such as `["number", "id"]`.
 * @returns The sort key, or `undefined` if there is no cursor.
 * @throws {TypeError} If the text is not a cursor of this list.
 */
export function decodeCursor<const Shape extends readonly CursorPart[]>(
  cursor: string | undefined,
  shape: Shape,
): CursorKey<Shape> | undefined {
  if (cursor === undefined) return undefined;
  let parts: unknown;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    parts = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
  } catch (error) {
    throw new TypeError(`Cannot read cursor "${cursor}": it is not one`, { cause: error });
  }
  if (
    !Array.isArray(parts) || parts.length !== shape.length ||
    !parts.every((part, i) => isPart(part, shape[i]))
  ) {
    throw new TypeError(`Cannot read cursor "${cursor}": it belongs to another list`);
  }
  return parts as unknown as CursorKey<Shape>;
}

/** A cursor may come from anywhere: what reaches a database must be what it was. */
function isPart(part: unknown, kind: CursorPart): boolean {
  if (kind === "number") return Number.isSafeInteger(part);
  return typeof part === "string" && (kind === "string" ? !part.includes("\0") : /^[0-9]{1,16}$/.test(part));
}

/** What a part of a cursor is; `id`: digits. */
export type CursorPart = "string" | "number" | "id";

/** The values of a cursor of a given shape. */
export type CursorKey<Shape extends readonly CursorPart[]> = {
  -readonly [I in keyof Shape]: Shape[I] extends "number" ? number : string;
};
