import { lint as problemsOf, type Problem } from "../../engine/mod.ts";
import { command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { count } from "../format.ts";
import { readBytes } from "../input.ts";
import { compiled } from "../problems.ts";

interface Flags {
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

/** Says everything that is wrong with BPMN files. */
export const lint = command<Flags>({
  name: "lint",
  group: "Without a database:",
  summary: "say everything that is wrong with BPMN files, like a compiler",
  details:
    "Exit code 1 if a file has errors: what would keep it from being deployed. The rules are listed in " +
    "docs/validation.md.",
  arguments: [{ name: "<FILE...>", description: "paths; - reads standard input" }],
  options: [
    { flags: "--strict", description: "exit code 1 for breaches of form and warnings, too" },
    { flags: "-q, --quiet", description: "show errors only" },
  ],
  examples: [
    ["lint order.bpmn", "problems with line, column, rule and source"],
    ["lint --strict processes/*.bpmn", "for continuous integration"],
  ],
  async run(session, files, { strict, quiet }) {
    const results: { file: string; problems: readonly Problem[] }[] = [];
    const progress = session.progress("lint", files.length);
    for (const file of files) {
      const source = file === "-" ? await session.terminal.readInput() : await readBytes(file);
      const name = file === "-" ? "<input>" : file;
      const problems = problemsOf(source).filter(({ severity }) => !quiet || severity === "error");
      results.push({ file: name, problems });
      if (problems.length > 0 && !session.json) {
        progress.clear();
        session.say(compiled(session, problems, source, name));
      }
      progress.step(name);
    }
    progress.end();
    const failing = results.filter(({ problems }) => problems.some((p) => strict || p.severity === "error"));
    session.print({ items: results }, () => {
      const clean = results.filter(({ problems }) => problems.length === 0).length;
      if (clean > 0) session.say(`${session.paint("green", "ok")} ${count(clean, "file")} without problems`);
    });
    return failing.length > 0 ? EXIT.failed : EXIT.ok;
  },
});
