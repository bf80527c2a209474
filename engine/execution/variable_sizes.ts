/**
 * How large variables are, as the JSON that is stored.
 *
 * Nothing is measured as long as all fits: what is stored has been made into text anyway, and whoever does that sees
 * its length. Only when it is too long is the same command run once more, measured: then the write that does not fit
 * fails where it is made, at its element.
 */
import { ModelError } from "./model_error.ts";
import type { Variables } from "./variable_store.ts";

/** A value that does not fit into what an instance may have. */
export class TooLargeError extends ModelError {
  constructor(message: string) {
    super("variables", message);
  }
}

/** @returns Bytes of a value as JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return utf8Bytes(JSON.stringify(value) ?? "null");
}

/** @returns Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Both halves of a pair together take four bytes, a character of its own two or three.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/**
 * Checks values on their way out of the instance.
 *
 * @param what `call "x"`, `publish "m"`.
 * @param json The values as text, perhaps with a little more.
 * @throws {TooLargeError} If they take more than `max` bytes.
 */
export function checkOutgoing(
  what: string,
  values: Readonly<Record<string, unknown>>,
  json: string,
  max: number | undefined,
): void {
  if (max === undefined || json.length * 3 <= max) return;
  const bytes = utf8Bytes(json);
  if (bytes <= max) return;
  const [name, size] = Object.keys(values).map((name) => [name, jsonBytes(values[name])] as const)
    .reduce((a, b) => b[1] > a[1] ? b : a, ["", 0]);
  throw new TooLargeError(
    `Cannot ${what}: with "${name}" (${size} bytes) its variables take ${bytes} bytes, ${max} are allowed`,
  );
}

/** What is written, and how large it is. */
type Written = readonly [name: string, bytes: number];

/** Sums for one instance: its own variables, and those of all inner scopes together. */
export class VariableSizes {
  readonly #vars: Variables;
  readonly #max: number;
  #own: number;
  #inner = 2;
  /** Since {@link mark}. */
  #written: Written[] = [];

  constructor(vars: Variables, max: number) {
    this.#vars = vars;
    this.#max = max;
    this.#own = jsonBytes(vars.get(0) ?? {});
    for (const id of vars.keys()) if (id !== 0) this.#inner += this.#scope(id);
  }

  #scope(id: number): number {
    return jsonBytes(this.#vars.get(id)) + String(id).length + 4;
  }

  /** @returns The sums as they stand, for {@link reset}. */
  mark(): readonly [own: number, inner: number] {
    this.#written = [];
    return [this.#own, this.#inner];
  }

  reset([own, inner]: readonly [own: number, inner: number]): void {
    this.#own = own;
    this.#inner = inner;
  }

  /**
   * Counts a variable that is to be written.
   *
   * @param always It has been there before, and is brought back.
   * @throws {TooLargeError} If it does not fit.
   */
  write(id: number, name: string, value: unknown, always = false): void {
    const scope = this.#vars.get(id);
    const bytes = jsonBytes(value);
    const entry = jsonBytes(name) + 2;
    const before = scope && name in scope ? jsonBytes(scope[name]) + entry : 0;
    const more = bytes + entry - before + (scope ? 0 : String(id).length + 6);
    const total = (id === 0 ? this.#own : this.#inner) + more;
    this.#written.push([name, bytes]);
    if (!always && more > 0 && total > this.#max) {
      const [largest, size] = this.#written.reduce((a, b) => b[1] > a[1] ? b : a);
      throw new TooLargeError(
        `Cannot store the variables: with "${largest}" (${size} bytes) they take ${total} bytes, ${this.#max} are allowed`,
      );
    }
    if (id === 0) this.#own = total;
    else this.#inner = total;
  }

  /** A scope is forgotten. */
  drop(id: number): void {
    if (id !== 0 && this.#vars.has(id)) this.#inner -= this.#scope(id);
  }
}
