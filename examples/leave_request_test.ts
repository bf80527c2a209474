/**
 * How to test a process: its own handlers, the memory store, and a clock that the test moves.
 *
 *     deno test --allow-read --allow-env=LOG examples/leave_request_test.ts
 */
import assert from "node:assert/strict";
import { MemoryStore } from "../storage/memory.ts";
import { createWorker, type Worker } from "../worker.ts";
import { handlers } from "./leave_handlers.ts";

const HOUR_MS = 3_600_000;

/** A worker at a time of our own, with the process deployed. */
async function open(clock: { now(): number }): Promise<Worker> {
  const worker = await createWorker({ store: new MemoryStore(), handlers, clock });
  await worker.engine.deploy(new URL("./leave_request.bpmn", import.meta.url));
  return worker;
}

/** The elements that an instance has passed, in order. */
async function passed({ engine }: Worker, id: string): Promise<string[]> {
  const steps = await engine.history(id);
  return steps.filter(({ endedAt }) => endedAt !== undefined).map(({ elementId }) => elementId);
}

Deno.test("a manager grants leave, after a reminder", async () => {
  let at = Date.UTC(2026, 0, 5, 9);
  await using worker = await open({ now: () => at });
  const { engine } = worker;
  const { id } = await engine.start("leave-request", { variables: { person: "ann", days: 5 } });
  await worker.drain();

  at += 48 * HOUR_MS; // the boundary timer is due
  await worker.drain();

  const { items: [task] } = await engine.userTasks.list({ candidateGroups: ["managers"] });
  await engine.userTasks.complete(task.id, { approved: true });
  const { status } = await engine.getInstance(id);
  assert.equal(status, "completed");
  const elements = await passed(worker, id);
  assert.ok(elements.includes("reminder-sent"));
  assert.equal(elements.at(-1), "granted");
});

Deno.test("too few days, or nobody knows the person: refused without asking anyone", async () => {
  await using worker = await open({ now: () => 0 });
  for (const variables of [{ person: "ben", days: 5 }, { person: "who", days: 1 }]) {
    const { id } = await worker.engine.start("leave-request", { variables });
    await worker.drain();
    assert.equal((await passed(worker, id)).at(-1), "refused");
  }
  assert.deepEqual((await worker.engine.userTasks.list()).items, []);
});
