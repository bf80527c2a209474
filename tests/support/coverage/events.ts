/** Every event definition in every position that the specification allows (BPMN 2.0.2, tables 10.84 to 10.91). */
import assert from "node:assert/strict";
import { EVENT_POSITIONS, type EventPosition, type Trigger } from "../../../engine/mod.ts";
import type { CoreWorld } from "../core_world.ts";
import type { Cell } from "./cell.ts";

/** Rows of the events' table: the kinds of definitions, and the multiple events. */
export type EventRow = Trigger | "multiple" | "parallel multiple";

/** How the model builder writes a definition. */
const WRITTEN: Readonly<Record<EventRow, string>> = {
  none: "",
  message: "message=m",
  timer: "timer=PT1H",
  conditional: 'condition="x > 1"',
  signal: "signal=s",
  error: "error=E",
  escalation: "escalation=X",
  cancel: "cancel",
  compensate: "compensate",
  link: "link=L",
  terminate: "terminate",
  multiple: "message=m signal=s",
  "parallel multiple": "message=m signal=s allOf",
};

/** Makes the event occur that `main`, an open user task, or a catch event waits for. */
function occur(w: CoreWorld, id: string, row: EventRow): void {
  switch (row) {
    case "message":
    case "multiple":
      return w.publish("m");
    case "timer":
      return w.advance(3_600_000);
    case "conditional":
      return void w.send(id, { kind: "setVariables", variables: { x: 2 } });
    case "signal":
      return w.signal("s");
    case "error":
    case "escalation": {
      const [taskId] = [...w.userTasks].find(([, task]) => task.elementId === "Main") ?? [];
      assert.ok(taskId, "the task that throws is open");
      const code = row === "error" ? "E" : "X";
      return void w.send(id, { kind: "throwFromUserTask", taskId, throws: row, code });
    }
    case "parallel multiple":
      w.publish("m");
      assert.deepEqual(w.tasks().includes("After"), false, "one of two events is not enough");
      return w.signal("s");
    default:
      throw new RangeError(`Cannot make a "${row}" event occur from outside`);
  }
}

function rowsOf(position: EventPosition): EventRow[] {
  const rows: EventRow[] = [...EVENT_POSITIONS[position]];
  if (position === "sub-process start") return rows;
  rows.push("multiple");
  if (position !== "intermediate throw" && position !== "end") rows.push("parallel multiple");
  return rows;
}

/** All cells of the events' table. */
export function eventCells(): Cell[] {
  const cells: Cell[] = [];
  for (const column of Object.keys(EVENT_POSITIONS) as EventPosition[]) {
    for (const row of rowsOf(column)) cells.push(cell(column, row));
  }
  return cells;
}

function cell(column: EventPosition, row: EventRow): Cell {
  switch (column) {
    case "top-level start":
      return topLevelStart(column, row);
    case "sub-process start":
      return {
        row,
        column,
        elements: ["startEvent", "subProcess"],
        model: "sub S\n  start1 -> After -> end1\nstart -> S -> end",
        run: (w) => opens(w, w.start("p"), ["After"]),
      };
    case "event sub-process start, interrupting":
    case "event sub-process start, non-interrupting":
      return eventSubProcessStart(column, row, column.endsWith("non-interrupting"));
    case "boundary, interrupting":
    case "boundary, non-interrupting":
      return boundary(column, row, column.endsWith("non-interrupting"));
    case "intermediate catch":
      return intermediateCatch(column, row);
    case "intermediate throw":
      return thrown(column, row, "throw");
    case "end":
      return thrown(column, row, "end");
  }
}

function opens(w: CoreWorld, id: string, tasks: readonly string[]): void {
  assert.deepEqual(w.tasks(), [...tasks].sort());
  for (const task of tasks) w.complete(task);
  w.run();
  assert.equal(w.status(id), "completed");
}

function topLevelStart(column: string, row: EventRow): Cell {
  return {
    row,
    column,
    elements: ["startEvent"],
    model: `start begin: ${WRITTEN[row]}\nbegin -> After -> end`,
    run: (w) => {
      const id = row === "none"
        ? w.start("p")
        : w.start("p", {}, { startEvent: "begin", definitionIndex: 0 });
      if (row === "parallel multiple") {
        assert.deepEqual(w.tasks(), [], "the first event only reserves the instance");
        w.signal("s");
      }
      opens(w, id, ["After"]);
    },
  };
}

function eventSubProcessStart(column: string, row: EventRow, non: boolean): Cell {
  const start = `start begin: ${WRITTEN[row]}${non ? " non" : ""}`;
  if (row === "compensate") {
    return {
      row,
      column,
      elements: ["eventSubProcess", "startEvent"],
      model: `
sub S
  start1 -> Done -> end1
  event handler
    ${start}
    begin -> After -> end3
throw undoAll: compensate
start -> S -> undoAll -> end`,
      run: (w) => {
        const id = w.start("p");
        w.complete("Done");
        opens(w, id, ["After"]);
      },
    };
  }
  return {
    row,
    column,
    elements: ["eventSubProcess", "startEvent"],
    model: `
event handler
  ${start}
  begin -> After -> end2
start -> Main -> end1`,
    run: (w) => {
      const id = w.start("p");
      occur(w, id, row);
      opens(w, id, non ? ["After", "Main"] : ["After"]);
    },
  };
}

function boundary(column: string, row: EventRow, non: boolean): Cell {
  if (row === "cancel") {
    return {
      row,
      column,
      elements: ["boundaryEvent", "transaction", "endEvent"],
      model: `
transaction T
  end stop: cancel
  start1 -> Main -> stop
boundary cancelled on T: cancel
start -> T -> end1
cancelled -> After -> end2`,
      run: (w) => {
        const id = w.start("p");
        w.complete("Main");
        opens(w, id, ["After"]);
      },
    };
  }
  if (row === "compensate") {
    return {
      row,
      column,
      elements: ["boundaryEvent"],
      model: "undo user After of Main\nthrow undoAll: compensate\nstart -> Main -> undoAll -> end",
      run: (w) => {
        const id = w.start("p");
        w.complete("Main");
        opens(w, id, ["After"]);
      },
    };
  }
  return {
    row,
    column,
    elements: ["boundaryEvent", "userTask"],
    model: `boundary b on Main: ${WRITTEN[row]}${
      non ? " non" : ""
    }\nstart -> Main -> end1\nb -> After -> end2`,
    run: (w) => {
      const id = w.start("p");
      occur(w, id, row);
      opens(w, id, non ? ["After", "Main"] : ["After"]);
    },
  };
}

function intermediateCatch(column: string, row: EventRow): Cell {
  if (row === "link") {
    return {
      row,
      column,
      elements: ["intermediateCatchEvent", "intermediateThrowEvent"],
      model: "throw jump: link=L\ncatch land: link=L\nstart -> jump\nland -> After -> end",
      run: (w) => opens(w, w.start("p"), ["After"]),
    };
  }
  return {
    row,
    column,
    elements: ["intermediateCatchEvent"],
    model: `catch wait: ${WRITTEN[row]}\nstart -> wait -> After -> end`,
    run: (w) => {
      const id = w.start("p");
      assert.deepEqual(w.tasks(), []);
      occur(w, id, row);
      opens(w, id, ["After"]);
    },
  };
}

/** A throw in a sub-process whose boundary, or a catch beside it, shows that it arrived. */
function thrown(column: string, row: EventRow, kind: "throw" | "end"): Cell {
  const elements: Cell["elements"] = [kind === "end" ? "endEvent" : "intermediateThrowEvent"];
  const event = `${kind} out: ${WRITTEN[row]}`;
  const on = kind === "end" ? "-> out" : "-> out -> end1";
  switch (row) {
    case "none":
      return {
        row,
        column,
        elements,
        model: `${event}\nstart -> A ${on}`,
        run: (w) => opens(w, w.start("p"), ["A"]),
      };
    case "link":
      return {
        row,
        column,
        elements,
        model: "throw jump: link=L\ncatch land: link=L\nstart -> A -> jump\nland -> After -> end",
        run: (w) => {
          const id = w.start("p");
          w.complete("A");
          opens(w, id, ["After"]);
        },
      };
    case "terminate":
      return {
        row,
        column,
        elements,
        model: `${event}\nparallel fork\nstart -> fork -> A, B\nA -> out\nB -> end2`,
        run: (w) => {
          const id = w.start("p");
          w.complete("A");
          assert.deepEqual([w.tasks(), w.status(id)], [[], "completed"]);
        },
      };
    case "cancel":
      return boundary(column, row, false);
    case "compensate":
      return {
        row,
        column,
        elements,
        model: `undo user UndoA of A\n${event}\nstart -> A ${on}`,
        run: (w) => {
          const id = w.start("p");
          w.complete("A");
          opens(w, id, ["UndoA"]);
        },
      };
    case "error":
    case "escalation":
      return {
        row,
        column,
        elements,
        model: `
sub S
  ${event}
  start1 -> A ${on}
boundary b on S: ${WRITTEN[row]}
start -> S -> end2
b -> After -> end3`,
        run: (w) => {
          const id = w.start("p");
          w.complete("A");
          opens(w, id, ["After"]);
        },
      };
    default:
      return {
        row,
        column,
        elements,
        model: `
process p
  ${event}
  start -> A ${on}
process q
  catch wait: ${row === "signal" ? "signal=s" : "message=m"}
  start2 -> wait -> After -> end3`,
        run: (w) => {
          const other = w.start("q");
          w.start("p");
          w.complete("A");
          w.run();
          opens(w, other, ["After"]);
        },
      };
  }
}
