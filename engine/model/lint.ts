/** Everything that can be said about a BPMN file, and how it is printed. */
import { checkBpmn, type ParseOptions } from "./parse.ts";
import { countOf } from "./problem_list.ts";
import type { Problem } from "./types.ts";
import { decodeXml, XmlError } from "./xml.ts";

/**
 * Lists all problems of a BPMN file, by line and column: what keeps it from running, and what is against BPMN's form
 * rules. Never throws on bad input.
 *
 * @param source Text, or bytes in the encoding that the file declares.
 */
export function lint(source: string | Uint8Array, options: ParseOptions = {}): Problem[] {
  return [...checkBpmn(source, options).problems];
}

/** Longer source lines are cut to this many characters around the place of the problem. */
const WIDTH = 120;

/**
 * Prints problems like a compiler: place, severity, message, rule, then the source line with a caret.
 *
 * @param source The file; bytes are decoded as {@link lint} does.
 * @param fileName How the file is called in the output.
 * @returns Lines without colours; empty if there are no problems.
 */
export function formatProblems(
  problems: readonly Problem[],
  source: string | Uint8Array,
  fileName: string,
): string {
  if (problems.length === 0) return "";
  const lines = sourceLines(source);
  const parts = problems.map((p) => {
    const element = p.elementId === undefined ? "" : ` (element "${p.elementId}")`;
    const head = `${fileName}:${p.line}:${p.column} ${p.severity}: ${p.message}${element} [${p.rule}]`;
    return head + excerpt(lines[p.line - 1], p);
  });
  return `${parts.join("\n")}\n\n${summary(problems)}`;
}

/** How many problems there are of each severity: `2 errors, 1 warning`. */
function summary(problems: readonly Problem[]): string {
  return (["error", "standard", "warning"] as const)
    .map((severity) => [severity, countOf(problems, severity)] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => {
      const name = severity === "standard" ? "against the standard" : severity + (count === 1 ? "" : "s");
      return `${count} ${name}`;
    })
    .join(", ");
}

function sourceLines(source: string | Uint8Array): readonly string[] {
  try {
    return decodeXml(source).replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  } catch (error) {
    // A file that cannot be decoded has no lines to show; the problem itself says why.
    if (error instanceof XmlError) return [];
    throw error;
  }
}

function excerpt(line: string | undefined, { column }: Problem): string {
  if (line === undefined || line.trim() === "") return "";
  const at = Math.min(Math.max(column - 1, 0), line.length);
  const start = Math.max(0, Math.min(at - WIDTH / 2, line.length - WIDTH));
  const cut = line.slice(start, start + WIDTH);
  // Tabs are kept below tabs, so that the caret stands right at any tab width.
  const indent = cut.slice(0, at - start).replace(/[^\t]/g, " ");
  return `\n    ${cut}\n    ${indent}^`;
}
