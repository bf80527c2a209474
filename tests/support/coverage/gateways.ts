/** Every gateway, diverging, converging, and starting the process. */
import assert from "node:assert/strict";
import type { ElementType } from "../../../engine/mod.ts";
import type { CoreWorld } from "../core_world.ts";
import type { Cell } from "./cell.ts";

/** All cells of the gateways' table. */
export function gatewayCells(): Cell[] {
  return [
    diverging("exclusiveGateway", "xor", ["A"]),
    diverging("parallelGateway", "parallel", ["A", "B", "C"]),
    diverging("inclusiveGateway", "inclusive", ["A", "B"]),
    diverging("complexGateway", "complex", ["A", "B"]),
    converging("exclusiveGateway", "xor", 2),
    converging("parallelGateway", "parallel", 1),
    converging("inclusiveGateway", "inclusive", 1),
    converging("complexGateway", "complex", 1),
    {
      row: "eventBasedGateway",
      column: "diverging",
      elements: ["eventBasedGateway", "intermediateCatchEvent"],
      model:
        "events g\ncatch m1: message=m\ncatch t1: timer=PT1H\nstart -> g -> m1, t1\nm1 -> A -> end1\nt1 -> B -> end2",
      run: (w) => {
        const id = w.start("p");
        w.advance(3_600_000);
        assert.deepEqual([w.tasks(), w.subscriptions.size], [["B"], 0]);
        ends(w, id);
      },
    },
    instantiating("starts the process", false, ["A"]),
    instantiating("starts the process, parallel", true, ["A", "B"]),
  ];
}

function ends(w: CoreWorld, id: string): void {
  for (const task of w.tasks()) w.complete(task);
  w.run();
  assert.equal(w.status(id), "completed");
}

function diverging(row: ElementType, kind: string, tasks: readonly string[]): Cell {
  const conditional = kind !== "parallel";
  return {
    row,
    column: "diverging",
    elements: [row],
    model: conditional
      ? `${kind} g\nstart -> g -[x > 0]-> A -> end1\ng -[x > 1]-> B -> end2\ng -/-> C -> end3`
      : `${kind} g\nstart -> g -> A, B, C\nA, B, C -> end1`,
    run: (w) => {
      const id = w.start("p", { x: 2 });
      assert.deepEqual(w.tasks(), [...tasks]);
      ends(w, id);
    },
  };
}

function converging(row: ElementType, kind: string, passes: number): Cell {
  return {
    row,
    column: "converging",
    elements: [row],
    model: `parallel fork\n${kind} g\nstart -> fork -> A, B -> g -> After -> end`,
    run: (w) => {
      const id = w.start("p");
      w.complete("A");
      w.complete("B");
      assert.equal(w.tasks().length, passes);
      ends(w, id);
    },
  };
}

function instantiating(column: string, parallel: boolean, tasks: readonly string[]): Cell {
  const gateway = parallel ? "events g: instantiate eventGatewayType=Parallel" : "events g: instantiate";
  return {
    row: "eventBasedGateway",
    column,
    elements: ["eventBasedGateway", "intermediateCatchEvent"],
    model:
      `${gateway}\ncatch m1: message=m\ncatch m2: message=n\ng -> m1, m2\nm1 -> A -> end1\nm2 -> B -> end2`,
    run: (w) => {
      const id = w.start("p", {}, { startEvent: "m1", definitionIndex: 0 });
      if (tasks.length > 1) {
        assert.deepEqual(w.tasks(), ["A"], "the second event is still to come");
        w.publish("n");
      }
      assert.deepEqual(w.tasks(), [...tasks]);
      ends(w, id);
    },
  };
}
