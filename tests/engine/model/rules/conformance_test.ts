/** The validation files of the BPMNspector suite, when they lie beside the repository. */
import assert from "node:assert/strict";
import { checkRules, FORM_RULE_REGISTRY } from "../../../../engine/model/rules/mod.ts";
import { parseXml } from "../../../../engine/model/xml.ts";

interface ValidationCases {
  readonly rules: readonly { readonly rule: string }[];
  readonly files: readonly {
    readonly rule: string;
    readonly expect: "reject" | "accept";
    readonly file: string;
  }[];
}

const folder = new URL("../../../../../shared/conformance/validation/", import.meta.url);
const cases = readCases();
const covers = new Map(FORM_RULE_REGISTRY.map((rule) => [rule.id, rule.covers]));

function readCases(): ValidationCases | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL("cases.json", folder)));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: no validation files in ../shared/conformance");
    return undefined;
  }
}

Deno.test({
  name: "validation conformance: every rule of the suite is covered",
  ignore: cases === undefined,
  fn() {
    const covered = new Set([...covers.values()].flat());
    assert.deepEqual((cases?.rules ?? []).filter(({ rule }) => !covered.has(rule)), []);
  },
});

for (const { rule, expect, file } of cases?.files ?? []) {
  Deno.test(`validation conformance: ${expect}s ${file}`, () => {
    const problems = checkRules(parseXml(Deno.readFileSync(new URL(file, folder))));
    const reported = problems.filter((problem) => covers.get(problem.rule)?.includes(rule));
    if (expect === "accept") assert.deepEqual(reported, []);
    else assert.ok(reported.length > 0, `nothing reported for ${rule}, only ${JSON.stringify(problems)}`);
  });
}
