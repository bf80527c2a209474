/**
 * What earlier releases have stored goes on: their commands give the same steps and ask for the same things, and each
 * of their states, read from the store as it is, comes to the same end. The fixtures are never written again
 * (`tools/record_histories.ts`).
 */
import assert from "node:assert/strict";
import {
  compileBpmn,
  createInstance,
  decodeInstance,
  encodeState,
  encodeVariables,
  type Instance,
  noEffects,
  type ProcessModel,
  transition,
} from "../../engine/mod.ts";
import { askedFor, type CoreLog, type LoggedCommand } from "../support/core_log.ts";

const FIXTURES = new URL("fixtures/", import.meta.url);

/** Everything that a stored token may wait for; scripts are answered in the unit that asks, and never stored. */
const WAITS = [
  ...[
    "join",
    "inclusive",
    "complex",
    "quantity",
    "job",
    "user",

    "child",
    "event",
    "scope",
    "answer",
  ],
  ...["compensation", "incident"],
];

function run(model: ProcessModel, instance: Instance, logged: LoggedCommand): string[] {
  const effects = noEffects();
  const { context, scriptFormats, command } = logged;
  const formats = scriptFormats && { scriptFormats: new Set(scriptFormats) };
  transition(instance, structuredClone(command), { ...context, ...formats, model, effects });
  return askedFor(effects);
}

/** When the fixture was recorded, a loop around a call left these behind in the caller. */
const LEFT_BEHIND = ["loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"];

function end({ state, vars }: Instance): unknown {
  const variables = JSON.parse(encodeVariables(vars));
  for (const name of LEFT_BEHIND) delete variables[name];
  return {
    status: state.status,
    seq: state.seq,
    variables,
    incidents: state.incidents ?? 0,
  };
}

function stored(logged: LoggedCommand): Instance {
  return decodeInstance(logged.id, { ...logged, locals: logged.locals });
}

/** Nothing of before remains in memory but what was stored. */
function reloaded(instance: Instance, logged: LoggedCommand): Instance {
  const locals: Record<string, unknown> = {};
  for (const [id, values] of instance.vars) if (id !== 0) locals[id] = values;
  return decodeInstance(logged.id, {
    state: encodeState(instance.state),
    variables: encodeVariables(instance.vars),
    locals: JSON.stringify(locals),
  });
}

const names = [...Deno.readDirSync(FIXTURES)].map(({ name }) => name).filter((name) =>
  name.endsWith(".jsonl")
);

for (const file of names.sort()) {
  const text = Deno.readTextFileSync(new URL(file, FIXTURES));
  const logs = text.trim().split("\n").map((line) => JSON.parse(line) as CoreLog);

  Deno.test(`${file}: the recorded commands give the same steps and ask for the same`, () => {
    for (const { name, files, commands } of logs) {
      const models = new Map(files.flatMap((xml) => compileBpmn(xml).models.map((each) => [each.id, each])));
      const instances = new Map<string, Instance>();
      for (const [index, logged] of commands.entries()) {
        const model = models.get(logged.key);
        assert.ok(model, `${name}: process ${logged.key}`);
        const instance = instances.get(logged.id) ?? createInstance(logged.id, model);
        const context = `${name}, command ${index} (${logged.command.kind})`;
        assert.deepEqual(run(model, instance, logged), logged.asked, context);
        assert.deepEqual(end(instance), end(stored(logged)), context);
        instances.set(logged.id, reloaded(instance, logged));
      }
    }
  });

  Deno.test(`${file}: every stored state goes on to the same end`, () => {
    let states = 0;
    for (const { name, files, commands } of logs) {
      const models = new Map(files.flatMap((xml) => compileBpmn(xml).models.map((each) => [each.id, each])));
      for (const [from, start] of commands.entries()) {
        const model = models.get(start.key);
        assert.ok(model, `${name}: process ${start.key}`);
        const instance = stored(start);
        states++;
        for (const logged of commands.slice(from + 1)) {
          if (logged.id !== start.id) continue;
          const context = `${name}, from the state after command ${from}: ${logged.command.kind}`;
          assert.deepEqual(run(model, instance, logged), logged.asked, context);
          assert.deepEqual(end(instance), end(stored(logged)), context);
        }
      }
    }
    assert.ok(states > 500, `${states} states`);
  });

  Deno.test(`${file}: the stored states have tokens that wait for everything there is`, () => {
    const waits = new Set([...text.matchAll(/\\"wait\\":\\"(\w+)\\"/g)].map(([, wait]) => wait));
    assert.deepEqual(WAITS.filter((wait) => !waits.has(wait)), []);
  });
}

Deno.test("there are fixtures, and they are text of this kind", () => {
  assert.ok(names.length > 0);
});
