/** The shared conformance cases on every store, when they lie beside the repository. */
import assert from "node:assert/strict";
import { runExecution } from "./execution.ts";
import { runInterchange } from "./interchange.ts";
import { type Outcome, report } from "./report.ts";
import { storeDatabase } from "../support/postgres.ts";
import { openStore } from "./stores.ts";
import { runValidation } from "./validation.ts";

const folder = new URL("../../../shared/conformance/", import.meta.url);
const present = await exists(new URL("execution/cases.json", folder));
if (!present) console.log("skipped: no conformance cases in ../shared/conformance");

async function exists(url: URL): Promise<boolean> {
  try {
    await Deno.stat(url);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function judge(outcomes: readonly Outcome[]): void {
  const lines: string[] = [];
  assert.ok(report(outcomes, (line) => lines.push(line)), lines.join("\n"));
}

for (const name of ["memory", "kv", "postgres"]) {
  Deno.test({
    name: `conformance: every execution case on ${name}`,
    ignore: !present,
    fn: async () => {
      await using database = name === "postgres" ? await storeDatabase() : undefined;
      await using opened = await openStore(name, database?.url);
      judge(await runExecution(new URL("execution/", folder), opened.store));
    },
  });
}

Deno.test({
  name: "conformance: every validation case",
  ignore: !present,
  fn: async () => judge(await runValidation(new URL("validation/", folder))),
});

Deno.test({
  name: "conformance: every reference model of other tools",
  ignore: !present,
  fn: async () => judge(await runInterchange(new URL("interchange/", folder))),
});

Deno.test("conformance: a failure, a skipped case and an empty run are told apart", () => {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  assert.equal(
    report([{ name: "a", result: "passed" }, { name: "b", result: "failed", detail: "x" }], print),
    false,
  );
  assert.equal(lines.at(-1), "1 passed, 1 failed");
  assert.equal(
    report([{ name: "a", result: "passed" }, { name: "b", result: "skipped", detail: "why" }], print),
    true,
  );
  assert.equal(lines.at(-1), "1 passed, 0 failed, 1 skipped");
  assert.equal(report([], print), false);
});
