/** Runs the command line: in this process with a terminal of ours, or as users do, in a process of its own. */
import { main } from "../../cli.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

/** What a run left behind. */
export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How to run. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Columns of a terminal; absent: a pipe. */
  readonly width?: number;
  readonly color?: boolean;
  /** The line is redrawn. */
  readonly live?: boolean;
}

/** Runs it here: quick, and sees the same as a process. */
export async function baton(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  let out = "", err = "";
  const code = await main(args, {
    out: (text) => out += text,
    error: (text) => err += text,
    env: (name) => options.env?.[name],
    readInput: () => Promise.resolve(options.input ?? ""),
    ...(options.width !== undefined && { width: options.width }),
    live: options.live ?? false,
    color: options.color ?? false,
  });
  return { code, out, err };
}

/** Runs it and reads its JSON. @throws {Error} If it failed. */
export async function batonJson<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { code, out, err } = await baton([...args, "--json"], options);
  if (code !== 0) throw new Error(`Cannot run "${args.join(" ")}": exit code ${code}\n${err}`);
  return JSON.parse(out) as T;
}

/** A process of the command line, for those who send it signals. */
export function spawnBaton(
  args: readonly string[],
  options: {
    readonly env?: Record<string, string>;
    readonly flags?: readonly string[];
    readonly cwd?: string;
  } = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...(options.flags ?? ["--allow-all"]), CLI, ...args],
    env: { NO_COLOR: "1", BATON_DB: "", BATON_DEBUG: "", ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs it in a process of its own. @param options.flags Deno's permissions; default all. */
export async function batonProcess(
  args: readonly string[],
  options: Parameters<typeof spawnBaton>[1] = {},
): Promise<CliResult> {
  const { code, stdout, stderr } = await spawnBaton(args, options).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** A folder that is gone after the test. */
export function tempDir(): AsyncDisposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "baton-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
