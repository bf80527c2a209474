import assert from "node:assert/strict";
import { Deadlines } from "../../storage/postgres/deadlines.ts";

/** Waits until a deadline is over. */
function over(deadlines: Deadlines, ms: number): Promise<void> {
  // The timer does not keep the process alive.
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 1_000);
    deadlines.begin(ms, () => {
      clearInterval(alive);
      resolve();
    });
  });
}

Deno.test("deadlines: what ends in time is not told, what does not is told once", async () => {
  const deadlines = new Deadlines();
  const told: string[] = [];
  const inTime = deadlines.begin(5, () => told.push("in time"));
  const late = deadlines.begin(10, () => told.push("late"));
  assert.equal(deadlines.end(inTime), true);
  assert.equal(deadlines.end(inTime), false, "once");
  await over(deadlines, 30);
  await over(deadlines, 1);
  assert.deepEqual(told, ["late"]);
  assert.equal(deadlines.end(late), false, "it was late");
  deadlines.close();
});

Deno.test("deadlines: a short one that begins after a long one is told first", async () => {
  const deadlines = new Deadlines();
  const told: string[] = [];
  const long = deadlines.begin(3_600_000, () => told.push("long"));
  deadlines.begin(5, () => told.push("short"));
  await over(deadlines, 10);
  assert.deepEqual(told, ["short"]);
  assert.equal(deadlines.end(long), true);
  deadlines.close();
});

Deno.test("deadlines: whoever is told may begin another one", async () => {
  const deadlines = new Deadlines();
  const told: number[] = [];
  await new Promise<void>((resolve) => {
    const alive = setInterval(() => {}, 1_000);
    deadlines.begin(1, () => {
      told.push(1);
      deadlines.begin(1, () => {
        told.push(2);
        clearInterval(alive);
        resolve();
      });
    });
  });
  assert.deepEqual(told, [1, 2]);
  deadlines.close();
});

Deno.test("deadlines: what is under way when they are closed has its limit still", async () => {
  const deadlines = new Deadlines();
  const inTime = deadlines.begin(3_600_000, () => {});
  const late = over(deadlines, 5);
  deadlines.close();
  await late;
  // No timer is left then: the test would be told of it.
  assert.equal(deadlines.end(inTime), true);
});
