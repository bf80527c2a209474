import assert from "node:assert/strict";
import plugin from "../../tools/lint_architecture.ts";

/** The messages of our rules on one source text. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map(({ id, message }) => `${id}: ${message}`);
}

const ALLOWED: readonly (readonly [path: string, source: string])[] = [
  ["engine/execution/transition.ts", `import { a } from "../model/types.ts";`],
  ["sql/mod.ts", `export * from "./queries/a.ts";`],
  ["storage/memory.ts", `import type { Step } from "../engine/mod.ts";`],
  ["storage/memory.ts", `import { type Step } from "../engine/mod.ts";`],
  ["storage/memory.ts", `export type { Step } from "../engine/mod.ts";`],
  ["storage/memory.ts", `let step: import("../engine/mod.ts").Step;`],
  ["storage/postgres.ts", `import { statements } from "../sql/mod.ts";`],
  [
    "runtime/engine.ts",
    `import { transition } from "../engine/mod.ts"; import { a } from "../storage/store.ts";`,
  ],
  [
    "worker.ts",
    `import { Engine } from "./runtime/mod.ts"; import type { Store } from "./storage/store.ts";`,
  ],
  ["cli.ts", `import { main } from "./cli/main.ts"; import { KvStore } from "./storage/kv.ts";`],
  ["cli/commands/start.ts", `import { Engine } from "../../mod.ts";`],
  ["tests/engine/model/xml_test.ts", `import { parseXml } from "../../../engine/model/xml.ts";`],
  ["tools/generate_rules_docs.ts", `import { rules } from "../engine/model/rules/mod.ts";`],
  ["examples/own_tables.ts", `import pg from "pg";`],
];

for (const [path, source] of ALLOWED) {
  Deno.test(`lint: ${path} may have ${source}`, () => assert.deepEqual(lint(path, source), []));
}

const REFUSED: readonly (readonly [path: string, source: string, message: RegExp])[] = [
  ["engine/execution/transition.ts", `import type { Store } from "../../storage/store.ts";`, /from engine\//],
  ["sql/mod.ts", `import "../engine/mod.ts";`, /from sql\/: it may import only itself/],
  ["storage/memory.ts", `import { transition } from "../engine/mod.ts";`, /only types/],
  ["storage/memory.ts", `import { transition, type Step } from "../engine/mod.ts";`, /only types/],
  ["storage/memory.ts", `import "../engine/mod.ts";`, /only types/],
  ["storage/memory.ts", `import type { Step } from "../engine/execution/effects.ts";`, /from storage\//],
  ["storage/kv.ts", `export * from "../runtime/mod.ts";`, /from storage\//],
  ["runtime/engine.ts", `import { step } from "../engine/execution/transition.ts";`, /from runtime\//],
  ["runtime/engine.ts", `const { MemoryStore } = await import("../storage/memory.ts");`, /from runtime\//],
  ["worker.ts", `import { KvStore } from "./storage/kv.ts";`, /from worker\.ts/],
  ["worker.ts", `export { transition } from "./engine/mod.ts";`, /from worker\.ts/],
  ["cli.ts", `import { parse } from "./engine/model/xml.ts";`, /from cli\.ts/],
  ["mod.ts", `import { newDatabase } from "./tests/support/postgres.ts";`, /from mod\.ts/],
  ["cli/demo.ts", `import { model } from "../examples/order.ts";`, /from cli\//],
  ["tests/contract/jobs.ts", `import { parse } from "../../engine/model/xml.ts";`, /from tests\//],
  ["extra/new.ts", `import "../mod.ts";`, /not in tools\/lint\/layers\.ts/],
];

for (const [path, source, message] of REFUSED) {
  Deno.test(`lint: ${path} may not have ${source}`, () => {
    const found = lint(path, source);
    assert.equal(found.length, 1);
    assert.match(found[0], /^architecture\/imports: Cannot import/);
    assert.match(found[0], message);
  });
}

Deno.test("lint: a dependency is imported by its one file alone", () => {
  assert.deepEqual(lint("engine/model/xml.ts", `import { SaxesParser } from "saxes";`), []);
  assert.match(
    lint("engine/model/linker.ts", `import { SaxesParser } from "saxes";`)[0],
    /behind engine\/model\/xml\.ts/,
  );
  assert.match(
    lint("storage/postgres.ts", `import type pg from "npm:pg@8.23.1";`)[0],
    /architecture\/dependencies/,
  );
  assert.deepEqual(lint("tests/contract/postgres_test.ts", `import pg from "pg";`), []);
});

Deno.test("lint: a dependency without a named file, and other registries, are refused", () => {
  assert.match(lint("runtime/engine.ts", `import x from "left-pad";`)[0], /name its one file/);
  assert.match(lint("runtime/engine.ts", `import x from "@scope/constructor/sub";`)[0], /name its one file/);
  assert.match(lint("runtime/engine.ts", `import x from "constructor";`)[0], /name its one file/);
  assert.match(lint("tests/a_test.ts", `import x from "jsr:@std/assert";`)[0], /only the npm registry/);
  assert.match(
    lint("tests/a_test.ts", `import x from "https://example.org/x.ts";`)[0],
    /only the npm registry/,
  );
});

Deno.test("lint: the core imports no built-in module", () => {
  assert.match(
    lint("engine/model/hash.ts", `import { createHash } from "node:crypto";`)[0],
    /the core is pure/,
  );
  assert.deepEqual(lint("runtime/hash.ts", `import { createHash } from "node:crypto";`), []);
});
