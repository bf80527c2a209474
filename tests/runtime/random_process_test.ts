/**
 * Random well-formed processes on every store, with a worker and a clock that moves when told: the tasks that
 * complete, and when, are those that were foretold without any engine. So the three stores give the same trace.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { type Block, blocks, foretell, render, Tie, VARIABLES } from "../support/random_process.ts";
import { type Given, onEachStore } from "./each_store.ts";

const RUNS = Number(Deno.env.get("BATON_RANDOM_RUNS") ?? 25);
const SEED = Number(Deno.env.get("BATON_RANDOM_SEED") ?? 20_261_124);
const MINUTE = 60_000;
const MAX_TASKS = 60;

/** Processes with their tasks, as `element@minute`. */
function foretold(): { readonly text: string; readonly expected: readonly string[] }[] {
  const known: { text: string; expected: string[] }[] = [];
  for (const block of fc.sample(blocks(), { seed: SEED, numRuns: RUNS * 2 })) {
    const found = known.length < RUNS ? foretellOne(block) : undefined;
    if (found && found.expected.length < MAX_TASKS) known.push(found);
  }
  return known;
}

function foretellOne(block: Block): { text: string; expected: string[] } | undefined {
  const { text, numbers } = render(block);
  try {
    return { text, expected: foretell(block, numbers) };
  } catch (error) {
    // Two timers of a race at the same minute: either may win.
    if (error instanceof Tie) return undefined;
    throw error;
  }
}

async function play({ store, clock, worker: open }: Given, tenant: string, text: string): Promise<void> {
  const worker = await open({ tenant, tenants: [tenant], clock, handlers: { work: () => ({}) } });
  const { engine } = worker;
  await engine.deploy(bpmn(text));
  await engine.start("p", { variables: VARIABLES });
  for (;;) {
    await worker.drain();
    const tasks = await engine.userTasks.list();
    for (const { id } of tasks.items) await engine.userTasks.complete(id);
    if (tasks.items.length) continue;
    const { items } = await store.listJobs({ tenant, take: 1_000 });
    const due = items.flatMap(({ dueAt }) => dueAt === null ? [] : [dueAt]);
    if (!due.length) return;
    clock.advance(Math.max(0, Math.min(...due) - clock.now()));
  }
}

async function completedTasks(store: Store, tenant: string, startedAt: number): Promise<string[]> {
  const { items } = await store.listInstances({ tenant, take: 1_000 });
  const tasks: string[] = [];
  for (const { id, status } of items) {
    assert.notEqual(status, "running");
    for (const step of await store.listSteps(id)) {
      if (step.status !== "completed" || !step.elementId.startsWith("T")) continue;
      tasks.push(`${step.elementId}@${(step.endedAt - startedAt) / MINUTE}`);
    }
  }
  return tasks.sort();
}

onEachStore(`random processes do what is foretold (BATON_RANDOM_SEED=${SEED})`, async (given) => {
  for (const [index, { text, expected }] of foretold().entries()) {
    const tenant = `random-${index}`;
    const startedAt = given.clock.now();
    await play(given, tenant, text);
    const actual = await completedTasks(given.store, tenant, startedAt);
    assert.deepEqual(actual, expected, `in the process\n${text}`);
  }
});
