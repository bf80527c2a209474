/**
 * Tells a global (`process` of Node) from a local of the same name (a parameter called `process`). Lint plugins
 * have no scope analysis of their own.
 *
 * @module
 */
type Node = Deno.lint.Node;

/** Any node as plain fields: the tree is walked by shape, not by its forty types. */
type Fields = { readonly type: string } & Record<string, unknown>;

/** TypeScript wrappers that hold an expression which is there at run time. All other `TS…` nodes hold types. */
const RUNTIME_WRAPPERS = new Set([
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSParameterProperty",
]);

/**
 * Says whether an identifier reads a global variable.
 *
 * @param node The identifier.
 * @param ancestors Its ancestors, outermost first (`sourceCode.getAncestors`).
 * @returns False for property names, labels, types, and names that an enclosing scope declares.
 */
export function readsGlobal(node: Deno.lint.Identifier, ancestors: readonly Node[]): boolean {
  const parents = ancestors as unknown as readonly Fields[];
  if (isName(node, parents.at(-1))) return false;
  if (parents.some(({ type }) => type.startsWith("TS") && !RUNTIME_WRAPPERS.has(type))) return false;
  return !parents.some((scope) => declares(scope).includes(node.name));
}

/** True where an identifier only names something: a key, a member, a label, an imported name. */
function isName(node: Deno.lint.Identifier, parent: Fields | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.computed !== true && at(parent.property, node);
    case "Property":
      // A shorthand `{ fetch }` is key and value at one place: the value reads the variable.
      return parent.computed !== true && parent.shorthand !== true && at(parent.key, node);
    case "PropertyDefinition":
    case "MethodDefinition":
    case "AccessorProperty":
      return parent.computed !== true && at(parent.key, node);
    case "TSEnumMember":
      return at(parent.id, node);
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "ImportAttribute":
    case "MetaProperty":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return true;
    default:
      return false;
  }
}

function at(value: unknown, node: Node): boolean {
  const range = (value as { range?: readonly number[] } | null)?.range;
  return range?.[0] === node.range[0] && range[1] === node.range[1];
}

/** The names that a node declares for everything inside it. */
function declares(scope: Fields): string[] {
  switch (scope.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
      return list(scope.body).flatMap(declaredBy);
    case "SwitchStatement":
      return list(scope.cases).flatMap((c) => list(c.consequent)).flatMap(declaredBy);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [...bound(scope.id), ...list(scope.params).flatMap(bound)];
    case "ClassDeclaration":
    case "ClassExpression":
      return bound(scope.id);
    case "CatchClause":
      return bound(scope.param);
    case "ForStatement":
      return declaredBy(scope.init);
    case "ForInStatement":
    case "ForOfStatement":
      return declaredBy(scope.left);
    default:
      return [];
  }
}

function declaredBy(value: unknown): string[] {
  const node = fields(value);
  switch (node?.type) {
    case "VariableDeclaration":
      return list(node.declarations).flatMap((d) => bound(d.id));
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
      return bound(node.id);
    case "ImportDeclaration":
      return list(node.specifiers).flatMap((s) => bound(s.local));
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      return declaredBy(node.declaration);
    default:
      return [];
  }
}

/** The names that a binding pattern binds. */
function bound(value: unknown): string[] {
  const node = fields(value);
  switch (node?.type) {
    case "Identifier":
      return [String(node.name)];
    case "ObjectPattern":
      return list(node.properties).flatMap((p) => bound(p.type === "RestElement" ? p.argument : p.value));
    case "ArrayPattern":
      return list(node.elements).flatMap(bound);
    case "AssignmentPattern":
      return bound(node.left);
    case "RestElement":
      return bound(node.argument);
    case "TSParameterProperty":
      return bound(node.parameter);
    default:
      return [];
  }
}

function fields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && "type" in value ? value as Fields : undefined;
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.flatMap((item) => fields(item) ?? []) : [];
}
