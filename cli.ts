/**
 * The command line: `deno run -A cli.ts --help`, or `deno task cli --help` in a clone.
 *
 * @module
 */
import { main } from "./cli/main.ts";

export { EXIT, type ExitCode } from "./cli/exit_codes.ts";
export { main } from "./cli/main.ts";
export type { Style, Terminal } from "./cli/terminal.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
