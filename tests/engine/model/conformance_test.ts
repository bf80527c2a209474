import assert from "node:assert/strict";
import { compileBpmn, parseBpmn } from "../../../engine/model/parse.ts";
import { BpmnValidationError } from "../../../engine/model/errors.ts";
import { lint } from "../../../engine/model/lint.ts";

const ROOT = new URL("../../../../shared/conformance/", import.meta.url);
const read = (path: string): Uint8Array => Deno.readFileSync(new URL(path, ROOT));

function isPresent(): boolean {
  try {
    return Deno.statSync(ROOT).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const present = isPresent();
if (!present) console.log("skipped: ../shared/conformance is not there, so its files are not read");

Deno.test({
  name: "every interchange file is read, and no BPMN element in it is unknown",
  ignore: !present,
  fn() {
    const names = [...Deno.readDirSync(new URL("interchange/", ROOT))].map((entry) => entry.name).filter((
      n,
    ) => n.endsWith(".bpmn"));
    assert.ok(names.length > 0);
    for (const name of names) {
      const { document, problems, processes, models } = parseBpmn(read(`interchange/${name}`));
      assert.ok(document, name);
      assert.ok(processes.length > 0, name);
      const unknown = problems.filter((p) => ["unknown-element", "unsupported-element"].includes(p.rule));
      assert.deepEqual(unknown, [], name);
      const executable = processes.filter((p) => p.isExecutable).length;
      if (executable > 0) assert.ok(models.length >= executable, name);
      else assert.ok(problems.some((p) => p.rule === "not-executable"), name);
    }
  },
});

Deno.test({
  name: "every execution file compiles, but for those that must be refused",
  ignore: !present,
  fn() {
    interface Case {
      file: string;
      processId: string;
      cases: { expected: string[] }[];
    }
    const files: Case[] = JSON.parse(new TextDecoder().decode(read("execution/cases.json")));
    assert.ok(files.length > 0);
    for (const { file, processId, cases } of files) {
      const mayRefuse = cases.some(({ expected }) =>
        expected.includes("ERROR") || expected.includes("ERROR_deployment")
      );
      try {
        const { models } = compileBpmn(read(`execution/${file}`));
        assert.ok(models.some((model) => model.id === processId), file);
      } catch (error) {
        if (!(mayRefuse && error instanceof BpmnValidationError)) throw error;
      }
    }
  },
});

Deno.test({
  name: "no validation file makes the linter throw",
  ignore: !present,
  fn() {
    const { files }: { files: { file: string }[] } = JSON.parse(
      new TextDecoder().decode(read("validation/cases.json")),
    );
    assert.ok(files.length > 0);
    for (const { file } of files) assert.ok(Array.isArray(lint(read(`validation/${file}`))), file);
  },
});
