/**
 * Recognizes plain conditions of FEEL, which most gateways have: `total > 100 and customer.level = "gold"`.
 *
 * A deploy only has to know that a text is FEEL and which variables it names; the parser, which is slow, reads
 * it when it first runs. Whatever is not plain is left to the parser at once: this file never refuses anything.
 */

/** A longer text may need counters of its work. */
const MAX_LENGTH = 500;

/** Words that mean something in FEEL, alone or as part of a longer name such as `date and time`. */
const WORDS: ReadonlySet<string> = new Set([
  ..."and or not in between some every satisfies for return if then else instance of function external".split(
    " ",
  ),
  ..."true false null list context range date time duration years months days day week month year".split(" "),
  ..."number string boolean any is get put item partial random".split(" "),
]);

const CONSTANTS: ReadonlySet<string> = new Set(["true", "false", "null"]);

const SPACE = /[ \t\n]*/y;
const NAME = /[A-Za-z_]\w*/y;
const LITERAL = /-?\d{1,15}(?:\.\d{1,15})?(?![\w.])|"[^"\\\n\r]*"/y;
const COMPARISON = /<=|>=|!=|=|<|>/y;
const JUNCTION = /(?:and|or)(?=[ \t\n])/y;

/**
 * Reads a text that is nothing but comparisons of names, paths, numbers and texts, joined by `and` and `or`.
 *
 * @returns The variables that it names; undefined if it is another text.
 */
export function plainFeelNames(source: string): Set<string> | undefined {
  if (source.length > MAX_LENGTH) return undefined;
  const names = new Set<string>();
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  /** A literal, or a name with the properties after it. */
  const operand = (): boolean => {
    take(SPACE);
    if (take(LITERAL) !== undefined) return true;
    const name = take(NAME);
    if (name === undefined) return false;
    if (CONSTANTS.has(name)) return source[at] !== ".";
    if (WORDS.has(name)) return false;
    names.add(name);
    while (source[at] === ".") {
      at++;
      const property = take(NAME);
      if (property === undefined || WORDS.has(property)) return false;
    }
    return true;
  };

  while (operand()) {
    let space = take(SPACE);
    if (take(COMPARISON) !== undefined) {
      if (!operand()) return undefined;
      space = take(SPACE);
    }
    if (at === source.length) return names;
    if (space === "" || take(JUNCTION) === undefined) return undefined;
  }
  return undefined;
}
