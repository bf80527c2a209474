/**
 * The core is a pure, synchronous function: time, ids and random numbers arrive in the command. Without this a
 * recorded list of commands would not replay to the same bytes.
 *
 * @module
 */
import { repositoryPath } from "./import_rules.ts";
import { readsGlobal } from "./scopes.ts";

/** Globals that read the outside, act on it, or run later. */
const IMPURE_GLOBALS = new Set([
  ..."Deno process globalThis self window navigator performance crypto localStorage sessionStorage caches"
    .split(" "),
  ..."fetch WebSocket EventSource XMLHttpRequest Worker SharedWorker BroadcastChannel MessageChannel".split(
    " ",
  ),
  ..."setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask".split(
    " ",
  ),
  ..."requestAnimationFrame Promise AbortController AbortSignal Atomics FinalizationRegistry WeakRef".split(
    " ",
  ),
  ..."console alert confirm prompt eval Function require".split(" "),
]);

/** Members of otherwise harmless globals. */
const IMPURE_MEMBERS = new Set(["Date.now", "Math.random", "Temporal.Now"]);

/** The rule `architecture/pure-engine`: files under engine/ do no I/O, read no clock and never wait. */
export const pureEngine: Deno.lint.Rule = {
  create(context) {
    if (!repositoryPath(context.filename).startsWith("engine/")) return {};
    const forbid = (node: Deno.lint.Node, what: string): void =>
      context.report({ node, message: `Cannot use ${what} in engine/: the core is pure and synchronous` });
    const isGlobal = (node: Deno.lint.Node, name: string): boolean =>
      node.type === "Identifier" && node.name === name &&
      readsGlobal(node, context.sourceCode.getAncestors(node));
    const forbidAsync = (node: Deno.lint.Node & { async: boolean }): void => {
      if (node.async) forbid(node, "an async function");
    };
    return {
      AwaitExpression: (node) => forbid(node, "await"),
      ForOfStatement(node) {
        if (node.await) forbid(node, "for await");
      },
      VariableDeclaration(node) {
        if (node.kind === "await using") forbid(node, "await using");
      },
      FunctionDeclaration: forbidAsync,
      FunctionExpression: forbidAsync,
      ArrowFunctionExpression: forbidAsync,
      ImportExpression: (node) => forbid(node, "a dynamic import"),
      MetaProperty(node) {
        if (node.meta.name === "import") forbid(node, "import.meta");
      },
      Identifier(node) {
        if (IMPURE_GLOBALS.has(node.name) && readsGlobal(node, context.sourceCode.getAncestors(node))) {
          forbid(node, node.name);
        }
      },
      MemberExpression(node) {
        const property = node.computed
          ? node.property.type === "Literal" ? node.property.value : undefined
          : node.property.type === "Identifier"
          ? node.property.name
          : undefined;
        if (node.object.type !== "Identifier") return;
        const member = `${node.object.name}.${property}`;
        // Temporal is imported from its polyfill: a local name, but its Now is the clock all the same.
        const clock = member === "Temporal.Now";
        if (IMPURE_MEMBERS.has(member) && (clock || isGlobal(node.object, node.object.name))) {
          forbid(node, member);
        }
      },
      NewExpression(node) {
        if (node.arguments.length === 0 && isGlobal(node.callee, "Date")) {
          forbid(node, "new Date() without a time");
        }
      },
      CallExpression(node) {
        if (isGlobal(node.callee, "Date")) forbid(node, "Date()");
      },
      VariableDeclarator(node) {
        if (node.id.type !== "ObjectPattern" || node.init?.type !== "Identifier") return;
        for (const property of node.id.properties) {
          if (property.type !== "Property" || property.key.type !== "Identifier") continue;
          const member = `${node.init.name}.${property.key.name}`;
          if (IMPURE_MEMBERS.has(member)) forbid(property, member);
        }
      },
    };
  },
};
