/** Tests of what a process does: a model, and what happens to it. */
import assert from "node:assert/strict";
import { compileBpmn } from "../../engine/mod.ts";
import { bpmn } from "./bpmn_builder.ts";
import { assertRepeatable, CoreWorld, type CoreWorldOptions, type Logged } from "./core_world.ts";

/** What {@link scenario} was called with, for those who run it elsewhere. */
export interface Scenario {
  readonly name: string;
  readonly model: string;
  readonly body: (world: CoreWorld) => void;
  readonly options: CoreWorldOptions;
}

let collected: Scenario[] | undefined;

/** Imports test files for their scenarios alone: nothing of them is registered as a test. */
export async function collectScenarios(files: readonly URL[]): Promise<readonly Scenario[]> {
  const { test } = Deno;
  const found: Scenario[] = [];
  collected = found;
  Object.assign(Deno, { test: () => {} });
  try {
    for (const file of files) await import(file.href);
  } finally {
    Object.assign(Deno, { test });
    collected = undefined;
  }
  return found;
}

/**
 * Registers a test that runs three times: straight through, storing and reloading the instance after every command,
 * and once more from the log of commands. The first two must give the same states and effects, the last one the same bytes.
 *
 * @param name The rule; ids of `scenarios.md` stand in front of it.
 * @param model Lines for {@link bpmn}.
 */
export function scenario(
  name: string,
  model: string,
  body: (world: CoreWorld) => void,
  options: CoreWorldOptions = {},
): void {
  if (collected) return void collected.push({ name, model, body, options });
  Deno.test(name, () => {
    const through = new CoreWorld(options);
    through.deploy(bpmn(model));
    body(through);
    const stored = new CoreWorld({ ...options, roundTrip: true });
    stored.deploy(bpmn(model));
    body(stored);
    assert.deepEqual(
      stored.log.map(meaning),
      through.log.map(meaning),
      "storing and reloading after every command changes nothing",
    );
    assertRepeatable(through.log);
  });
}

/** A state that was reloaded has its keys in another order. */
function meaning({ after }: Logged): unknown[] {
  return after.split("\n").map((part) => part === "" ? undefined : JSON.parse(part));
}

/** Registers a test of a model that deploy must refuse by this rule. */
export function refused(name: string, model: string, rule: string): void {
  Deno.test(name, () => {
    assert.throws(() => compileBpmn(bpmn(model)), (error: unknown) => {
      const { problems } = error as { problems: { rule: string; severity: string }[] };
      assert.ok(
        problems.some((problem) => problem.rule === rule && problem.severity === "error"),
        `${rule}, not ${problems.map((problem) => problem.rule)}`,
      );
      return true;
    });
  });
}
