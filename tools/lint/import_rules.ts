/**
 * Finds every import of a file, in whatever form it is written, and asks the tables about it.
 *
 * @module
 */
import { dependencyProblem, importProblem } from "./layers.ts";

type Judge = (specifier: string, typeOnly: boolean) => string | undefined;

/** The rule `architecture/imports`: folders import only what the table of layers allows. */
export const imports: Deno.lint.Rule = {
  create(context) {
    const from = repositoryPath(context.filename);
    return visitImports(context, (specifier, typeOnly) => {
      if (!specifier.startsWith(".")) return undefined;
      return importProblem(from, resolvePath(from, specifier), typeOnly);
    });
  },
};

/** The rule `architecture/dependencies`: each package is imported by one file. */
export const dependencies: Deno.lint.Rule = {
  create(context) {
    const from = repositoryPath(context.filename);
    return visitImports(context, (specifier) => {
      return specifier.startsWith(".") ? undefined : dependencyProblem(from, specifier);
    });
  },
};

/**
 * A linted file's path as the tables have it.
 *
 * @param filename As the linter gives it: absolute, or already relative (in tests).
 * @returns Relative to the repository's root, with forward slashes.
 */
export function repositoryPath(filename: string): string {
  const root = new URL("../../", import.meta.url).pathname;
  const path = filename.replaceAll("\\", "/");
  const absolute = /^[a-z]:/i.test(path) ? `/${path}` : path;
  return absolute.startsWith(decodeURIComponent(root))
    ? absolute.slice(decodeURIComponent(root).length)
    : path;
}

/** Resolves a relative specifier against a path. Outside the repository it keeps its leading `..`. */
function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "." || part === "") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

function visitImports(context: Deno.lint.RuleContext, judge: Judge): Deno.lint.LintVisitor {
  const check = (node: Deno.lint.Node, specifier: unknown, typeOnly: boolean): void => {
    const problem = typeof specifier === "string" ? judge(specifier, typeOnly) : undefined;
    if (problem !== undefined) context.report({ node, message: problem });
  };
  return {
    ImportDeclaration(node) {
      const named = node.specifiers.filter((s) => s.type === "ImportSpecifier");
      const allTypes = named.length > 0 && named.length === node.specifiers.length &&
        named.every((s) => s.importKind === "type");
      check(node.source, node.source.value, node.importKind === "type" || allTypes);
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) check(node.source, node.source.value, node.exportKind === "type");
    },
    ExportAllDeclaration(node) {
      check(node.source, node.source.value, node.exportKind === "type");
    },
    ImportExpression(node) {
      check(node.source, node.source.type === "Literal" ? node.source.value : undefined, false);
    },
    TSImportType(node) {
      const { argument } = node as unknown as { argument: { literal?: { value?: unknown } } };
      check(node, argument.literal?.value, true);
    },
  };
}
