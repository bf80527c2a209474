/** `docs/expressions.md` names every method of the small language, and nothing that is none. */
import assert from "node:assert/strict";
import { compileExpression } from "../../../engine/expression/compile.ts";
import { methods } from "../../../engine/expression/small_values.ts";

const page = await Deno.readTextFile(new URL("../../../docs/expressions.md", import.meta.url));

Deno.test("docs/expressions.md lists the methods of the small language", () => {
  const [, table] = page.split("| on ");
  const rows = table.slice(0, table.indexOf("\n\n")).split("\n").slice(2).map((row) => row.split("|")[2]);
  const listed = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(listed.sort(), [...methods.keys()].sort());
});

Deno.test("docs/expressions.md: what each method takes is as its row says", () => {
  const values: Readonly<Record<string, unknown>> = { texts: "abc", lists: ["a"], maps: { a: 1 } };
  const [, table] = page.split("| on ");
  for (const row of table.slice(0, table.indexOf("\n\n")).split("\n").slice(2)) {
    const [, kinds, names] = row.split("|");
    if (kinds.trim() === "everything") continue;
    for (const [, name] of names.matchAll(/`(\w+)`/g)) {
      const [least] = methods.get(name)?.parameters ?? [0];
      for (const [kind, value] of Object.entries(values)) {
        const argument = least === 0 ? "" : argumentOf(name, kind);
        const run = () =>
          compileExpression(`\${x.${name}(${argument})}`, { position: "expression" })
            .evaluate({ at: 0, get: () => value });
        if (kinds.includes(kind)) run();
        else assert.throws(run, { code: "expression" }, `${name} on ${kind}`);
      }
    }
  }
});

function argumentOf(name: string, kind: string): string {
  if (name === "containsAll") return "['a']";
  if (["charAt", "substring"].includes(name) || (name === "get" && kind === "lists")) return "0";
  return "'a'";
}
