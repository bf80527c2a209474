/** A thread that runs seeds: each thread has its own globals, so its own simulated time. */
import { BROKEN_STORES } from "./broken_stores.ts";
import { simulate } from "./simulation.ts";

/** Seeds to run. */
export interface Batch {
  readonly from: number;
  readonly to: number;
  /** One of `BROKEN_STORES`. */
  readonly broken?: string;
}

/** What came of them; after a failure the rest is left out. */
export interface BatchResult {
  readonly seeds: number;
  readonly commits: number;
  readonly calls: number;
  readonly failed?: { readonly seed: number; readonly error: string };
}

async function run({ from, to, broken }: Batch): Promise<BatchResult> {
  let commits = 0, calls = 0;
  for (let seed = from; seed <= to; seed++) {
    try {
      const result = await simulate(seed, broken === undefined ? {} : { broken: BROKEN_STORES[broken] });
      commits += result.commits;
      calls += result.calls;
    } catch (error) {
      const failed = { seed, error: Deno.inspect(error, { colors: false }) };
      return { seeds: seed - from + 1, commits, calls, failed };
    }
  }
  return { seeds: to - from + 1, commits, calls };
}

const self = globalThis as unknown as {
  onmessage: (event: MessageEvent<Batch>) => void;
  postMessage(result: BatchResult | "ready"): void;
};
self.onmessage = ({ data }) => void run(data).then((result) => self.postMessage(result));
// What is sent while the modules load is lost.
self.postMessage("ready");
