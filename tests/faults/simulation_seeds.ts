/** Many seeds on all cores. */
import type { Batch, BatchResult } from "./simulation_thread.ts";

/** Small enough that the threads end together. */
const BATCH = 20;

/** What came of them. */
export interface SeedsResult {
  readonly seeds: number;
  readonly commits: number;
  readonly calls: number;
  /** By seed; once there is one, only what is under way goes on. */
  readonly failed: readonly { readonly seed: number; readonly error: string }[];
}

/** How they are run. */
export interface SeedsOptions {
  /** Default: as many as there are cores. */
  readonly threads?: number;
  /** No further seeds are begun after this long. */
  readonly maxMs?: number;
  /** Name of a broken store. */
  readonly broken?: string;
}

/** Runs the seeds from one to another, both included. */
export async function runSeeds(from: number, to: number, options: SeedsOptions = {}): Promise<SeedsResult> {
  const { threads = navigator.hardwareConcurrency, maxMs = Infinity, broken } = options;
  const until = performance.now() + maxMs;
  const results: BatchResult[] = [];
  let next = from;
  const work = async (): Promise<void> => {
    const thread = new Worker(new URL("./simulation_thread.ts", import.meta.url), { type: "module" });
    try {
      await answer(thread, "start");
      while (next <= to && performance.now() < until && !results.some(({ failed }) => failed)) {
        const batch: Batch = { from: next, to: Math.min(to, next + BATCH - 1), broken };
        next = batch.to + 1;
        const answered = answer(thread, `run the seeds ${batch.from} to ${batch.to}`);
        thread.postMessage(batch);
        results.push(await answered);
      }
    } finally {
      thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  const sum = (of: (result: BatchResult) => number) => results.reduce((total, each) => total + of(each), 0);
  return {
    seeds: sum((each) => each.seeds),
    commits: sum((each) => each.commits),
    calls: sum((each) => each.calls),
    failed: results.flatMap(({ failed }) => failed ?? []).sort((a, b) => a.seed - b.seed),
  };
}

function answer(thread: Worker, what: string): Promise<BatchResult> {
  return new Promise((resolve, reject) => {
    thread.onmessage = ({ data }: MessageEvent<BatchResult>) => resolve(data);
    thread.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot ${what}: ${event.message}`));
    };
  });
}
