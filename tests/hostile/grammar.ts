/** Texts from a seed: made of a grammar's parts, then now and then damaged. */

/** From 0 to `below`, exclusive: see `seeded.ts`. */
export type Pick = (below: number) => number;

/** Parts by name; `<name>` in one stands for any of that name's. */
export type Grammar = Readonly<Record<string, readonly string[]>>;

/** A text of the grammar. Deep inside, the first part of each name is taken: it must lead nowhere. */
export function grow(grammar: Grammar, pick: Pick, name: string, depth: number): string {
  const parts = grammar[name];
  const part = depth <= 0 ? parts[0] : parts[pick(parts.length)];
  return part.replace(
    /<(\w+)>/g,
    (text, inner: string) => grammar[inner] ? grow(grammar, pick, inner, depth - 1) : text,
  );
}

const SIGNS = [
  ..."\0\u2028\ud800\u202e😀(){}[]<>\"'`\\/*+-=:;,.!?$#&|%^~@_0\n",
  "__proto__",
  "/*",
  "//",
  "${",
];

/** Cuts, doubles, swaps or replaces a bit of a text. */
export function damage(text: string, pick: Pick): string {
  const at = pick(text.length + 1), length = pick(8);
  const bit = text.slice(at, at + length);
  switch (pick(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + bit + bit + text.slice(at + length);
    case 2: {
      const to = pick(text.length + 1);
      return text.slice(0, to) + bit + text.slice(to);
    }
    case 3:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + SIGNS[pick(SIGNS.length)] + text.slice(at + pick(2));
  }
}

/** What code that got out of its sandbox might have changed. Equal before and after. */
export function surroundings(): string {
  const seen = [
    globalThis,
    Object,
    Array,
    Function,
    String,
    Number,
    Date,
    Promise,
    RegExp,
    Map,
    Error,
    JSON,
    Math,
  ]
    .flatMap((each) => "prototype" in each ? [each, each.prototype as object] : [each]);
  return seen.map((each) =>
    Reflect.ownKeys(each).map((key) => {
      const { value, get, writable } = Object.getOwnPropertyDescriptor(each, key) ?? {};
      const what = typeof value === "function"
        ? Function.prototype.toString.call(value).length
        : typeof value;
      return `${String(key)}:${what}:${typeof get}:${writable}`;
    }).join(" ")
  ).join("\n");
}
