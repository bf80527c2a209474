/** What a conformance run says. */

/** One judged case. */
export interface Outcome {
  /** `execution/events/Link_Event.bpmn #1`. */
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  /** Why it was skipped, or what was expected and what came. */
  readonly detail?: string;
}

/** Prints every failure and exclusion, then the closing line. @returns Whether nothing failed and something ran. */
export function report(outcomes: readonly Outcome[], print: (line: string) => void = console.log): boolean {
  for (const { name, result, detail } of outcomes) {
    if (result !== "passed") print(`${result}: ${name}\n    ${(detail ?? "").replaceAll("\n", "\n    ")}`);
  }
  const count = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length;
  const skipped = count("skipped");
  print(`${count("passed")} passed, ${count("failed")} failed${skipped ? `, ${skipped} skipped` : ""}`);
  return count("failed") === 0 && count("passed") > 0;
}

/** @returns A folder's file as JSON, or `undefined` if there is none. */
export async function readJson<T>(url: URL): Promise<T | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(url)) as T;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
