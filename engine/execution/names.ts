/** Names and keys that models and variables decide: known only when they are used. */
import { shorten } from "../expression/small_parser.ts";
import { ModelError } from "./model_error.ts";
import { utf8Bytes } from "./variable_sizes.ts";

/** Names and keys stand in indexes, whose entries are bounded (Deno KV: 2,048 bytes for all parts of a key). */
export const MAX_NAME_BYTES: number = 500;

/** @returns Whether it may stand in an index. */
export function fitsName(text: string): boolean {
  // A character takes one to three bytes: most names need not be counted.
  return text.length * 3 <= MAX_NAME_BYTES || utf8Bytes(text) <= MAX_NAME_BYTES;
}

/** @throws {ModelError} If no store could keep it: `Cannot publish message "…": its key …`. */
export function checkOutgoingName(doing: string, what: string, text: string | undefined): void {
  if (text === undefined || fitsName(text)) return;
  throw new ModelError(
    "expression",
    `Cannot ${doing}: its ${what} "${shorten(text).toWellFormed()}" takes more than ${MAX_NAME_BYTES} bytes`,
  );
}
