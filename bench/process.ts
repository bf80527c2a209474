/**
 * Runs a measurement in a process of its own: timers, pools, compiled code and garbage of others stay out of it.
 *
 * @module
 */

/** How the processes of workers run: V8's settings that `docs/performance.md` advises. The peers ran slower with them. */
export const WORKER_FLAGS = "--v8-flags=--no-allocation-site-pretenuring,--min-semi-space-size=32";

/** The same, in words. */
export const WORKER_V8 = "V8 without pretenuring, young generation of 32 MB from the start";

/** Options of a process. */
export interface ProcessOptions {
  /** A worker's, see {@link WORKER_FLAGS}. */
  readonly worker?: boolean;
}

/**
 * Runs a script that prints its result as JSON in its last line.
 *
 * @param script Path from this folder.
 * @param args What the script is to be given.
 * @throws {Error} If it fails or prints no result.
 */
export async function runProcess<T>(
  script: string,
  args: readonly (string | number)[],
  options?: ProcessOptions,
): Promise<T> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: command(script, args, options),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const last = new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !last.startsWith("{")) {
    const said = new TextDecoder().decode(stderr).trimEnd().split("\n").slice(-10).join("\n");
    throw new Error(`Cannot measure with ${script}: it ended with ${code} and said\n${said}`);
  }
  return JSON.parse(last);
}

/** A process that answers line by line. Disposing it closes its input and waits until it has ended. */
export interface TalkingProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends a line. */
  say(line: string): Promise<void>;
  /** Waits for a line. @throws {Error} If the process ends instead. */
  hear(): Promise<string>;
}

/** Starts a script that reads and prints lines. @param script Path from this folder. */
export function talkTo(
  script: string,
  args: readonly (string | number)[],
  options?: ProcessOptions,
): TalkingProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: command(script, args, options),
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const encoder = new TextEncoder();
  let text = "";
  return {
    pid: child.pid,
    say: (line) => input.write(encoder.encode(`${line}\n`)),
    async hear() {
      for (;;) {
        const end = text.indexOf("\n");
        if (end >= 0) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          return line;
        }
        const { value, done } = await output.read();
        if (done) throw new Error(`Cannot measure: ${script} ended, it said "${text}"`);
        text += value;
      }
    },
    async [Symbol.asyncDispose]() {
      await input.close();
      await child.status;
      await output.cancel();
    },
  };
}

/** The lines that this process is told. */
export async function* linesOf(input: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of input.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() as string;
    yield* lines;
  }
}

function command(script: string, args: readonly (string | number)[], options: ProcessOptions = {}): string[] {
  const flags = options.worker ? [WORKER_FLAGS] : [];
  return [
    "run",
    "--allow-all",
    "--no-check",
    ...flags,
    new URL(script, import.meta.url).href,
    ...args.map(String),
  ];
}
