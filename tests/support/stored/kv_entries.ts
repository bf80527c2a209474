/** Entries of Deno KV as lines of JSON, and back, without loss. */

/** What a line has: key and value. */
type Encoded = [key: unknown, value: unknown];

/** What JSON has not. */
const TAG = "$is";

function encode(value: unknown): unknown {
  if (typeof value === "bigint") return { [TAG]: "bigint", text: String(value) };
  if (value === undefined) return { [TAG]: "undefined" };
  if (typeof value === "number" && !Number.isFinite(value)) return { [TAG]: "number", text: String(value) };
  if (value instanceof Uint8Array) return { [TAG]: "bytes", text: value.toBase64() };
  if (Array.isArray(value)) return value.map(encode);
  if (value === null || typeof value !== "object") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype || TAG in value) {
    throw new TypeError(`Cannot write "${Object.prototype.toString.call(value)}": it is no plain object`);
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, encode(each)]));
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  const { [TAG]: tag, text } = value as Record<string, unknown>;
  if (tag === "bigint") return BigInt(String(text));
  if (tag === "bytes") return Uint8Array.fromBase64(String(text));
  if (tag === "number") return Number(text);
  if (tag === "undefined") return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, decode(each)]));
}

/** All entries, one a line, by key. @throws {TypeError} If a value is of a kind that has no line. */
export async function dumpKv(kv: Deno.Kv): Promise<string> {
  const lines: string[] = [];
  for await (const { key, value } of kv.list({ prefix: [] })) {
    lines.push(JSON.stringify([encode(key), encode(value)] satisfies Encoded));
  }
  return `${lines.join("\n")}\n`;
}

/** Writes what {@link dumpKv} gave. */
export async function loadKv(kv: Deno.Kv, text: string): Promise<void> {
  for (const line of text.trimEnd().split("\n")) {
    const [key, value] = JSON.parse(line) as Encoded;
    await kv.set(decode(key) as Deno.KvKey, decode(value));
  }
}
