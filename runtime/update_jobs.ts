/** Changes to leased jobs that touch no instance. */
import type { JobUpdate, Store } from "../storage/store.ts";
import type { Runtime } from "./runtime.ts";
import { settleFailure } from "./settle.ts";

/** After this long a job that somebody is writing counts as lost: it comes back when its lease ends. */
const GIVE_UP_MS = 120_000;

/**
 * Asks again for jobs that somebody is writing, such as a heartbeat of this very worker.
 *
 * @param store That of a transaction. Default: the runtime's.
 * @returns For each whether it was done; if not, its lease is over.
 */
export async function updateJobs(
  runtime: Runtime,
  updates: readonly JobUpdate[],
  store: Store = runtime.store,
): Promise<readonly boolean[]> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  const done = updates.map(() => false);
  let open = [...updates.keys()];
  for (let tries = 0; open.length > 0; tries++) {
    if (tries > 0) await settleFailure.pause(tries - 1);
    const asked = open;
    const results = await store.updateJobs(asked.map((index) => updates[index]), runtime.time.override);
    asked.forEach((index, i) => done[index] = results[i] === "done");
    open = performance.now() < giveUpAt ? asked.filter((_, i) => results[i] === "busy") : [];
  }
  return done;
}
