/**
 * Writes `docs/validation.md` from the severity table and the registry of form rules.
 *
 * `deno run -R -W tools/generate_rules_docs.ts`; with `--check` it only says whether the file has drifted.
 */
import { FORM_RULE_REGISTRY } from "../engine/model/rules/mod.ts";
import { FORM_RULES } from "../engine/model/rules/table.ts";
import { SEVERITIES } from "../engine/model/severity.ts";

const INTRODUCTION = `# Validation

What Baton says about a BPMN file. Each problem has a rule, a line, a column, the id of the element and a
message that says what to do. All problems of a file are told at once; of each rule the first 100, and then
how many more there are.

How bad a rule's problems are:

- \`error\`: the file cannot run as drawn, or says two things at once. It is not deployed.
- \`standard\`: the file breaks a rule of form of BPMN 2.0.2, but there is no doubt about what happens. The
  linter tells; the file is deployed.
- \`warning\`: worth knowing.

Where several processes share a file, a form rule's \`error\` in a process that never runs (it is not marked
executable) is only \`standard\`: it does not keep the others from being deployed.

This page is generated from the rules by \`tools/generate_rules_docs.ts\`.

## Reading and linking

These rules say what must hold for a file to run.
`;

const FORM = `
## Form

These rules are BPMN's own, whether or not a breach keeps a file from running. They look at all processes of a
file, executable or not; those that speak of executable processes mean \`isExecutable="true"\`. References into
imported files are not followed.

A file may leave out the \`incoming\` and \`outgoing\` lists of its nodes altogether, as the XML schema allows:
then the sequence flows alone decide, and only the rules about the lists themselves complain.

"Covers" names the constraints of the BPMNspector catalogue that a rule stands for.
`;

/** A table as `deno fmt` would lay it out. */
function table(rows: readonly (readonly string[])[]): string {
  const [head] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

/** @returns What `docs/validation.md` must hold. */
export function generateRulesDocs(): string {
  const covers = new Map(FORM_RULE_REGISTRY.map((rule) => [rule.id, rule.covers.join(", ")]));
  const form = new Set(FORM_RULES.map(([id]) => id));
  const linking = [...SEVERITIES].filter(([id]) => !form.has(id));
  return [
    INTRODUCTION,
    table([
      ["rule", "severity", "what holds"],
      ...linking.map(([id, { severity, description }]) => [`\`${id}\``, severity, description]),
    ]),
    FORM,
    table([
      ["rule", "severity", "what holds", "covers"],
      ...FORM_RULES.map(([id, { severity, description }]) => [
        `\`${id}\``,
        severity,
        description,
        covers.get(id) ?? "",
      ]),
    ]),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const path = new URL("../docs/validation.md", import.meta.url);
  const wanted = generateRulesDocs();
  if (!Deno.args.includes("--check")) await Deno.writeTextFile(path, wanted);
  else if (await Deno.readTextFile(path).catch(() => "") !== wanted) {
    console.error("Cannot trust docs/validation.md: it has drifted; run tools/generate_rules_docs.ts");
    Deno.exit(1);
  }
}
