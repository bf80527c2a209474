/**
 * Random well-formed processes: each completes, with exactly the tasks and times that were foretold; nothing is left
 * over; storing and reloading after every command, or cutting units short, changes nothing; the same commands give
 * the same bytes.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { bpmn } from "../../support/bpmn_builder.ts";
import { assertRepeatable, CoreWorld, type CoreWorldOptions } from "../../support/core_world.ts";
import { type Block, blocks, foretell, render, Tie, VARIABLES } from "../../support/random_process.ts";

const RUNS = Number(Deno.env.get("BATON_RANDOM_RUNS") ?? 200);
const SEED = Number(Deno.env.get("BATON_RANDOM_SEED") ?? 20_261_124);
const MINUTE = 60_000;

function play(text: string, order: number, options: CoreWorldOptions = {}): CoreWorld {
  const w = new CoreWorld(options);
  w.handlers.set("work", () => ({ variables: {} }));
  w.deploy(bpmn(text));
  w.start("p", { ...VARIABLES });
  for (let i = 0; i < 5_000; i++) {
    // People take their tasks in any order.
    const tasks = [...w.userTasks.values()];
    const task = tasks[(i * 31 + order) % tasks.length];
    if (task) w.complete(task.elementId, {}, task.instanceId);
    else if (!w.runNext()) break;
  }
  return w;
}

function completedTasks(w: CoreWorld): string[] {
  const from = Date.UTC(2026, 0, 1);
  return [...w.live.values()].flatMap(({ steps }) =>
    steps.filter((step) => step.status === "completed" && step.elementId.startsWith("T"))
      .map((step) => `${step.elementId}@${(step.endedAt - from) / MINUTE}`)
  ).sort();
}

function assertEnded(w: CoreWorld): void {
  const [root, ...children] = w.live.keys();
  assert.deepEqual(w.problems(), []);
  assert.equal(w.status(root), "completed");
  for (const child of children) assert.notEqual(w.status(child), "running");
  assert.deepEqual([w.jobs.size, w.subscriptions.size, w.userTasks.size], [0, 0, 0]);
}

function check(block: Block, order: number): void {
  const { text, numbers } = render(block);
  let expected: string[];
  try {
    expected = foretell(block, numbers);
  } catch (error) {
    if (!(error instanceof Tie)) throw error;
    return fc.pre(false);
  }
  fc.pre(expected.length < 150);
  try {
    const through = play(text, order);
    assertEnded(through);
    assert.deepEqual(completedTasks(through), expected);
    assertRepeatable(through.log);
    const stored = play(text, order, { roundTrip: true });
    const traces = (w: CoreWorld) => [...w.live.keys()].map((id) => w.trace(id));
    assert.deepEqual(traces(stored), traces(through));
    const cut = play(text, order, { roundTrip: true, maxRows: 3 });
    assertEnded(cut);
    assert.deepEqual(completedTasks(cut), expected);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nin the process\n${text}`, { cause: error });
  }
}

Deno.test(`random processes do what is foretold (BATON_RANDOM_SEED=${SEED})`, () => {
  fc.assert(fc.property(blocks(), fc.nat(100), check), { seed: SEED, numRuns: RUNS });
});
