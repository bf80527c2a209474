/**
 * Models of our own in the style of the shared execution cases, and what their scripts must leave.
 *
 * A model is text for `bpmn_builder.ts`, with two shorthands: `t7` is a script task that leaves `SCRIPT_task7`, and
 * `S id=SOME_SCRIPT` is one with another of the pseudo scripts. Or it is XML.
 */
import { bpmn } from "../../support/bpmn_builder.ts";
import type { Process } from "../execution.ts";

/** Name, model, and runs of its process `p`. */
export type Case = readonly [name: string, model: string, runs: readonly Run[]];

/**
 * Variables; the trace in short ({@link LINES}, a number stands for that script task); processes that start first.
 */
export type Run = readonly [inputs: Record<string, unknown>, expected: string, startFirst?: string];

const LINES: Readonly<Record<string, string>> = {
  M: "MARKER_exists",
  P: "EXECUTION_parallel",
  D: "DATA_correct",
  I: "INCREMENT_correct",
  /** Refused, or an error at run time, and nothing else. */
  E: "ERROR",
  /** Error at run time. */
  R: "ERROR_runtime",
  /** An error end event that nothing caught. */
  X: "ERROR_thrownErrorEvent",
};

/** @returns The case as the runner takes it, with its XML. */
export function processOf([name, model, runs]: Case): Process & { readonly xml: string } {
  return {
    file: name,
    processId: "p",
    xml: model.trimStart().startsWith("<") ? model : bpmn(expand(model)),
    cases: runs.map(([inputs, expected, startFirst]) => ({
      inputs,
      expected: expected.split(/\s+/).filter(Boolean).map((line) => LINES[line] ?? `SCRIPT_task${line}`),
      startFirst: startFirst?.split(" "),
    })),
  };
}

const TASK = /^t(\d+)[a-z]?$/;

function expand(model: string): string {
  const lines = model.split("\n").filter((line) => line.trim());
  const declared = new Set<string>();
  for (const line of lines) {
    const id = /^\s*(?:undo )?\w+ (\w+)/.exec(line)?.[1];
    if (id !== undefined && !line.includes("->")) declared.add(id);
  }
  return lines.flatMap((line) => expandLine(line, declared)).join("\n");
}

function expandLine(line: string, declared: Set<string>): string[] {
  const margin = /^\s*/.exec(line)?.[0] ?? "";
  const short = /^\s*S (\w+)=(\w+)(.*)$/.exec(line);
  if (short) return [`${margin}script ${short[1]}${short[3]}`, `${margin}  <script>${short[2]}</script>`];
  const task = /^\s*(?:undo )?script (\w+)/.exec(line)?.[1];
  const number = task === undefined ? undefined : TASK.exec(task)?.[1];
  if (number !== undefined) return [line, `${margin}  <script>SCRIPT_task${number}</script>`];
  if (!line.includes("->")) return [line];
  const ids = line.replace(/-\[.*?\]->|-\/->|->/g, " ").split(/[\s,]+/);
  const tasks = ids.filter((id) => TASK.test(id) && !declared.has(id));
  for (const id of tasks) declared.add(id);
  const drawn = [...new Set(tasks)].flatMap((id) => [
    `${margin}script ${id}`,
    `${margin}  <script>SCRIPT_task${TASK.exec(id)?.[1]}</script>`,
  ]);
  return [...drawn, line];
}
