/** The commands as a program of commander, the only file that knows it. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { AnyCommand, OptionSpec } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { harmless, UsageError } from "./failure.ts";
import type { CommonOptions } from "./session.ts";
import { paint, type Terminal } from "./terminal.ts";

/** A command with what was typed for it. */
export interface Parsed {
  readonly command: AnyCommand;
  readonly common: CommonOptions;
  readonly args: readonly string[];
  readonly options: Record<string, unknown>;
}

/** What the program is. */
export interface ProgramSpec {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly common: readonly OptionSpec[];
  readonly commands: readonly AnyCommand[];
  /** Behind the help of the program. */
  readonly notes: string;
}

/**
 * Reads a command line. Help, the version and mistakes are printed here.
 *
 * @returns What to run, or the exit code if there is nothing to run.
 */
export async function parseArguments(
  spec: ProgramSpec,
  terminal: Terminal,
  args: readonly string[],
): Promise<Parsed | ExitCode> {
  let parsed: Parsed | undefined;
  const program = configure(new Command(spec.name), terminal)
    .description(spec.summary)
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .configureHelp({ showGlobalOptions: false, styleTitle: (title) => paint(terminal, "bold", title) })
    .addHelpText("after", spec.notes);
  addOptions(program, spec.common);
  for (const command of spec.commands) {
    const sub = configure(program.command(command.name), terminal)
      .summary(command.summary)
      .description(
        command.details === undefined ? command.summary : `${command.summary}\n\n${command.details}`,
      )
      .helpGroup(command.group)
      .configureHelp({ showGlobalOptions: true, styleTitle: (title) => paint(terminal, "bold", title) })
      .addHelpText("after", examplesText(spec.name, terminal, command));
    for (const { name, description } of command.arguments ?? []) sub.argument(name, description);
    addOptions(sub, command.options ?? []);
    sub.action((...given: unknown[]) => {
      const positional = given.slice(0, -2).flat().filter((value) => value !== undefined) as string[];
      parsed = { command, common: program.opts(), args: positional, options: sub.opts() };
    });
  }
  // Not an option of commander's: those count behind every command, where --version is a process's.
  if (args[0] === "--version" || args[0] === "-V") {
    terminal.out(`${spec.version}\n`);
    return EXIT.ok;
  }
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    // Commander has told already; asking for help or the version is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  return parsed ?? EXIT.ok;
}

function configure(command: Command, terminal: Terminal): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("  --help tells more")
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
      getOutHelpWidth: () => terminal.width ?? 100,
      getErrHelpWidth: () => terminal.width ?? 100,
      getOutHasColors: () => terminal.color,
      getErrHasColors: () => terminal.color,
      outputError: (text, write) =>
        write(harmless(text).replace(/^error:/, `${paint(terminal, "red", "error")}:`)),
    });
}

function addOptions(command: Command, options: readonly OptionSpec[]): void {
  for (const { flags, description, choices, parse, repeat } of options) {
    const option = new Option(flags, description);
    if (choices || parse || repeat) {
      option.argParser((text: string, before: unknown) => {
        const value = checked(text, choices, parse);
        return repeat ? [...(Array.isArray(before) ? before : []), value] : value;
      });
    }
    if (choices) option.description = `${description} (${choices.join(", ")})`;
    command.addOption(option);
  }
}

function checked(text: string, choices: readonly string[] | undefined, parse: OptionSpec["parse"]): unknown {
  if (choices && !choices.includes(text)) throw new InvalidArgumentError(`Use one of ${choices.join(", ")}.`);
  try {
    return parse ? parse(text) : text;
  } catch (error) {
    if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function examplesText(program: string, terminal: Terminal, command: AnyCommand): string {
  const lines = command.examples.map(([line, purpose]) =>
    `  ${program} ${line}\n      ${paint(terminal, "gray", purpose)}`
  );
  return `\n${paint(terminal, "bold", "Examples:")}\n${lines.join("\n")}`;
}
