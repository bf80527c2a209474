/** `validation/cases.json`: what the linter must report, and what it must not. */
import { FORM_RULE_REGISTRY } from "../../engine/mod.ts";
import { lint } from "../../engine/mod.ts";
import { EXCLUSIONS } from "./exclusions.ts";
import { type Outcome, readJson } from "./report.ts";

interface Cases {
  readonly rules: readonly { readonly rule: string; readonly text: string }[];
  readonly files: readonly {
    readonly rule: string;
    readonly expect: "reject" | "accept";
    readonly file: string;
  }[];
}

/** Judges every file, and that every rule of the list is one of ours. */
export async function runValidation(folder: URL): Promise<Outcome[]> {
  const cases = await readJson<Cases>(new URL("cases.json", folder));
  if (!cases) return [];
  const covers = new Map(FORM_RULE_REGISTRY.map((rule) => [rule.id, rule.covers]));
  const covered = new Set([...covers.values()].flat());
  const outcomes: Outcome[] = cases.rules.map(({ rule, text }) => ({
    name: `validation rule ${rule}`,
    result: covered.has(rule) ? "passed" : "failed",
    detail: covered.has(rule) ? undefined : `no rule covers it: ${text}`,
  }));
  for (const { rule, expect, file } of cases.files) {
    const name = `validation/${file} ${expect}`;
    const reason = EXCLUSIONS.get(name);
    if (reason) {
      outcomes.push({ name, result: "skipped", detail: reason });
      continue;
    }
    const problems = lint(await Deno.readFile(new URL(file, folder)));
    const hits = problems.filter((problem) => covers.get(problem.rule)?.includes(rule));
    const ok = (hits.length > 0) === (expect === "reject");
    outcomes.push({
      name,
      result: ok ? "passed" : "failed",
      detail: ok
        ? undefined
        : expect === "reject"
        ? `expected: a problem for ${rule}\nactual: ${problems.map((p) => p.rule).join(", ") || "no problem"}`
        : `expected: no problem for ${rule}\nactual: ${
          hits.map((p) => `${p.line}:${p.column} ${p.message}`).join("; ")
        }`,
    });
  }
  return outcomes;
}
