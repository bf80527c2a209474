/**
 * Runs this same Deno again, in the repository's folder and without terminal colours (some hints of Deno's are coloured
 * even under NO_COLOR).
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

const ROOT = new URL("../../", import.meta.url);

/** How a command went. */
export interface RunResult {
  /** True if its exit status was 0. */
  readonly passed: boolean;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  /** Duration in milliseconds. */
  readonly ms: number;
}

/** How long to wait for the last output of an ended command: a process that it left behind may hold the pipe. */
const LAST_OUTPUT_MS = 5_000;

/**
 * Runs `deno` with arguments to its end.
 *
 * @param args Arguments of the running binary itself: another `deno` may be on the PATH, or none.
 * @param options.echo Also write the output to standard output while it comes.
 * @param options.limitMs Ends a run that takes longer, as failed. Default: no limit.
 */
export async function run(
  args: readonly string[],
  options: { readonly echo?: boolean; readonly limitMs?: number } = {},
): Promise<RunResult> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> => {
    // By whole lines: an escape sequence may be split between two chunks.
    let rest = "";
    const take = async (text: string): Promise<void> => {
      const plain = stripVTControlCharacters(text);
      output += plain;
      if (options.echo) await writeAll(new TextEncoder().encode(plain));
    };
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const end = (rest + text).lastIndexOf("\n") + 1;
      const lines = (rest + text).slice(0, end);
      rest = (rest + text).slice(end);
      if (lines !== "") await take(lines);
    }
    if (rest !== "") await take(rest);
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);

  const { limitMs } = options;
  let stopped = false;
  const timers: ReturnType<typeof setTimeout>[] = [];
  if (limitMs !== undefined) {
    // SIGTERM first: `deno task` passes it on to what it runs, which SIGKILL would leave behind.
    timers.push(setTimeout(() => {
      stopped = true;
      child.kill("SIGTERM");
    }, limitMs));
    timers.push(setTimeout(() => child.kill("SIGKILL"), limitMs + LAST_OUTPUT_MS));
  }
  const { success } = await child.status;
  timers.forEach(clearTimeout);
  const ended = Promise.withResolvers<void>();
  const grace = setTimeout(ended.resolve, LAST_OUTPUT_MS);
  await Promise.race([reading, ended.promise]);
  clearTimeout(grace);

  if (stopped) output += `\nCannot wait for "deno ${args.join(" ")}": not done after ${limitMs} ms\n`;
  return { passed: success && !stopped, output, ms: performance.now() - started };
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
}
