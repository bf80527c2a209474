/**
 * The lint plugin of this repository: it enforces the layers (who may import whom), that each dependency stands
 * behind one file, and that the core is pure. Deno loads it from `lint.plugins` in deno.json.
 *
 * A stray `;` between statements ends the linter's walk early (Deno 2.9), so the built-in rule `no-extra-semi`
 * and `deno fmt` are part of the guard.
 *
 * @module
 */
import { dependencies, imports } from "./lint/import_rules.ts";
import { pureEngine } from "./lint/pure_engine.ts";

const plugin: Deno.lint.Plugin = {
  name: "architecture",
  rules: { imports, dependencies, "pure-engine": pureEngine },
};

export default plugin;
