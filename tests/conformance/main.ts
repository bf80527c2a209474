/**
 * Runs conformance cases from a folder: `deno task conformance [DIR] [--store memory|kv|postgres]`.
 *
 * The folder has `execution/cases.json`, `validation/cases.json` and `interchange/*.bpmn`, or some of them. Exit
 * status 1 when a case fails or none was found.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runExecution } from "./execution.ts";
import { runInterchange } from "./interchange.ts";
import { type Outcome, report } from "./report.ts";
import { openStore } from "./stores.ts";
import { runValidation } from "./validation.ts";

const DEFAULT_FOLDER = "../shared/conformance";

/** Runs all three kinds of cases. */
export async function runConformance(folder: URL, storeName: string): Promise<Outcome[]> {
  await using opened = await openStore(storeName);
  return [
    ...await runExecution(new URL("execution/", folder), opened.store),
    ...await runValidation(new URL("validation/", folder)),
    ...await runInterchange(new URL("interchange/", folder)),
  ];
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { store: { type: "string", default: "memory" } },
  });
  const folder = pathToFileURL(`${resolve(positionals[0] ?? DEFAULT_FOLDER)}/`);
  const ok = report(await runConformance(folder, values.store));
  Deno.exit(ok ? 0 : 1);
}
