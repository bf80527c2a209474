/**
 * Arrays for PostgreSQL in its binary format: no quoting here, no parsing there. A batch goes in as one array
 * per column.
 *
 * What PostgreSQL cannot hold is refused here, before anything is sent.
 */

import { Buffer } from "node:buffer";

type Id = string | number | null | undefined;

const OID = { bool: 16, int8: 20, int4: 23, text: 25, timestamptz: 1184 };
/** 2000-01-01, where PostgreSQL's time starts. */
const EPOCH_MS = 946_684_800_000;

const CHUNK_BYTES = 256 * 1024;

/** Parameters lie in it one behind the other: a memory of its own for each of 70 is dear to make and to collect. */
let chunk = new Uint8Array(CHUNK_BYTES);
let view = new DataView(chunk.buffer);
/** Where the parameter begins that is being written. */
let start = 0;
let position = 0;

/** Makes room for so many more bytes of the parameter, whose place may change. */
function reserve(bytes: number): void {
  if (position + bytes <= chunk.length) return;
  const length = position - start;
  const former = chunk;
  chunk = new Uint8Array(Math.max(CHUNK_BYTES, length * 2, length + bytes));
  chunk.set(former.subarray(start, position));
  view = new DataView(chunk.buffer);
  start = 0;
  position = length;
}

/** What is empty looks the same each time. */
const EMPTY = new Map(Object.values(OID).map((oid) => [oid, emptyArray(oid)]));

function emptyArray(oid: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(1, 4);
  bytes.writeInt32BE(oid, 8);
  return bytes;
}

/**
 * @param get What a row has in this column.
 * @param padded Whether the server fills up with nulls, as `unnest` of several arrays does: an array of nothing but
 *   nulls is then sent as an empty one.
 */
function encode<R, T>(
  oid: number,
  rows: readonly R[],
  get: (row: R, index: number) => T | null | undefined,
  write: (value: T) => void,
  padded: boolean,
): Uint8Array {
  if (rows.length === 0) return EMPTY.get(oid) as Uint8Array;
  position = start;
  reserve(20 + rows.length * 12);
  view.setInt32(start, 1); // dimensions
  view.setInt32(start + 4, 1); // may hold nulls
  view.setInt32(start + 8, oid);
  view.setInt32(start + 12, rows.length);
  view.setInt32(start + 16, 1); // lower bound
  position = start + 20;
  let empty = padded;
  for (let i = 0; i < rows.length; i++) {
    const value = get(rows[i], i);
    if (value === null || value === undefined) {
      reserve(4);
      view.setInt32(position, -1);
      position += 4;
    } else {
      empty = false;
      write(value);
    }
  }
  return empty ? EMPTY.get(oid) as Uint8Array : written(0);
}

/** The parameter that was written. The client takes a `Buffer` as it is; of anything else it makes one. */
function written(from: number): Uint8Array {
  const result = Buffer.from(chunk.buffer, start + from, position - start - from);
  start = position;
  // What one large parameter needed is not kept.
  if (chunk.length > CHUNK_BYTES) {
    chunk = new Uint8Array(CHUNK_BYTES);
    view = new DataView(chunk.buffer);
    start = 0;
  }
  return result;
}

/** Texts that may be large. Room is made at once: growing step by step would copy what is there again and again. */
function encodeLongTexts<R>(
  rows: readonly R[],
  get: (row: R) => string | null | undefined,
): Uint8Array {
  let characters = 0, longest = 0;
  for (let i = 0; i < rows.length; i++) {
    const length = get(rows[i])?.length ?? 0;
    characters += length;
    if (length > longest) longest = length;
  }
  position = start;
  reserve(20 + rows.length * 4 + characters + longest * 2);
  return encode(OID.text, rows, get, writeText, true);
}

function itself<T>(value: T): T {
  return value;
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
  return encode(OID.int8, values, itself, writeId, false);
}

// The rows of one instance follow each other.
let lastId: string | number = "";
let lastNumber = NaN;

function writeId(value: string | number): void {
  const number = value === lastId ? lastNumber : Number(value);
  lastId = value;
  lastNumber = number;
  if (Number.isSafeInteger(number) && value !== "") writeInt8(number);
  else if (typeof value === "string" && isId(value)) writeInt8(BigInt(value));
  else throw new TypeError(`Cannot store the id "${value}": it must be a whole number of 63 bits`);
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
  return encode(OID.int4, values, itself, writeInt4, false);
}

function writeInt4(value: number): void {
  if ((value | 0) !== value) {
    throw new RangeError(`Cannot store the number "${value}": it must be whole and of 32 bits`);
  }
  reserve(8);
  view.setInt32(position, 4);
  view.setInt32(position + 4, value);
  position += 8;
}

/** Encodes booleans. */
export function boolArray(values: readonly (boolean | null | undefined)[]): Uint8Array {
  return encode(OID.bool, values, itself, writeBool, false);
}

function writeBool(value: boolean): void {
  reserve(5);
  view.setInt32(position, 1);
  chunk[position + 4] = value ? 1 : 0;
  position += 5;
}

/**
 * Encodes milliseconds since 1970 as timestamps.
 *
 * @throws {RangeError} If one is not a time.
 */
export function timeArray(values: readonly (number | null | undefined)[]): Uint8Array {
  return encode(OID.timestamptz, values, itself, writeTime, false);
}

function writeTime(value: number): void {
  if (!(Math.abs(value) <= 8.64e15)) {
    throw new RangeError(`Cannot store the time "${value}": it is not one`);
  }
  const ms = Math.trunc(value) - EPOCH_MS;
  writeInt8(Math.abs(ms) < 9e12 ? ms * 1000 : BigInt(ms) * 1000n);
}

const encoder = new TextEncoder();

/**
 * Encodes texts.
 *
 * @throws {TypeError} If one holds U+0000, or half of a surrogate pair, which would silently become another
 *   character.
 */
export function textArray(values: readonly (string | null | undefined)[]): Uint8Array {
  return encode(OID.text, values, itself, writeText, false);
}

/** Up to this long, a text that is plain ASCII is copied faster here than by the platform's encoder. */
const SHORT = 64;

function writeText(value: string): void {
  const { length } = value;
  reserve(4 + length * 3);
  if (length <= SHORT) {
    let i = 0;
    for (; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code === 0 || code > 0x7f) break;
      chunk[position + 4 + i] = code;
    }
    if (i === length) {
      view.setInt32(position, length);
      position += 4 + length;
      return;
    }
  }
  checkText(value);
  const { written } = encoder.encodeInto(value, chunk.subarray(position + 4));
  view.setInt32(position, written);
  position += 4 + written;
}

/**
 * The same, by column: `unnest` of all columns of some rows. Columns without any value are sent empty, since
 * `unnest` fills up the shorter ones with nulls; one column, such as an id, must have all its values.
 */
export const columns = {
  int8: <R>(rows: readonly R[], get: (row: R, index: number) => Id): Uint8Array =>
    encode(OID.int8, rows, get, writeId, true),
  int4: <R>(rows: readonly R[], get: (row: R, index: number) => number | null | undefined): Uint8Array =>
    encode(OID.int4, rows, get, writeInt4, true),
  bool: <R>(rows: readonly R[], get: (row: R, index: number) => boolean | null | undefined): Uint8Array =>
    encode(OID.bool, rows, get, writeBool, true),
  time: <R>(rows: readonly R[], get: (row: R, index: number) => number | null | undefined): Uint8Array =>
    encode(OID.timestamptz, rows, get, writeTime, true),
  text: <R>(rows: readonly R[], get: (row: R, index: number) => string | null | undefined): Uint8Array =>
    encode(OID.text, rows, get, writeText, true),
  longText: encodeLongTexts,
};

function alone<T>(write: (value: T) => void): (value: T | null | undefined) => Uint8Array | null {
  return (value) => {
    if (value === null || value === undefined) return null;
    position = start;
    write(value);
    return written(4); // without its length
  };
}

/** One value by itself, with the checks of the arrays. */
export const single = {
  int8: alone(writeId) as (value: Id) => Uint8Array | null,
  int4: alone(writeInt4),
  bool: alone(writeBool),
  time: alone(writeTime),
  text: alone(writeText),
};

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
