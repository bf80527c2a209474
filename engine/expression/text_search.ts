/**
 * Finds a text in another one in a time that grows with their lengths. JavaScript's own may need their product:
 * looking for 250 thousand letters `a`, a `b` and as many again in a million letters takes minutes.
 */

/** Up to this product JavaScript's own is quicker, whatever the texts are. */
const QUICK = 20_000_000;

/** @returns Where the part first begins; -1 if it is not there. */
export function indexOfText(text: string, part: string): number {
  return text.length * part.length <= QUICK ? text.indexOf(part) : find(text, part, false);
}

/** @returns Where the part last begins; -1 if it is not there. */
export function lastIndexOfText(text: string, part: string): number {
  return text.length * part.length <= QUICK ? text.lastIndexOf(part) : find(text, part, true);
}

/** Knuth, Morris and Pratt's: no character of the text is looked at again. */
function find(text: string, part: string, backwards: boolean): number {
  if (part.length > text.length) return -1;
  const last = part.length - 1;
  const partAt = backwards ? (i: number) => part.charCodeAt(last - i) : (i: number) => part.charCodeAt(i);
  // How much of the part still fits where its next character does not.
  const fits = new Int32Array(part.length);
  for (let i = 1, length = 0; i <= last; i++) {
    while (length > 0 && partAt(i) !== partAt(length)) length = fits[length - 1];
    if (partAt(i) === partAt(length)) length++;
    fits[i] = length;
  }
  for (let i = 0, length = 0; i < text.length; i++) {
    const code = text.charCodeAt(backwards ? text.length - 1 - i : i);
    while (length > 0 && code !== partAt(length)) length = fits[length - 1];
    if (code === partAt(length)) length++;
    if (length === part.length) return backwards ? text.length - 1 - i : i - last;
  }
  return -1;
}
