/**
 * The parser of the small language: `jsep` with our operators. The only file that knows `jsep`.
 */
import jsep from "jsep";

/** The syntax tree. A parser plugin of the host could give other nodes: the compiler refuses those. */
export type SyntaxNode =
  | { readonly type: "Literal"; readonly value: unknown; readonly raw: string }
  | { readonly type: "Identifier"; readonly name: string }
  | {
    readonly type: "MemberExpression";
    readonly computed: boolean;
    readonly object: SyntaxNode;
    readonly property: SyntaxNode;
  }
  | {
    readonly type: "CallExpression";
    readonly callee: SyntaxNode;
    readonly arguments: readonly SyntaxNode[];
  }
  | { readonly type: "UnaryExpression"; readonly operator: string; readonly argument: SyntaxNode }
  | BinaryNode
  | {
    readonly type: "ConditionalExpression";
    readonly test: SyntaxNode;
    readonly consequent: SyntaxNode;
    readonly alternate: SyntaxNode;
  }
  | { readonly type: "ArrayExpression"; readonly elements: readonly (SyntaxNode | null)[] }
  | { readonly type: "ThisExpression" | "Compound" | "SequenceExpression" };

/** Two operands. */
export interface BinaryNode {
  readonly type: "BinaryExpression";
  readonly operator: string;
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
}

/** Longer texts are not conditions but attacks. */
const MAX_LENGTH = 20_000;

/** Signs that may open a level of nesting; bounds the parser's recursion far below the stack's size. */
const MAX_OPENERS = 500;

/** What `jsep` calls its class; its type declaration leaves it out. */
interface ParserClass {
  new (source: string): Parser;
  unary_ops: Record<string, number>;
  binary_ops: Record<string, number>;
  max_unop_len: number;
  max_binop_len: number;
  literals: Record<string, unknown>;
}
interface Parser {
  index: number;
  readonly expr: string;
  gobbleExpression(): SyntaxNode | undefined;
  gobbleSpaces(): void;
}

const Jsep = (jsep as unknown as { readonly Jsep: ParserClass }).Jsep;

/** `jsep` takes two expressions side by side, or separated by commas, wherever it takes one. */
class SmallParser extends Jsep {
  override gobbleExpression(): SyntaxNode | undefined {
    const node = super.gobbleExpression();
    const next = this.expr.charAt(this.index);
    if (node && next !== "" && !")],:".includes(next)) throw unexpected(next, this.index);
    return node;
  }

  parseWhole(): SyntaxNode {
    this.gobbleSpaces();
    const node = this.gobbleExpression();
    if (!node && this.expr.trim() === "") throw new ParseError("nothing to evaluate", 0);
    if (!node || this.index < this.expr.length) throw unexpected(this.expr.charAt(this.index), this.index);
    return node;
  }
}

class ParseError extends Error {
  constructor(readonly description: string, readonly index: number) {
    super(description);
  }
}

function unexpected(sign: string, index: number): ParseError {
  return new ParseError(`unexpected "${sign}"`, index);
}

// deno-fmt-ignore
const BINARY: Readonly<Record<string, number>> = {
  "||": 1, or: 1, "&&": 2, and: 2,
  "==": 6, "!=": 6, "===": 6, "!==": 6, eq: 6, ne: 6,
  "<": 7, ">": 7, "<=": 7, ">=": 7, lt: 7, gt: 7, le: 7, ge: 7,
  "+": 9, "-": 9, "*": 10, "/": 10, "%": 10, div: 10, mod: 10,
};
const UNARY: Readonly<Record<string, number>> = { "-": 1, "+": 1, "!": 1, not: 1, empty: 1 };

const OPERATORS = {
  binary_ops: { ...BINARY },
  unary_ops: { ...UNARY },
  max_binop_len: 3,
  max_unop_len: 5,
  literals: { true: true, false: false, null: null },
};

/**
 * Parses one expression of the small language.
 *
 * @throws {SyntaxError} With what is wrong and at which character (from 1).
 */
export function parseSmall(source: string): SyntaxNode {
  // jsep keeps its operators in one global table, which belongs to the host's code as much as to ours.
  const before = {
    binary_ops: Jsep.binary_ops,
    unary_ops: Jsep.unary_ops,
    max_binop_len: Jsep.max_binop_len,
    max_unop_len: Jsep.max_unop_len,
    literals: Jsep.literals,
  };
  try {
    guard(source);
    Object.assign(Jsep, OPERATORS);
    return new SmallParser(source).parseWhole();
  } catch (error) {
    const { description, index, message } = error as {
      description?: string;
      index?: number;
      message: string;
    };
    const where = index === undefined ? "" : ` at character ${index + 1}`;
    throw new SyntaxError(`Cannot parse "${shorten(source)}": ${description ?? message}${where}`);
  } finally {
    Object.assign(Jsep, before);
  }
}

/** A text for an error message: long ones are cut. */
export function shorten(source: string): string {
  return source.length <= 200 ? source : `${source.slice(0, 200)}…`;
}

/** Refuses what the parser would take too lightly, or too deep. */
function guard(source: string): void {
  if (source.length > MAX_LENGTH) throw new ParseError(`longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  let quote = "";
  let openers = 0;
  let previous = "";
  for (let index = 0; index < source.length; index++) {
    const sign = source[index];
    if (quote !== "") {
      if (sign === "\\") index++;
      else if (sign === quote) quote = "";
      continue;
    }
    if (sign === " " || sign === "\t" || sign === "\n" || sign === "\r") continue;
    if (sign === ";" || (sign === "," && (previous === "" || "([,".includes(previous)))) {
      throw unexpected(sign, index);
    }
    if (previous === "," && (sign === ")" || sign === "]")) throw unexpected(sign, index);
    if (sign === '"' || sign === "'") quote = sign;
    if ("([?!-+".includes(sign)) openers++;
    previous = sign;
  }
  openers += source.match(/\b(?:not|empty)\b/g)?.length ?? 0;
  if (openers > MAX_OPENERS) throw new ParseError(`more than ${MAX_OPENERS} brackets and signs`, 0);
}

/** The value of a string literal; `jsep` itself knows no `\u0041`. */
export function stringValue(raw: string): string {
  return raw.slice(1, -1).replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex?: string, sign?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return ESCAPES[sign as string] ?? (sign as string);
  });
}

const ESCAPES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
});
