import assert from "node:assert/strict";
import plugin from "../../tools/lint_architecture.ts";

function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source)
    .filter(({ id }) => id === "architecture/pure-engine")
    .map(({ message }) => message);
}

const IMPURE = [
  "export async function f() {}",
  "const f = async () => 1;",
  "class A { async f() {} }",
  "const o = { async f() {} };",
  "async function* f() {}",
  "const t = Date.now();",
  `const t = Date["now"]();`,
  "const { now } = Date;",
  "const now = Date.now;",
  "const t = new Date();",
  "const t = Date();",
  "const r = Math.random();",
  "const t = Temporal.Now.instant();",
  `fetch("http://example.org");`,
  "const f = fetch;",
  "const o = { fetch };",
  "function f(get = fetch) {}",
  "const f = fetch as unknown;",
  `Deno.readTextFileSync("a");`,
  "globalThis.x = 1;",
  `console.log("a");`,
  "setTimeout(() => {}, 1);",
  "queueMicrotask(() => {});",
  "const id = crypto.randomUUID();",
  "const t = performance.now();",
  "const p = Promise.resolve(1);",
  "const home = process.env.HOME;",
  `const f = new Function("return 1");`,
  "const u = import.meta.url;",
  `const m = import("./a.ts");`,
  "function f(process: unknown) {}\nprocess.exit();",
  "{ const fetch = 1; }\nfetch();",
];

for (const source of IMPURE) {
  Deno.test(`lint: engine/ may not have ${JSON.stringify(source)}`, () => {
    assert.notDeepEqual(lint("engine/execution/x.ts", source), []);
    assert.deepEqual(lint("runtime/x.ts", source), [], "the rule is for engine/ alone");
  });
}

Deno.test("lint: await is refused in engine/", () => {
  assert.deepEqual(lint("engine/x.ts", "await f();"), [
    "Cannot use await in engine/: the core is pure and synchronous",
  ]);
  assert.equal(lint("engine/x.ts", "for await (const x of y) f(x);").length, 1);
  assert.equal(lint("engine/x.ts", "await using a = f();").length, 1);
});

const PURE = [
  "const t = new Date(at);",
  "const t = Date.UTC(2026, 1, 1);",
  "const m = Math.max(1, 2);",
  "function f(process: { id: string }) { return process.id; }",
  "const f = ({ process }: { process: unknown }) => process;",
  "for (const process of all) use(process);",
  "class A { fetch() { return this.fetch; } }",
  "const o = { process: 1, fetch() {} };",
  "const name = element.process;",
  "let kind: Promise<void>;",
  "type F = typeof fetch;",
  "interface A { process: string; now(): Date }",
  "enum Kind { process = 1 }",
  "try { f(); } catch (process) { use(process); }",
  `import { fetch } from "./mine.ts";\nfetch();`,
  "function f() { return process(); function process() { return 1; } }",
  "switch (a) { case 1: { const self = 1; use(self); } }",
];

for (const source of PURE) {
  Deno.test(`lint: engine/ may have ${JSON.stringify(source)}`, () => {
    assert.deepEqual(lint("engine/execution/x.ts", source), []);
  });
}

Deno.test("lint: the plugin is switched on in deno.json", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.deepEqual(config.lint.plugins, ["./tools/lint_architecture.ts"]);
});
