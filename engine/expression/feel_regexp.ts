/**
 * FEEL's `matches`, `replace` and `split` in time that grows with text and pattern only.
 *
 * JavaScript's regular expressions try one way after the other, and a pattern such as `(a+)+b` has more ways than
 * anybody can wait for. Here all ways go on side by side, one character at a time (a Pike machine), with the same
 * result (where a repeated group may be empty, another part of the text may be the match). What cannot be done so is
 * refused: references back to a group, and looking ahead or behind.
 */

/** Counts the steps. */
export interface Budget {
  /** @throws {RangeError} When there were too many. */
  charge(cost: number): void;
}

/** One step of a program. */
type Instruction =
  /** Goes on if the character is one of those. */
  | { readonly kind: "char"; readonly is: (code: number) => boolean }
  /** Both ways; the first one has priority. */
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "save"; readonly slot: number }
  | { readonly kind: "assert"; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: "match" };

interface Program {
  readonly code: readonly Instruction[];
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Beginnings and ends by group, the whole first; -1 where a group took no part. */
type Match = readonly number[];

/** What one way at one character costs. */
const STEP = 3;
const MAX_CODE = 5_000;
const MAX_PROGRAMS = 200;
const programs = new Map<string, Program | undefined>();

/** @returns Undefined: the pattern or its flags are for `feelin` to refuse. */
export function matchesPattern(
  budget: Budget,
  input: string,
  pattern: string,
  flags: unknown,
): boolean | undefined {
  const program = programOf(pattern, flags);
  return program && find(budget, program, input, 0) !== undefined;
}

/** @returns Undefined: the pattern or its flags are for `feelin` to refuse. */
export function replacePattern(
  budget: Budget,
  input: string,
  pattern: string,
  replacement: string,
  flags: unknown,
): string | undefined {
  const program = programOf(pattern, flags);
  if (!program) return undefined;
  let result = "", from = 0;
  for (let match = find(budget, program, input, 0); match;) {
    const [start, end] = match;
    const by = expand(program, input, match, replacement);
    budget.charge(1 + by.length / 8);
    result += input.slice(from, start) + by;
    from = end;
    const next = end > start ? end : end + width(input, end);
    match = next > input.length ? undefined : find(budget, program, input, next);
  }
  return result + input.slice(from);
}

/** @returns Undefined: the pattern is for `feelin` to refuse. */
export function splitPattern(budget: Budget, input: string, pattern: string): string[] | undefined {
  const program = programOf(pattern, undefined);
  if (!program) return undefined;
  if (input === "") return find(budget, program, input, 0) ? [] : [input];
  const parts: string[] = [];
  let from = 0, at = 0;
  while (at < input.length) {
    const match = find(budget, program, input, at);
    if (!match || match[0] >= input.length) break;
    if (match[1] === from) {
      at = match[0] + width(input, match[0]);
      continue;
    }
    parts.push(input.slice(from, match[0]));
    // Groups of the separator are parts, as in JavaScript.
    for (let group = 1; group <= program.groups; group++) {
      parts.push(groupOf(input, match, group) as string);
    }
    at = from = match[1];
  }
  parts.push(input.slice(from));
  return parts;
}

function groupOf(input: string, match: Match, group: number): string | undefined {
  const start = match[group * 2];
  return start < 0 ? undefined : input.slice(start, match[group * 2 + 1]);
}

/** `$1`, `$<name>`, `$$`, and FEEL's `$0` for the whole; JavaScript's other signs as there. */
function expand({ groups, names }: Program, input: string, match: Match, replacement: string): string {
  return replacement.replace(/\$(?:[$&`']|\d\d?|<([^>]*)>)/g, (sign, name?: string) => {
    if (sign === "$$") return "$";
    if (sign === "$&" || sign === "$0") return input.slice(match[0], match[1]);
    if (sign === "$`") return input.slice(0, match[0]);
    if (sign === "$'") return input.slice(match[1]);
    if (name !== undefined) {
      if (names.size === 0) return sign;
      const group = names.get(name);
      return group === undefined ? "" : groupOf(input, match, group) ?? "";
    }
    const two = Number(sign.slice(1)), one = Number(sign[1]);
    if (two >= 1 && two <= groups) return groupOf(input, match, two) ?? "";
    if (one >= 1 && one <= groups) return (groupOf(input, match, one) ?? "") + sign.slice(2);
    return sign[1] === "0" ? input.slice(match[0], match[1]) + sign.slice(2) : sign;
  });
}

/** How many UTF-16 units the character at a place takes. */
function width(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** The leftmost match from a place on. */
function find(budget: Budget, { code, groups }: Program, text: string, from: number): Match | undefined {
  const none: readonly number[] = new Array(2 * (groups + 1)).fill(-1);
  let found: Match | undefined;
  let threads: { readonly at: number; readonly saved: readonly number[] }[] = [];
  for (let place = from;; place += width(text, place)) {
    const seen = new Set<number>();
    const next: typeof threads = [];
    const follow = (start: number, saved: readonly number[], list: typeof threads): void => {
      // A list of its own instead of recursion: a pattern may have thousands of steps in a row.
      const open: { readonly at: number; readonly saved: readonly number[] }[] = [{ at: start, saved }];
      for (let way = open.pop(); way; way = open.pop()) {
        if (seen.has(way.at)) continue;
        seen.add(way.at);
        const step = code[way.at];
        if (step.kind === "jump") open.push({ at: step.to, saved: way.saved });
        else if (step.kind === "split") {
          open.push({ at: step.second, saved: way.saved }, { at: step.first, saved: way.saved });
        } else if (step.kind === "save") {
          const saved = [...way.saved];
          saved[step.slot] = place;
          open.push({ at: way.at + 1, saved });
        } else if (step.kind === "assert") {
          if (step.holds(text, place)) open.push({ at: way.at + 1, saved: way.saved });
        } else list.push(way);
      }
    };
    const current: typeof threads = [];
    for (const { at, saved } of threads) follow(at, saved, current);
    // A match that began further left is better than any that begins here.
    if (!found) follow(0, none, current);
    budget.charge(STEP * (1 + seen.size));
    const sign = text.codePointAt(place);
    for (const thread of current) {
      const step = code[thread.at];
      if (step.kind === "match") {
        found = thread.saved;
        break;
      }
      if (step.kind === "char" && sign !== undefined && step.is(sign)) {
        next.push({ ...thread, at: thread.at + 1 });
      }
    }
    threads = next;
    if (sign === undefined || (threads.length === 0 && found)) return found;
  }
}

function programOf(pattern: string, flags: unknown): Program | undefined {
  const given = flags === undefined || flags === null ? "" : flags;
  if (typeof given !== "string" || !/^[smi]*$/.test(given)) return undefined;
  const key = `${given}/${pattern}`;
  if (!programs.has(key)) {
    if (programs.size >= MAX_PROGRAMS) programs.clear();
    programs.set(key, isValid(pattern, given) ? new Compiler(pattern, given).program() : undefined);
  }
  return programs.get(key);
}

/** The grammar is JavaScript's: what it refuses is refused, and the compiler below need not look. */
function isValid(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, `u${flags}`);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/** Writes the steps of a part of the pattern: once for each time that it may come. */
type Writer = () => void;

class Compiler {
  readonly #pattern: string;
  readonly #flags: string;
  readonly #code: Instruction[] = [];
  readonly #names = new Map<string, number>();
  readonly #tests = new Map<string, (code: number) => boolean>();
  #groups = 0;
  #at = 0;
  #written = 0;

  constructor(pattern: string, flags: string) {
    this.#pattern = pattern;
    this.#flags = flags;
  }

  program(): Program {
    const write = this.#choice();
    this.#emit({ kind: "save", slot: 0 });
    write();
    this.#emit({ kind: "save", slot: 1 });
    this.#emit({ kind: "match" });
    return { code: this.#code, groups: this.#groups, names: this.#names };
  }

  #emit(step: Instruction): void {
    this.#count();
    this.#code.push(step);
  }

  /** Nothing, repeated, is counted as well. */
  #count(): void {
    if (++this.#written > MAX_CODE) throw new RangeError("its pattern is too long");
  }

  #choice(): Writer {
    const ways = [this.#sequence()];
    while (this.#pattern[this.#at] === "|") {
      this.#at += 1;
      ways.push(this.#sequence());
    }
    const last = ways.length - 1;
    return () => {
      const ends: { to: number }[] = [];
      ways.forEach((write, i) => {
        if (i === last) return write();
        const split = { kind: "split" as const, first: this.#code.length + 1, second: -1 };
        this.#emit(split);
        write();
        const jump = { kind: "jump" as const, to: -1 };
        ends.push(jump);
        this.#emit(jump);
        split.second = this.#code.length;
      });
      for (const end of ends) end.to = this.#code.length;
    };
  }

  #sequence(): Writer {
    const parts: Writer[] = [];
    while (this.#at < this.#pattern.length && !"|)".includes(this.#pattern[this.#at])) {
      const write = this.#atom();
      const quantifier = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})(\??)/.exec(
        this.#pattern.slice(this.#at, this.#at + 50),
      );
      if (!quantifier) {
        parts.push(write);
        continue;
      }
      const [whole, least, comma, most, lazy] = quantifier;
      this.#at += whole.length;
      const min = least !== undefined ? Number(least) : whole[0] === "+" ? 1 : 0;
      const max = least === undefined
        ? whole[0] === "?" ? 1 : Infinity
        : comma === undefined
        ? min
        : most === ""
        ? Infinity
        : Number(most);
      parts.push(() => this.#repeat(write, min, max, lazy !== ""));
    }
    return () => {
      for (const write of parts) write();
    };
  }

  /** Written once for each time that it may come; a group keeps its number. */
  #repeat(write: Writer, min: number, max: number, lazy: boolean): void {
    for (let i = 0; i < min; i++) {
      this.#count();
      write();
    }
    const splits: { first: number; second: number }[] = [];
    for (let i = min; i < max; i++) {
      const at = this.#code.length;
      const split = { kind: "split" as const, first: at + 1, second: at + 1 };
      splits.push(split);
      this.#emit(split);
      write();
      if (max !== Infinity) continue;
      this.#emit({ kind: "jump", to: at });
      break;
    }
    for (const split of splits) {
      if (lazy) split.first = this.#code.length;
      else split.second = this.#code.length;
    }
  }

  #atom(): Writer {
    const rest = this.#pattern.slice(this.#at, this.#at + 200);
    const sign = rest[0];
    if (sign === "(") return this.#group(rest);
    if (sign === "^" || sign === "$" || /^\\[bB]/.test(rest)) {
      const text = sign === "\\" ? rest.slice(0, 2) : sign;
      this.#at += text.length;
      const holds = this.#assertion(text);
      return () => this.#emit({ kind: "assert", holds });
    }
    if (/^\\(?:[1-9]|k<)/.test(rest)) {
      throw new RangeError("its pattern refers back to a group, which is not supported");
    }
    const end = sign === "["
      ? this.#classEnd()
      : this.#at + (sign === "\\" ? escapeLength(rest) : width(rest, 0));
    const is = this.#test(this.#pattern.slice(this.#at, end));
    this.#at = end;
    return () => this.#emit({ kind: "char", is });
  }

  #group(rest: string): Writer {
    const [opening, lookAround, name] = /^\((?:\?(?::|(<?[=!])|<([^>]*)>))?/.exec(rest) ?? ["("];
    if (lookAround) throw new RangeError("its pattern looks ahead or behind, which is not supported");
    if (/^\(\?[a-z-]/.test(rest)) {
      throw new RangeError("its pattern sets flags inside, which is not supported");
    }
    this.#at += opening.length;
    const group = opening === "(" || name !== undefined ? ++this.#groups : 0;
    if (name !== undefined) this.#names.set(name, group);
    const write = this.#choice();
    this.#at += 1;
    if (group === 0) return write;
    return () => {
      this.#emit({ kind: "save", slot: 2 * group });
      write();
      this.#emit({ kind: "save", slot: 2 * group + 1 });
    };
  }

  #classEnd(): number {
    for (let at = this.#at + 1;; at++) {
      if (this.#pattern[at] === "\\") at += 1;
      else if (this.#pattern[at] === "]") return at + 1;
    }
  }

  /** One character against one atom is left to JavaScript, and remembered. */
  #test(atom: string): (code: number) => boolean {
    let test = this.#tests.get(atom);
    if (test) return test;
    const one = new RegExp(`^(?:${atom})$`, `u${this.#flags.replace("m", "")}`);
    const known = new Map<number, boolean>();
    test = (code) => {
      let is = known.get(code);
      if (is === undefined) {
        if (known.size > 1_000) known.clear();
        known.set(code, is = one.test(String.fromCodePoint(code)));
      }
      return is;
    };
    this.#tests.set(atom, test);
    return test;
  }

  #assertion(text: string): (text: string, at: number) => boolean {
    const lines = this.#flags.includes("m");
    const isBreak = (sign: string | undefined): boolean =>
      sign !== undefined && /[\n\r\u2028\u2029]/.test(sign);
    if (text === "^") return (input, at) => at === 0 || (lines && isBreak(input[at - 1]));
    if (text === "$") return (input, at) => at === input.length || (lines && isBreak(input[at]));
    const isWord = this.#test("\\w");
    const edge = (input: string, at: number): boolean =>
      (at > 0 && isWord(input.charCodeAt(at - 1))) !== (at < input.length && isWord(input.charCodeAt(at)));
    return text === "\\b" ? edge : (input, at) => !edge(input, at);
  }
}

function escapeLength(rest: string): number {
  const [escape] =
    /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[^])/u
      .exec(rest) ?? [rest];
  return escape.length;
}
