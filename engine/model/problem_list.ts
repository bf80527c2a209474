/** The problems of a file while it is checked: of each rule only the first are kept, the others are counted. */
import { nearestId, shortMessage, type XmlElement } from "./document.ts";
import type { Problem, Severity } from "./types.ts";

/** A hostile file has a problem for every few bytes; nobody reads more of one kind than these. */
export const MAX_PROBLEMS_PER_RULE = 100;

/** What is known of one rule's problems of one severity. */
interface Kind {
  kept: number;
  /** The first that was left out, and how many they are. */
  closing?: { readonly first: Problem; more: number };
}

/** Collects problems. Errors and warnings are limited apart: none takes the place of another kind. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  readonly #kinds = new Map<string, Kind>();

  /** Adds a problem at an element, or counts it. */
  add(rule: string, severity: Severity, at: XmlElement, message: string): void {
    const kind = this.#kind(rule, severity);
    // Most of a hostile file's problems are only counted: nothing is made for them.
    if (kind.closing) kind.closing.more += 1;
    else this.#keep(kind, problem(rule, severity, at, message));
  }

  /** Adds a problem that is made already, or counts it. */
  take(problem: Problem): void {
    const kind = this.#kind(problem.rule, problem.severity);
    if (kind.closing) kind.closing.more += 1;
    else this.#keep(kind, { ...problem, message: shortMessage(problem.message) });
  }

  #kind(rule: string, severity: Severity): Kind {
    const key = `${severity} ${rule}`;
    let kind = this.#kinds.get(key);
    if (!kind) this.#kinds.set(key, kind = { kept: 0 });
    return kind;
  }

  #keep(kind: Kind, problem: Problem): void {
    if (kind.kept === MAX_PROBLEMS_PER_RULE) kind.closing = { first: problem, more: 1 };
    else {
      kind.kept += 1;
      this.#kept.push(problem);
    }
  }

  /** What was kept, then one problem for each rule of which some were left out. */
  all(): Problem[] {
    const closing = [...this.#kinds.values()].flatMap(({ closing }) => {
      if (!closing) return [];
      const { first, more } = closing;
      return [{ ...first, message: `... and ${more} more of rule ${first.rule} from here on`, more }];
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
