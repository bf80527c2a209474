/** The memory store's history. */
import type { Step } from "../store.ts";

/** Ended steps by instance, sorted by sequence. */
export class MemorySteps {
  readonly #steps = new Map<string, Step[]>();

  append(instanceId: string, steps: readonly Step[]): void {
    if (steps.length === 0) return;
    let own = this.#steps.get(instanceId);
    if (!own) this.#steps.set(instanceId, own = []);
    for (const step of steps) own.splice(placeAfter(own, step.sequence), 0, { ...step });
  }

  /** All of an instance. */
  of(instanceId: string): readonly Step[] {
    return this.#steps.get(instanceId) ?? [];
  }

  /** Removes all of an instance. */
  delete(instanceId: string): void {
    this.#steps.delete(instanceId);
  }

  list(instanceId: string, after: number, take: number): Step[] {
    const own = this.of(instanceId);
    const from = placeAfter(own, after);
    return own.slice(from, from + take).map((step) => ({ ...step }));
  }
}

/** Where the first step after a sequence is: nearly always near the end. */
function placeAfter(steps: readonly Step[], sequence: number): number {
  if (steps.length === 0 || steps[steps.length - 1].sequence <= sequence) return steps.length;
  let low = 0, high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle].sequence <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
