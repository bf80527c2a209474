/**
 * Bounds the work of one evaluation of the small language. Nothing interrupts it, so that what looks at lists and
 * texts counts: the same expression and variables fail everywhere or nowhere.
 */
import { ExpressionError } from "./types.ts";

/** Some three million items that are compared, or 80 MB of text that are made or searched. */
const MAX_COST = 10_000_000;
/** One node of a value, and one name of a map. */
const NODE = 3, KEY = 10;

/** What is left of the evaluation that runs now; absent: none runs. */
let left: number | undefined;

/** Runs with a budget; the parts of a template share one. */
export function withBudget<T>(run: () => T): T {
  if (left !== undefined) return run();
  left = MAX_COST;
  try {
    return run();
  } finally {
    left = undefined;
  }
}

/** @throws {ExpressionError} If the evaluation has cost too much. */
function charge(cost: number): void {
  if (left === undefined) return;
  left -= cost;
  if (left < 0) {
    throw new ExpressionError("Cannot evaluate: it takes too many steps, or makes too large a value");
  }
}

/** One value is looked at. */
export function chargeNode(): void {
  charge(NODE);
}

/** The names of a map are listed. */
export function chargeKeys(count: number): void {
  charge(KEY * count);
}

/** A text is made or searched. */
export function chargeText(text: string): void {
  charge(text.length / 8);
}

/** All of a value is written down. */
export function chargeAll(value: unknown): void {
  charge(NODE);
  if (typeof value === "string") return chargeText(value);
  if (typeof value !== "object" || value === null) return;
  for (const item of Array.isArray(value) ? value : Object.values(value)) chargeAll(item);
}
