/** BPMN XML to process models: the entrance of the model folder. */
import { BPMN_NAMESPACE, type BpmnDocument, isBpmn, type XmlElement } from "./document.ts";
import { BpmnValidationError } from "./errors.ts";
import { checkDocument } from "./link/check_document.ts";
import { LinkContext } from "./link/context.ts";
import { isGlobalTask, linkGlobalTask } from "./link/global_tasks.ts";
import { linkProcess } from "./link/process.ts";
import { checkRules } from "./rules/mod.ts";
import { severityOf } from "./severity.ts";
import type { Problem, ProcessModel } from "./types.ts";
import { parseXml, XmlError } from "./xml.ts";

/** Options of {@link parseBpmn} and {@link compileBpmn}. */
export interface ParseOptions {
  /** Size limit in bytes of UTF-8, or of the bytes as given. Default: 10 MiB. */
  readonly maxBytes?: number;
  /**
   * Go on when the file uses extensions that would change what runs and are not supported (listeners, connectors, ...).
   * Default false: they are errors.
   */
  readonly ignoreExtensions?: boolean;
  /** Name for messages. */
  readonly fileName?: string;
}

/** A process as the file describes it, executable or not. */
export interface ProcessInfo {
  /** Empty if the file gives none. */
  readonly id: string;
  /** As drawn. */
  readonly name?: string;
  /** As the attribute says; where no process of the file says true, a missing one counts as true. */
  readonly isExecutable: boolean;
}

/** What was read. */
export interface ParseResult {
  /** Absent if the file is not well-formed, or not BPMN. */
  readonly document?: BpmnDocument;
  /** The executable processes and, if there are any, the global tasks. Only safe to run without problems of severity `error`. */
  readonly models: readonly ProcessModel[];
  /** Everything that is wrong, by line and column. */
  readonly problems: readonly Problem[];
  /** All processes, executable or not, in the order of the file. */
  readonly processes: readonly ProcessInfo[];
}

/**
 * Reads a BPMN file and links its executable processes. Never throws on bad input: everything wrong is a problem.
 *
 * @param source Text, or bytes in the encoding that the file declares.
 */
export function parseBpmn(source: string | Uint8Array, options: ParseOptions = {}): ParseResult {
  const refused = (rule: string, message: string, line: number, column: number): ParseResult => ({
    models: [],
    problems: [{ rule, severity: severityOf(rule), message, line, column }],
    processes: [],
  });
  let document: BpmnDocument;
  try {
    document = parseXml(source, options);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return refused(error.rule, error.message, error.line, error.column);
  }
  const { root } = document;
  if (!isBpmn(root, "definitions")) {
    const state = root.uri === BPMN_NAMESPACE ? "" : ` in namespace "${root.uri}"`;
    const message =
      `Cannot read <${root.name}>${state}: the root must be definitions of BPMN 2.0 (${BPMN_NAMESPACE})`;
    return refused("not-bpmn", message, root.line, root.column);
  }
  return link(document, options);
}

/** What one file may define. Collaborations in use have some ten pools. */
const MAX_CALLABLE = 5_000;

function link(document: BpmnDocument, options: ParseOptions): ParseResult {
  const context = new LinkContext(document, options);
  const processes = document.root.children.filter((e) => isBpmn(e, "process"));
  const flags = new Map(processes.map((p) => [p, context.boolean(p, "isExecutable", false)]));
  // Many drawings leave the attribute out: it only says something where one process of the file has it.
  const anySaid = [...flags.values()].includes(true);
  const isExecutable = (p: XmlElement): boolean =>
    anySaid ? flags.get(p) === true : !p.attributes.has("isExecutable");
  const executable = processes.filter(isExecutable);
  const global = executable.length > 0 ? document.root.children.filter(isGlobalTask) : [];
  checkDocument(context, executable);
  if (executable.length === 0) {
    const state = processes.length === 0 ? "it has no process" : "no process has isExecutable=true";
    context.problem("not-executable", document.root, `Cannot execute the file: ${state}`);
  }
  const callable = [...executable, ...global].filter((e) => {
    if (e.id) return true;
    context.problem("missing-id", e, `Cannot execute ${e.name}: it has no id`);
    return false;
  });
  // A definition takes twenty times its shortest text, and a store writes all of a file in one transaction.
  if (callable.length > MAX_CALLABLE) {
    context.problem(
      "too-many-processes",
      callable[MAX_CALLABLE],
      `Cannot execute more than ${MAX_CALLABLE} processes and global tasks of one file`,
    );
    // Nothing of it will run: linking them would only take time and memory.
    callable.length = 0;
  }
  const unique = callable.filter((e) => document.byId.get(e.id ?? "") === e);
  // One list for all: a file may have many thousand processes.
  const siblings = Object.freeze(unique.map((e) => e.id ?? ""));
  const models = unique.map((e) => (isGlobalTask(e) ? linkGlobalTask : linkProcess)(context, e, siblings));
  return {
    document,
    models,
    problems: sortProblems(context.problems.all()),
    processes: processes.map((p) => {
      const name = p.attributes.get("name");
      return { id: p.id ?? "", ...(name ? { name } : {}), isExecutable: isExecutable(p) };
    }),
  };
}

/** Sorts problems by their place in the file, and drops those that say the same twice. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = problems.toSorted((a, b) =>
    a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)
  );
  const together = (a: Problem, b: Problem | undefined): boolean =>
    b !== undefined && a.line === b.line && a.column === b.column && a.rule === b.rule;
  const seen = new Set<string>();
  return sorted.filter((p, i) => {
    const follows = together(p, sorted[i - 1]);
    if (!follows) seen.clear();
    // Most stand alone.
    if (!follows && !together(p, sorted[i + 1])) return true;
    return seen.size < seen.add(JSON.stringify([p.elementId, p.message])).size;
  });
}

/**
 * Reads a BPMN file and checks the form rules, too: what {@link compileBpmn} and the linter look at.
 *
 * @param source Text, or bytes in the encoding that the file declares.
 */
export function checkBpmn(source: string | Uint8Array, options: ParseOptions = {}): ParseResult {
  const result = parseBpmn(source, options);
  if (!result.document) return result;
  return { ...result, problems: sortProblems([...result.problems, ...checkRules(result.document)]) };
}

/** What {@link compileBpmn} gives. */
export interface CompiledBpmn {
  /** The executable processes of the file, and its global tasks. At least one. */
  readonly models: readonly ProcessModel[];
  /** What is against form rules, or only worth knowing. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a BPMN file for deployment.
 *
 * @param source Text, or bytes in the encoding that the file declares.
 * @throws {BpmnValidationError} If any problem has severity `error`, with all problems.
 */
export function compileBpmn(source: string | Uint8Array, options: ParseOptions = {}): CompiledBpmn {
  const { models, problems } = checkBpmn(source, options);
  if (problems.some((p) => p.severity === "error")) throw new BpmnValidationError(problems, options.fileName);
  return { models, problems };
}
