/** The error of a refused model. */
import { countOf } from "./problem_list.ts";
import type { Problem } from "./types.ts";

/** How many problems the message lists. */
const LISTED = 5;

/** A BPMN file that cannot be deployed. Has every problem found, not just the first. */
export class BpmnValidationError extends Error {
  /** Stable code. */
  readonly code = "bpmn-validation";
  /** Of the class. */
  override name = "BpmnValidationError";
  /** All problems of the file, warnings included, in the order of the file. */
  readonly problems: readonly Problem[];

  /**
   * Makes the error; its message lists the first problems of severity `error`.
   *
   * @param problems All problems found.
   * @param fileName Names the file in the message.
   */
  constructor(problems: readonly Problem[], fileName?: string) {
    const errors = problems.filter((p) => p.severity === "error");
    const lines = errors.slice(0, LISTED).map((p) => `  ${p.line}:${p.column} ${p.rule}: ${p.message}`);
    const count = countOf(problems, "error");
    if (count > LISTED) lines.push(`  and ${count - LISTED} more`);
    const file = fileName === undefined ? "the model" : `"${fileName}"`;
    super(
      `Cannot deploy ${file}: ${count} error${count === 1 ? "" : "s"}\n${lines.join("\n")}`,
    );
    this.problems = problems;
  }
}
