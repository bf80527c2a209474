/**
 * Worker processes of the cases that compare one with several.
 *
 * @module
 */
import type { WorkerCounters } from "../worker.ts";

/** What a worker process works on. */
export interface WorkerRun {
  /** Of a PostgreSQL database, or `kv:` and the path of a Deno KV file. */
  readonly url: string;
  /** Absent: Deno KV has none. */
  readonly schema?: string;
  /** Whose handlers: order fulfilment, or items of a multi-instance. */
  readonly handlers: "orders" | "items";
  /** Handlers take 0 to this many ms. */
  readonly maxHandlerMs: number;
}

/** A process that works on one store after the other, so that its code is compiled once. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Opens a store and waits for the word. */
  open(run: WorkerRun): Promise<void>;
  /** Begins to work. */
  go(): Promise<void>;
  /** What it has done so far. */
  count(): Promise<WorkerCounters>;
  /** Stops, and closes the store. @returns What it has done with it. */
  end(): Promise<WorkerCounters>;
}

/** Starts a worker process. Disposing it ends the process. */
export function spawnWorker(): WorkerProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", new URL("worker_process.ts", import.meta.url).href],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const encoder = new TextEncoder();
  let text = "";
  const say = (line: string): Promise<void> => input.write(encoder.encode(`${line}\n`));
  const answer = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      const { value, done } = await output.read();
      if (done) throw new Error(`Cannot measure: a worker process ended, it said "${text}"`);
      text += value;
    }
  };
  return {
    pid: child.pid,
    async open(run) {
      await say(JSON.stringify(run));
      const line = await answer();
      if (line !== "ready") throw new Error(`Cannot measure: a worker process said "${line}"`);
    },
    go: () => say("go"),
    async count() {
      await say("count");
      return JSON.parse(await answer());
    },
    async end() {
      await say("end");
      return JSON.parse(await answer());
    },
    async [Symbol.asyncDispose]() {
      await input.close();
      await child.status;
      await output.cancel();
    },
  };
}
