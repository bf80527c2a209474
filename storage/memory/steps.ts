/** The memory store's history. */
import type { Step } from "../store.ts";

/** Ended steps by instance, sorted by sequence. */
export class MemorySteps {
  readonly #steps = new Map<string, Step[]>();

  /** Steps are written once: whoever hands them in changes them no more. */
  append(instanceId: string, steps: readonly Step[]): void {
    if (steps.length === 0) return;
    const own = this.#steps.get(instanceId);
    if (!own) return void this.#steps.set(instanceId, steps.toSorted(bySequence));
    for (const step of steps) {
      const place = placeAfter(own, step.sequence);
      if (place === own.length) own.push(step);
      else own.splice(place, 0, step);
    }
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

function bySequence(a: Step, b: Step): number {
  return a.sequence - b.sequence;
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
