/** Problems of BPMN files, printed like a compiler's. */
import { formatProblems, type Problem } from "../engine/mod.ts";
import type { Session } from "./session.ts";
import type { Style } from "./terminal.ts";

const STYLES: Readonly<Record<string, Style>> = { error: "red", standard: "cyan", warning: "yellow" };

/**
 * @param source The file: its lines stand below the problems.
 * @returns Problems with place, severity, rule, source line and caret.
 */
export function compiled(
  session: Session,
  problems: readonly Problem[],
  source: string | Uint8Array,
  fileName: string,
): string {
  const text = formatProblems(problems, source, fileName);
  return text.split("\n").map((line) => {
    const [, place, severity, rest] = /^(.*?:\d+:\d+) (error|standard|warning):(.*)$/.exec(line) ?? [];
    if (severity !== undefined) {
      return `${session.paint("bold", place)} ${session.paint(STYLES[severity], `${severity}:`)}${rest}`;
    }
    return /^\s+\^$/.test(line) ? session.paint("green", line) : line;
  }).join("\n");
}
