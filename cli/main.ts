/** Runs one command line from its arguments to an exit code. */
import { COMMANDS } from "./commands/mod.ts";
import { DATABASE_FORMS } from "./database.ts";
import type { ExitCode } from "./exit_codes.ts";
import { parseArguments, type ProgramSpec } from "./program.ts";
import { Session } from "./session.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

const PROGRAM: ProgramSpec = {
  name: "baton",
  version: VERSION,
  summary: "Runs business processes drawn in BPMN 2.0, on Deno KV, PostgreSQL or in memory.",
  common: [
    { flags: "--db <address>", description: `the database: ${DATABASE_FORMS} (or BATON_DB)` },
    { flags: "--tenant <name>", description: "whose records (or BATON_TENANT; default: default)" },
    { flags: "--schema <name>", description: "PostgreSQL: the schema of all tables (default: baton)" },
    { flags: "--json", description: "print JSON, for programs" },
    { flags: "--verbose", description: "show stack traces and what the engine says (or BATON_DEBUG)" },
  ],
  commands: COMMANDS,
  notes: `
Exit codes: 0 done, 1 failed or problems found, 2 wrong usage, 3 not found, 4 refused, 5 database.
"baton help COMMAND" has examples; "baton --version" prints the version. In a clone of the repository write "deno task cli" for "baton".`,
};

/**
 * Runs the command line.
 *
 * @param args Without the program's name.
 * @returns The exit code.
 */
export async function main(
  args: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  const parsed = await parseArguments(PROGRAM, terminal, args);
  if (typeof parsed === "number") return parsed;
  const session = new Session(terminal, parsed.common);
  try {
    return await parsed.command.run(session, parsed.args, parsed.options) ?? 0;
  } catch (error) {
    return session.fail(error);
  } finally {
    await session.close();
  }
}
