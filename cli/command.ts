/** What a command of the command line is made of. */
import type { ExitCode } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { wholeNumber } from "./input.ts";
import type { Session } from "./session.ts";

/** An argument without a name: `<KEY>` must be given, `[FILE]` may, `<FILE...>` takes all that follow. */
export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
}

/** An option. */
export interface OptionSpec {
  /** `--vars <json>`, `-f, --follow`. */
  readonly flags: string;
  readonly description: string;
  /** One of these. */
  readonly choices?: readonly string[];
  /** Turns what was typed into the option's value. @throws {UsageError} */
  readonly parse?: (text: string) => unknown;
  /** May be given several times: the value is a list. */
  readonly repeat?: boolean;
}

/**
 * A command.
 *
 * `Options` is what `options` gives, by name in camel case: the author's promise.
 */
export interface CommandSpec<Options = Record<string, unknown>> {
  readonly name: string;
  /** For the list of commands. */
  readonly group: string;
  readonly summary: string;
  /** More, for the command's own help. */
  readonly details?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** A command line without the program's name, and what it does. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** @returns The exit code; default 0. */
  run(session: Session, args: readonly string[], options: Options): Promise<ExitCode | void>;
}

/** A command among others: its options are checked where it is defined. */
export type AnyCommand = Omit<CommandSpec, "run"> & {
  // deno-lint-ignore no-explicit-any -- each command has options of its own
  run(session: Session, args: readonly string[], options: any): Promise<ExitCode | void>;
};

/** Names the type of a command's options once. */
export function command<Options>(spec: CommandSpec<Options>): AnyCommand {
  return spec;
}

/** Options of lists. */
export const PAGE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--take <n>", description: "rows on a page (default 100, at most 1000)", parse: pageSize },
  { flags: "--cursor <text>", description: "go on after the page before: its `next`" },
];

/** What {@link PAGE_OPTIONS} give. */
export interface PageOptions {
  readonly take?: number;
  readonly cursor?: string;
}

function pageSize(text: string): number {
  const take = wholeNumber(1)(text);
  if (take > 1_000) throw new UsageError(`Cannot take ${take} rows: at most 1000 fit on a page`);
  return take;
}
