/** What follows a unit that was not written. */
import { ConflictError, LeaseLostError, StoreError, type UnitResult } from "../storage/store.ts";
import type { Box, Pending } from "./box.ts";
import { DuplicateError } from "./work_item.ts";

/** After this long nobody waits for an answer any more. */
const GIVE_UP_MS = 120_000;
const MAX_PAUSE_MS = 1_000;

/** Half to one and a half times `base * 2^tries`, at most a second: those who collided do not collide again. */
function pauseMs(base: number, tries: number): number {
  return Math.min(MAX_PAUSE_MS, base * 2 ** Math.min(tries, 16)) * (0.5 + Math.random());
}

/** Puts work back, or answers it. */
export const settleFailure = {
  givesUp(pending: Pending): boolean {
    return performance.now() - pending.since > GIVE_UP_MS;
  },

  /** Whether a unit is sent again as it is: what became of it is unknown. */
  repeats(result: UnitResult, first: Pending): boolean {
    // A store that is closed does not come back.
    return result.outcome === "unknown" && !(result.error instanceof StoreError) && !this.givesUp(first);
  },

  pause(tries: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, pauseMs(20, tries)));
  },

  /** @returns How long to wait before the box's next unit; absent: not at all. */
  settle(box: Box, accepted: readonly Pending[], result: UnitResult): number | undefined {
    switch (result.outcome) {
      case "conflict":
      case "busy":
        return again(box, accepted, result);
      case "lease-lost":
        withoutLost(box, accepted, new Set(result.jobIds));
        return undefined;
      case "duplicate":
        for (const pending of accepted) pending.reject(new DuplicateError(result.instanceId));
        return undefined;
      case "rejected":
      case "unknown":
        if (accepted.length > 1 && result.outcome === "rejected") {
          box.single = true;
          box.queue.unshift(...accepted);
        } else for (const pending of accepted) pending.reject(result.error);
        return undefined;
      case "committed":
        return undefined;
    }
  },
};

function again(
  box: Box,
  accepted: readonly Pending[],
  result: UnitResult & { readonly outcome: "conflict" | "busy" },
): number {
  const { outcome } = result;
  const cause = outcome === "busy" ? result.error : undefined;
  const back: Pending[] = [];
  for (const pending of accepted) {
    if (settleFailure.givesUp(pending)) {
      pending.reject(
        new ConflictError(
          `Cannot change instance "${box.id}": ${
            cause?.message ??
              (outcome === "busy" ? "another transaction holds it" : "others keep changing it")
          }`,
          { cause },
        ),
      );
    } else {
      pending.repeats++;
      pending.fresh = true;
      back.push(pending);
    }
  }
  box.queue.unshift(...back);
  const repeats = back[0]?.repeats ?? 0;
  // The first conflict is most likely a stale cache: at once.
  return outcome === "conflict" && repeats <= 1 ? 0 : pauseMs(outcome === "busy" ? 10 : 2, repeats);
}

function withoutLost(box: Box, accepted: readonly Pending[], lost: ReadonlySet<string>): void {
  const back: Pending[] = [];
  for (const pending of accepted) {
    const { lease } = pending.item;
    if (lease && lost.has(lease.jobId)) {
      pending.reject(new LeaseLostError(`Cannot finish job "${lease.jobId}": its lease is over`));
    } else back.push(pending);
  }
  box.queue.unshift(...back);
}
