/** The terminal, the environment, and nothing else of the process: so that tests can be one. */
import { styleText } from "node:util";

/** A style of `styleText`. */
export type Style = Parameters<typeof styleText>[0];

/** Where the command line reads and writes. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  error(text: string): void;
  /** A variable of the environment; `undefined` if it is not set or empty. */
  env(name: string): string | undefined;
  /** Standard input to its end. */
  readInput(): Promise<string>;
  /** Standard output is a terminal of this many columns; absent: a file or pipe. */
  readonly width?: number;
  /** Standard error is a terminal: progress may redraw its line. */
  readonly live: boolean;
  /** Whether output is to be coloured. */
  readonly color: boolean;
}

/** The terminal of this process. Colours follow `NO_COLOR` and `FORCE_COLOR`. */
export function processTerminal(): Terminal {
  const env = (name: string): string | undefined => Deno.env.get(name) || undefined;
  const isTerminal = Deno.stdout.isTerminal();
  const dumb = env("TERM") === "dumb";
  return {
    out: (text) => writeAll(Deno.stdout, text),
    error: (text) => writeAll(Deno.stderr, text),
    env,
    readInput: () => new Response(Deno.stdin.readable).text(),
    width: isTerminal ? consoleWidth() : undefined,
    live: Deno.stderr.isTerminal() && !dumb,
    color: env("NO_COLOR") === undefined && (env("FORCE_COLOR") !== undefined || (isTerminal && !dumb)),
  };
}

/** Colours text if the terminal shows colours. */
export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.color && text !== "" ? styleText(style, text, { validateStream: false }) : text;
}

function consoleWidth(): number {
  try {
    return Math.max(40, Deno.consoleSize().columns || 80);
  } catch {
    return 80; // a terminal that does not tell its size
  }
}

function writeAll(target: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += target.writeSync(bytes.subarray(at));
  } catch (error) {
    // The reader has seen enough (`| head`): no mistake of anybody's.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    throw error;
  }
}
