/** The problems of a file while it is checked: of each rule only the first are kept, the others are counted. */
import { nearestId, shortMessage, type XmlElement } from "./document.ts";
import type { Problem, Severity } from "./types.ts";

/** A hostile file has a problem for every few bytes; nobody reads more of one kind than these. */
export const MAX_PROBLEMS_PER_RULE = 100;

/** What is known of one rule's problems of one severity. */
interface Kind {
  kept: number;
  /** Where the first stands that was left out, and how many they are. */
  closing?: { readonly at: XmlElement; more: number };
}

/** Collects problems. Errors and warnings are limited apart: none takes the place of another kind. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  readonly #kinds = new Map<string, Kind>();

  /** Adds a problem at an element, or counts it. */
  add(rule: string, severity: Severity, at: XmlElement, message: string): void {
    const key = `${severity} ${rule}`;
    let kind = this.#kinds.get(key);
    if (!kind) this.#kinds.set(key, kind = { kept: 0 });
    if (kind.kept === MAX_PROBLEMS_PER_RULE) {
      kind.closing ??= { at, more: 0 };
      kind.closing.more += 1;
      return;
    }
    kind.kept += 1;
    this.#kept.push(problem(rule, severity, at, message));
  }

  /** What was kept, then one problem for each rule of which some were left out. */
  all(): Problem[] {
    const closing = [...this.#kinds].flatMap(([key, { closing }]) => {
      if (!closing) return [];
      const [severity, rule] = key.split(" ") as [Severity, string];
      const message = `... and ${closing.more} more of rule ${rule} from here on`;
      return [{ ...problem(rule, severity, closing.at, message), more: closing.more }];
    });
    return [...this.#kept, ...closing];
  }
}

function problem(rule: string, severity: Severity, at: XmlElement, message: string): Problem {
  const elementId = nearestId(at);
  return {
    rule,
    severity,
    message: shortMessage(message),
    line: at.line,
    column: at.column,
    ...(elementId === undefined ? {} : { elementId }),
  };
}

/** How many problems of a severity a file has, with those that a list leaves out. */
export function countOf(problems: readonly Problem[], severity: Problem["severity"]): number {
  let count = 0;
  for (const p of problems) if (p.severity === severity) count += p.more ?? 1;
  return count;
}
