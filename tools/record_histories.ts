/**
 * Records what this release stores, for the releases to come: `tests/upgrades/fixtures/NAME.jsonl` has the commands
 * of the scenarios in `tests/engine/execution/`, and the state after each of them. Run once per state format, or when
 * a release stores something new; what is recorded is never written again.
 *
 *     deno run -A tools/record_histories.ts NAME
 */
import { decodeInstance, noEffects, type ProcessModel } from "../engine/mod.ts";
import { bpmn } from "../tests/support/bpmn_builder.ts";
import { CoreWorld } from "../tests/support/core_world.ts";
import { collectScenarios } from "../tests/support/scenario.ts";
import { askedFor, type CoreLog, type LoggedCommand } from "../tests/support/core_log.ts";

const SCENARIOS = new URL("../tests/engine/execution/", import.meta.url);
/** Larger ones are tests of size: they have no shapes that others have not. */
const MAX_BYTES = 60_000;

class FilesWorld extends CoreWorld {
  readonly files: string[] = [];
  override deploy(xml: string): readonly ProcessModel[] {
    this.files.push(xml);
    return super.deploy(xml);
  }
}

const [name] = Deno.args;
if (!/^[a-z0-9_]+$/.test(name ?? "")) {
  console.error("Usage: record_histories.ts NAME, in lower case");
  Deno.exit(2);
}
const urls: URL[] = [];
for (const { name: file } of Deno.readDirSync(SCENARIOS)) {
  if (
    file.endsWith("_test.ts") &&
    Deno.readTextFileSync(new URL(file, SCENARIOS)).includes("support/scenario.ts")
  ) {
    urls.push(new URL(file, SCENARIOS));
  }
}
urls.sort((a, b) => a.href < b.href ? -1 : 1);
const lines: string[] = [];
for (const { name, model, body, options } of await collectScenarios(urls)) {
  const world = new FilesWorld({ ...options, roundTrip: true });
  world.deploy(bpmn(model));
  body(world);
  const commands = world.log.map(({ id, model, command, context, after }): LoggedCommand => {
    const [state, variables, locals, effects] = after.split("\n");
    const { scriptFormats, ...kept } = context;
    decodeInstance(id, { state, variables, locals: locals || undefined });
    return {
      id,
      key: model.id,
      command,
      context: kept,
      ...(scriptFormats && { scriptFormats: [...scriptFormats] }),
      state,
      variables,
      ...(locals && { locals }),
      asked: askedFor({ ...noEffects(), ...JSON.parse(effects) }),
    };
  });
  const log: CoreLog = { name, files: world.files, commands };
  const line = JSON.stringify(log);
  if (line.length <= MAX_BYTES) lines.push(line);
}
const out = new URL(`../tests/upgrades/fixtures/${name}.jsonl`, import.meta.url);
Deno.writeTextFileSync(out, `${lines.join("\n")}\n`, { createNew: true });
console.log(`${lines.length} scenarios in ${out.pathname}`);
