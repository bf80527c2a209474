/** Text on a terminal: how wide it is, how to cut and pad it, and what must never reach the screen. */

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** East Asian wide and full-width blocks (Unicode TR11), first and last code point. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** @returns Columns that the text takes on a terminal; it must have no control characters. */
export function displayWidth(text: string): number {
  // deno-lint-ignore no-control-regex -- the common case, without cutting into graphemes
  if (/^[\x00-\x7f]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{Mark}\u200b-\u200f\u2060\ufeff]+$/u.test(grapheme)) return 0;
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  const point = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

/** Cuts text to `width` columns; the last one is then an ellipsis. Never cuts a character in two. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return "";
  let result = "";
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width - 1) break;
    result += segment;
    used += next;
  }
  return `${result}…`;
}

/** Fills text up to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/**
 * Makes stored text harmless on a screen: line breaks become spaces, other control characters are written out, so
 * that no variable or message can move the cursor or give orders to the terminal.
 */
export function printable(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(
    // deno-lint-ignore no-control-regex -- exactly these must go, and what reorders text
    /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    (c) => c === "\t" ? " " : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
