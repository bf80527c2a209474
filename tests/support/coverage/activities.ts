/** Every activity: by itself, with each marker, with a boundary event, as a compensation handler. */
import assert from "node:assert/strict";
import type { ElementType } from "../../../engine/mod.ts";
import type { CoreWorld } from "../core_world.ts";
import type { Cell } from "./cell.ts";

/** How the model builder writes an activity, and how its work is done. */
interface Activity {
  readonly type: ElementType;
  /** Lines; `{options}` is where markers go. */
  readonly lines: string;
  /** Further processes of the file. */
  readonly beside?: string;
  /** Completes at once, without anything from outside. */
  readonly automatic?: boolean;
  /** Does the work of one execution. */
  readonly work?: (w: CoreWorld) => void;
}

/** One handler does one job. */
function handle(w: CoreWorld): void {
  const job = [...w.jobs.values()].find(({ type }) => type === "work");
  assert.ok(job?.instanceId, "a job is open");
  w.send(job.instanceId, { kind: "completeJob", jobId: job.id, variables: {} });
  w.advance(0);
}

const ACTIVITIES: readonly Activity[] = [
  { type: "task", lines: "task a{options}", automatic: true },
  { type: "manualTask", lines: "manual a{options}", automatic: true },
  { type: "serviceTask", lines: "service a: type=work{more}", work: handle },
  { type: "businessRuleTask", lines: "rule a: type=work{more}", work: handle },
  { type: "sendTask", lines: "send a: type=work{more}", work: handle },
  { type: "receiveTask", lines: "receive a: message=m{more}", work: (w) => w.publish("m") },
  { type: "userTask", lines: "user a{options}", work: (w) => w.complete("a") },
  { type: "scriptTask", lines: 'script a: feel="1 + 1" result=two{more}', automatic: true },
  {
    type: "callActivity",
    lines: "call a: calls=q{more}",
    beside: "process q\n  start9 -> Inner -> end9",
    work: (w) => {
      w.run();
      w.complete("Inner");
      w.run();
    },
  },
  {
    type: "subProcess",
    lines: "sub a{options}\n  start9 -> Inner -> end9",
    work: (w) => w.complete("Inner"),
  },
  {
    type: "transaction",
    lines: "transaction a{options}\n  start9 -> Inner -> end9",
    work: (w) => w.complete("Inner"),
  },
  { type: "adHocSubProcess", lines: "adhoc a{options}\n  user Inner", work: (w) => w.complete("Inner") },
];

const MARKERS: Readonly<Record<string, string>> = {
  plain: "",
  "standard loop": "max=2",
  "sequential multi-instance": "sequential=2",
  "parallel multi-instance": "parallel=2",
};

function lines(activity: Activity, options: string): string {
  return activity.lines.replace("{options}", options ? `: ${options}` : "").replace(
    "{more}",
    options ? ` ${options}` : "",
  );
}

function model(activity: Activity, options: string, rest: string): string {
  const inside = `${lines(activity, options)}\n${rest}`;
  const indented = inside.split("\n").map((line) => `  ${line}`).join("\n");
  return `process p\n${indented}${activity.beside ? `\n${activity.beside}` : ""}`;
}

/** All cells of the activities' table. */
export function activityCells(): Cell[] {
  return ACTIVITIES.flatMap((activity) => [
    ...Object.entries(MARKERS).map(([column, options]) => marker(activity, column, options)),
    boundary(activity),
    handler(activity),
  ]);
}

function marker(activity: Activity, column: string, options: string): Cell {
  const times = options ? 2 : 1;
  return {
    row: activity.type,
    column,
    elements: [activity.type],
    model: model(activity, options, "start -> a -> After -> end"),
    run: (w) => {
      const id = w.start("p");
      for (let i = 0; i < times; i++) {
        if (activity.automatic) break;
        assert.equal(w.tasks().includes("After"), false, `it goes on only after ${times} executions`);
        activity.work?.(w);
      }
      w.run();
      assert.deepEqual(w.tasks(), ["After"]);
      assert.equal(w.count("a"), times);
      w.complete("After");
      assert.equal(w.status(id), "completed");
    },
  };
}

function boundary(activity: Activity): Cell {
  // What completes at once cannot be interrupted: its boundary must be disarmed.
  return {
    row: activity.type,
    column: "boundary event",
    elements: [activity.type, "boundaryEvent"],
    model: model(
      activity,
      "",
      "boundary late on a: timer=PT1H\nstart -> a -> After -> end1\nlate -> Late -> end2",
    ),
    run: (w) => {
      w.start("p");
      w.advance(0);
      w.advance(3_600_000);
      w.run();
      assert.deepEqual(w.tasks(), activity.automatic ? ["After"] : ["Late"]);
    },
  };
}

function handler(activity: Activity): Cell {
  return {
    row: activity.type,
    column: "compensation handler",
    elements: [activity.type],
    model: model(
      { ...activity, lines: `undo ${activity.lines.replace(/^(\w+ a)/, "$1 of Main")}` },
      "",
      "throw undoAll: compensate\nstart -> Main -> undoAll -> After -> end",
    ),
    run: (w) => {
      w.start("p");
      w.complete("Main");
      activity.work?.(w);
      w.run();
      assert.deepEqual(w.tasks(), ["After"]);
      assert.equal(w.count("a"), 1);
    },
  };
}
