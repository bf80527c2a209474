/**
 * Worker processes of the cases that compare one with several.
 *
 * @module
 */
import type { WorkerCounters } from "../worker.ts";

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** It waits for the word. */
  readonly ready: Promise<void>;
  /** Begins to work. */
  go(): Promise<void>;
  /** Stops. @returns What it has done. */
  end(): Promise<WorkerCounters>;
}

/**
 * Starts a worker process.
 *
 * @param script Stands beside this file.
 * @param warm A schema whose work is done before it is ready. Default: none.
 */
export function spawnWorker(
  script: string,
  url: string,
  schema: string,
  handlerMs: number,
  warm?: string,
): WorkerProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      new URL(script, import.meta.url).href,
      url,
      schema,
      String(handlerMs),
      ...(warm === undefined ? [] : [warm]),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (found: () => boolean): Promise<void> => {
    while (!found()) {
      const { value, done } = await output.read();
      if (done) throw new Error(`Cannot measure: a worker process ended, it said "${text}"`);
      text += value;
    }
  };
  return {
    ready: until(() => text.includes("ready\n")),
    go: () => input.write(new TextEncoder().encode("go\n")),
    async end() {
      await input.close();
      await until(() => text.trimEnd().endsWith("}"));
      await child.status;
      return JSON.parse(text.slice(text.indexOf("{")));
    },
  };
}
