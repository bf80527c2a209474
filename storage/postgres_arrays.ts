/**
 * Arrays for PostgreSQL in its binary format: no quoting here, no parsing there. A batch goes in as one array
 * per column.
 *
 * What PostgreSQL cannot hold is refused here, before anything is sent.
 */

type Id = string | number | null | undefined;

const OID = { bool: 16, int8: 20, int4: 23, text: 25, timestamptz: 1184 };
/** 2000-01-01, where PostgreSQL's time starts. */
const EPOCH_MS = 946_684_800_000;

let scratch = new Uint8Array(64 * 1024);
let view = new DataView(scratch.buffer);
let position = 0;

function reserve(bytes: number): void {
  if (position + bytes <= scratch.length) return;
  const larger = new Uint8Array(Math.max(scratch.length * 2, position + bytes));
  larger.set(scratch.subarray(0, position));
  scratch = larger;
  view = new DataView(scratch.buffer);
}

function encode<T>(
  oid: number,
  values: readonly (T | null | undefined)[],
  write: (value: T) => void,
): Uint8Array {
  position = 0;
  reserve(20 + values.length * 12);
  view.setInt32(0, values.length === 0 ? 0 : 1); // dimensions
  view.setInt32(4, 1); // may hold nulls
  view.setInt32(8, oid);
  position = 12;
  if (values.length > 0) {
    view.setInt32(12, values.length);
    view.setInt32(16, 1); // lower bound
    position = 20;
  }
  for (const value of values) {
    if (value === null || value === undefined) {
      reserve(4);
      view.setInt32(position, -1);
      position += 4;
    } else write(value);
  }
  const result = scratch.slice(0, position);
  // One huge batch must not keep its memory for ever.
  if (scratch.length > 4 * 1024 * 1024) {
    scratch = new Uint8Array(64 * 1024);
    view = new DataView(scratch.buffer);
  }
  return result;
}

function writeInt8(value: number | bigint): void {
  reserve(12);
  view.setInt32(position, 8);
  if (typeof value === "bigint") view.setBigInt64(position + 4, value);
  else {
    view.setInt32(position + 4, Math.floor(value / 4_294_967_296));
    view.setUint32(position + 8, value >>> 0);
  }
  position += 12;
}

/**
 * Encodes ids and other large integers.
 *
 * @throws {TypeError} If one is not a whole number of 63 bits.
 */
export function int8Array(values: readonly Id[]): Uint8Array {
  return encode<string | number>(OID.int8, values, (value) => {
    const number = Number(value);
    if (Number.isSafeInteger(number) && value !== "") writeInt8(number);
    else if (typeof value === "string" && isId(value)) writeInt8(BigInt(value));
    else throw new TypeError(`Cannot store the id "${value}": it must be a whole number of 63 bits`);
  });
}

/** @returns Whether a text can be an id at all. */
export function isId(id: string): boolean {
  return /^(0|[1-9]\d{0,18})$/.test(id) && (id.length < 19 || BigInt(id) <= 9_223_372_036_854_775_807n);
}

/**
 * Encodes small integers.
 *
 * @throws {RangeError} If one does not fit into 32 bits.
 */
export function int4Array(values: readonly (number | null | undefined)[]): Uint8Array {
  return encode(OID.int4, values, (value) => {
    if ((value | 0) !== value) {
      throw new RangeError(`Cannot store the number "${value}": it must be whole and of 32 bits`);
    }
    reserve(8);
    view.setInt32(position, 4);
    view.setInt32(position + 4, value);
    position += 8;
  });
}

/** Encodes booleans. */
export function boolArray(values: readonly (boolean | null | undefined)[]): Uint8Array {
  return encode(OID.bool, values, (value) => {
    reserve(5);
    view.setInt32(position, 1);
    scratch[position + 4] = value ? 1 : 0;
    position += 5;
  });
}

/**
 * Encodes milliseconds since 1970 as timestamps.
 *
 * @throws {RangeError} If one is not a time.
 */
export function timeArray(values: readonly (number | null | undefined)[]): Uint8Array {
  return encode(OID.timestamptz, values, (value) => {
    if (!(Math.abs(value) <= 8.64e15)) {
      throw new RangeError(`Cannot store the time "${value}": it is not one`);
    }
    const ms = Math.trunc(value) - EPOCH_MS;
    writeInt8(Math.abs(ms) < 9e12 ? ms * 1000 : BigInt(ms) * 1000n);
  });
}

const encoder = new TextEncoder();

/**
 * Encodes texts.
 *
 * @throws {TypeError} If one holds U+0000, or half of a surrogate pair, which would silently become another
 *   character.
 */
export function textArray(values: readonly (string | null | undefined)[]): Uint8Array {
  return encode(OID.text, values, (value) => {
    checkText(value);
    reserve(4 + value.length * 3);
    const { written } = encoder.encodeInto(value, scratch.subarray(position + 4));
    view.setInt32(position, written);
    position += 4 + written;
  });
}

/**
 * Checks a text that is sent as it is.
 *
 * @throws {TypeError} If PostgreSQL cannot hold it.
 */
export function checkText(value: string): void {
  if (value.includes("\0") || !value.isWellFormed()) {
    throw new TypeError(
      `Cannot store ${JSON.stringify(value.slice(0, 100))}: it holds U+0000 or a lone surrogate`,
    );
  }
}
