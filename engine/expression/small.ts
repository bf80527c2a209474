/**
 * The small language: `${amount > 1000}`, `#{order.items[0].price}` and bare conditions (`bpmn.md` 2).
 *
 * The parser executes nothing. The tree is compiled once to nested closures, so that an
 * evaluation neither parses nor looks at a tree. Values are JSON: only own properties are read, and a
 * value is never called, so there is no way to a prototype, a constructor or a global.
 */
import { type BinaryNode, parseSmall, shorten, stringValue, type SyntaxNode } from "./small_parser.ts";
import { chargeAll, withBudget } from "./small_cost.ts";
import { ExpressionError } from "./types.ts";
import type { EvaluationContext } from "./types.ts";
import {
  arithmetic,
  concatenate,
  divide,
  keysOf,
  methods,
  modulo,
  order,
  sameJson,
  typeName,
} from "./small_values.ts";

/** One node of the expression, ready to run. */
type Run = (context: EvaluationContext) => unknown;

/** The result of {@link compileSmall}. */
export interface SmallProgram {
  /** @throws {ExpressionError} If it cannot be evaluated. */
  readonly run: (context: EvaluationContext) => unknown;
  /** Variables that it reads: the first segments of its paths. */
  readonly names: ReadonlySet<string>;
}

/** Nested closures and parser calls both use the stack: far below what overflows it. */
const MAX_DEPTH = 300;

/**
 * Compiles an expression of the small language.
 *
 * @param source Without the surrounding `${` and `}`.
 * @throws {SyntaxError} If it is not an expression of the small language; says what and where.
 */
export function compileSmall(source: string): SmallProgram {
  const names = new Set<string>();
  const run = compile(parseSmall(source), { source, names }, 0);
  return { run: (context) => withBudget(() => run(context)), names };
}

interface Compiler {
  readonly source: string;
  readonly names: Set<string>;
}

type NodeOf<T extends SyntaxNode["type"]> = Extract<SyntaxNode, { readonly type: T }>;

function nameOf(node: SyntaxNode, compiler: Compiler): string {
  return node.type === "Identifier" ? node.name : refuse(compiler, "a name is expected after the dot");
}

function refuse(compiler: Compiler, what: string): never {
  throw new SyntaxError(`Cannot compile "${shorten(compiler.source)}": ${what}`);
}

function compile(node: SyntaxNode, compiler: Compiler, depth: number): Run {
  if (depth > MAX_DEPTH) refuse(compiler, `nested deeper than ${MAX_DEPTH} levels`);
  const next = (child: SyntaxNode): Run => compile(child, compiler, depth + 1);
  switch (node.type) {
    case "Literal": {
      const value = typeof node.value === "string" ? stringValue(node.raw) : node.value;
      return () => value;
    }
    case "Identifier": {
      const name = node.name;
      compiler.names.add(name);
      return (context) => {
        const value = context.get(name);
        if (value === undefined) {
          throw new ExpressionError(`Cannot read variable "${name}": it does not exist`);
        }
        return value;
      };
    }
    case "MemberExpression":
      return compileMember(node, next(node.object), compiler, depth);
    case "CallExpression":
      return compileCall(node, compiler, next);
    case "UnaryExpression":
      return compileUnary(node, compiler, depth);
    case "BinaryExpression":
      return compileBinary(node, compiler, depth);
    case "ConditionalExpression": {
      const test = next(node.test), yes = next(node.consequent), no = next(node.alternate);
      return (context) => boolean(test(context), "?:") ? yes(context) : no(context);
    }
    case "ArrayExpression": {
      const elements = node.elements.map((element) =>
        element === null ? refuse(compiler, "a list must not have holes") : next(element)
      );
      return (context) =>
        elements.map((element) => {
          const value = element(context);
          // A list may have one large value many times.
          chargeAll(value);
          return value;
        });
    }
    case "ThisExpression":
      return refuse(compiler, `"this" has no meaning here`);
    case "Compound":
    case "SequenceExpression":
      return refuse(compiler, "more than one expression");
    default:
      return refuse(compiler, `"${(node as { type: string }).type}" is not allowed`);
  }
}

/** `a.b` and `a[b]`: missing properties, and properties of null, are null. */
function compileMember(
  node: NodeOf<"MemberExpression">,
  object: Run,
  compiler: Compiler,
  depth: number,
): Run {
  const property = node.property;
  if (!node.computed) {
    const name = nameOf(property, compiler);
    return (context) => ownProperty(object(context), name);
  }
  const key = compile(property, compiler, depth + 1);
  return (context) => {
    const value = object(context);
    const at = key(context);
    if (typeof at !== "string" && typeof at !== "number") {
      throw new ExpressionError(`Cannot look up by ${typeName(at)}: a text or a number is needed`);
    }
    return ownProperty(value, at);
  };
}

function ownProperty(value: unknown, key: string | number): unknown {
  if (typeof value === "string") {
    if (key === "length") return value.length;
    return typeof key === "number" ? value[key] ?? null : null;
  }
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
  return (value as Record<string | number, unknown>)[key] ?? null;
}

function compileCall(
  node: NodeOf<"CallExpression">,
  compiler: Compiler,
  next: (child: SyntaxNode) => Run,
): Run {
  const { callee, arguments: args } = node;
  if (callee.type !== "MemberExpression" || callee.computed) {
    const name = callee.type === "Identifier" ? ` "${callee.name}"` : "";
    refuse(
      compiler,
      `there is no function${name}; only the listed methods of strings, lists and maps can be called`,
    );
  }
  const name = nameOf(callee.property, compiler);
  const method = methods.get(name);
  if (method === undefined) refuse(compiler, `there is no method "${name}"`);
  const [least, most] = method.parameters;
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    refuse(compiler, `method "${name}" takes ${wanted} arguments, not ${args.length}`);
  }
  const target = next(callee.object);
  const [first, second] = args.map(next);
  const call = method.call;
  if (first === undefined) return (context) => call(target(context), undefined, undefined);
  if (second === undefined) return (context) => call(target(context), first(context), undefined);
  return (context) => call(target(context), first(context), second(context));
}

function compileUnary(node: NodeOf<"UnaryExpression">, compiler: Compiler, depth: number): Run {
  const argument = node.argument;
  switch (node.operator) {
    case "empty": {
      const value = compileLenient(argument, compiler, depth + 1);
      return (context) => isEmpty(value(context));
    }
    case "not":
    case "!": {
      const value = compile(argument, compiler, depth + 1);
      return (context) => !boolean(value(context), "!");
    }
    case "-":
    case "+": {
      const value = compile(argument, compiler, depth + 1);
      const sign = node.operator === "-" ? -1 : 1;
      return (context) => arithmetic(value(context), sign, "*");
    }
    default:
      return refuse(compiler, `operator "${node.operator}" is not allowed`);
  }
}

/** Like {@link compile}, but an unknown variable is null: for `empty x`, `x == null` and `x != null`. */
function compileLenient(node: SyntaxNode, compiler: Compiler, depth: number): Run {
  if (depth > MAX_DEPTH) refuse(compiler, `nested deeper than ${MAX_DEPTH} levels`);
  if (node.type === "Identifier") {
    const name = node.name;
    compiler.names.add(name);
    return (context) => context.get(name) ?? null;
  }
  if (node.type === "MemberExpression") {
    return compileMember(
      node,
      compileLenient(node.object, compiler, depth + 1),
      compiler,
      depth,
    );
  }
  return compile(node, compiler, depth);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && keysOf(value).length === 0;
}

const isNull = (node: SyntaxNode): boolean => node.type === "Literal" && node.value === null;

function compileBinary(node: BinaryNode, compiler: Compiler, depth: number): Run {
  const { left: leftNode, right: rightNode, operator } = node;
  if (operator === "&&" || operator === "and" || operator === "||" || operator === "or") {
    return compileLogical(node, compiler, depth);
  }
  if (["==", "===", "eq", "!=", "!==", "ne"].includes(operator)) {
    const equal = !(operator.startsWith("!") || operator === "ne");
    if (isNull(rightNode) || isNull(leftNode)) {
      const value = compileLenient(isNull(rightNode) ? leftNode : rightNode, compiler, depth + 1);
      return (context) => (value(context) === null) === equal;
    }
    const left = compile(leftNode, compiler, depth + 1), right = compile(rightNode, compiler, depth + 1);
    return (context) => sameJson(left(context), right(context)) === equal;
  }
  const left = compile(leftNode, compiler, depth + 1), right = compile(rightNode, compiler, depth + 1);
  switch (operator) {
    case "<":
    case "lt":
      return ordering(left, right, "<", (a, b) => a < b);
    case "<=":
    case "le":
      return ordering(left, right, "<=", (a, b) => a <= b);
    case ">":
    case "gt":
      return ordering(left, right, ">", (a, b) => a > b);
    case ">=":
    case "ge":
      return ordering(left, right, ">=", (a, b) => a >= b);
    case "+":
      return (context) => concatenate(left(context), right(context));
    case "-":
    case "*":
      return (context) => arithmetic(left(context), right(context), operator);
    case "/":
    case "div":
      return (context) => divide(left(context), right(context));
    case "%":
    case "mod":
      return (context) => modulo(left(context), right(context));
    default:
      return refuse(compiler, `operator "${operator}" is not allowed`);
  }
}

function ordering(left: Run, right: Run, operator: string, compare: (a: number, b: number) => boolean): Run {
  return (context) => {
    const a = left(context), b = right(context);
    if (typeof a === "number" && typeof b === "number") return compare(a, b);
    return order(a, b, operator);
  };
}

/** `a || b || c || …` becomes one node: a long list of alternatives is not a deep tree. */
function compileLogical(node: BinaryNode, compiler: Compiler, depth: number): Run {
  const isOr = node.operator === "||" || node.operator === "or";
  const operands: SyntaxNode[] = [];
  let left: SyntaxNode = node;
  while (
    left.type === "BinaryExpression" &&
    (isOr
      ? left.operator === "||" || left.operator === "or"
      : left.operator === "&&" || left.operator === "and")
  ) {
    operands.unshift(left.right);
    left = left.left;
  }
  operands.unshift(left);
  const runs = operands.map((operand) => compile(operand, compiler, depth + 1));
  const sign = isOr ? "||" : "&&";
  if (runs.length === 2) {
    const [first, second] = runs;
    return isOr
      ? (context) => boolean(first(context), sign) || boolean(second(context), sign)
      : (context) => boolean(first(context), sign) && boolean(second(context), sign);
  }
  return (context) => {
    for (const run of runs) {
      if (boolean(run(context), sign) === isOr) return isOr;
    }
    return !isOr;
  };
}

function boolean(value: unknown, operator: string): boolean {
  if (typeof value === "boolean") return value;
  throw new ExpressionError(`Cannot apply "${operator}" to ${typeName(value)}: a boolean is needed`);
}
