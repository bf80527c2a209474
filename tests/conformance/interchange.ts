/** `interchange/*.bpmn`: reference models of other tools must parse, with nothing of BPMN unknown. */
import { checkBpmn } from "../../engine/mod.ts";
import { EXCLUSIONS } from "./exclusions.ts";
import type { Outcome } from "./report.ts";

// What says that a file was not understood, in contrast to a file that was and cannot be executed.
const NOT_UNDERSTOOD = new Set([
  "xml-syntax",
  "xml-doctype",
  "xml-limit",
  "xml-encoding",
  "not-bpmn",
  "unknown-element",
]);

/** Judges every `.bpmn` file of the folder. */
export async function runInterchange(folder: URL): Promise<Outcome[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) if (entry.name.endsWith(".bpmn")) names.push(entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const outcomes: Outcome[] = [];
  for (const file of names.sort()) {
    const name = `interchange/${file}`;
    const reason = EXCLUSIONS.get(name);
    if (reason) {
      outcomes.push({ name, result: "skipped", detail: reason });
      continue;
    }
    const { document, problems, processes, models } = checkBpmn(await Deno.readFile(new URL(file, folder)));
    const bad = problems.filter((problem) => NOT_UNDERSTOOD.has(problem.rule));
    const silent = document && models.length === 0 &&
      !problems.some((problem) => problem.severity === "error");
    const ok = document !== undefined && bad.length === 0 && !silent;
    outcomes.push({
      name,
      result: ok ? "passed" : "failed",
      detail: ok
        ? undefined
        : `expected: all BPMN elements understood, and a clear word if nothing can run\nactual: ${
          bad.map((p) => `${p.line}:${p.column} ${p.message}`).join("; ") ||
          (document ? `${processes.length} processes, no model and no error` : "not parsed")
        }`,
    });
  }
  return outcomes;
}
