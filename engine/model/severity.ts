/**
 * How bad each rule's problems are: the one table.
 *
 * `error` means that the model cannot run, or has more than one meaning: deploy is refused. `standard` means that
 * it breaks a form rule of BPMN but has one meaning: the linter tells, deploy goes on. `warning` informs.
 */
import { FORM_RULES } from "./rules/table.ts";
import type { Severity } from "./types.ts";

/** A rule of the table. */
export interface RuleInfo {
  readonly severity: Severity;
  /** What the rule wants, in one sentence without a final period. */
  readonly description: string;
}

const error = (description: string): RuleInfo => ({ severity: "error", description });
const standard = (description: string): RuleInfo => ({ severity: "standard", description });
const warning = (description: string): RuleInfo => ({ severity: "warning", description });

/** Rules of the reader and the linker; the form rules have theirs beside their checks. */
const MODEL_RULES: readonly (readonly [string, RuleInfo])[] = [
  ["xml-syntax", error("The file is well-formed XML")],
  ["xml-doctype", error("The file has no DOCTYPE")],
  ["xml-limit", error("The file keeps the limits on size, depth, elements and attributes")],
  ["xml-encoding", error("The file's encoding is one that can be read")],
  ["not-bpmn", error("The root element is `definitions` of BPMN 2.0")],
  ["not-executable", error("The file has an executable process")],
  ["too-many-processes", error("A file has no more than 5,000 executable processes and global tasks")],
  ["unknown-element", error("Every element in BPMN's namespace is one of BPMN 2.0")],
  ["unsupported-element", error("Every element stands where it can be executed")],
  ["unsupported-language", error("Every expression is in a language that can be evaluated")],
  ["missing-id", error("Processes, flow nodes and sequence flows have an id")],
  ["duplicate-id", error("Every id is given once in a file")],
  [
    "unknown-reference",
    error("Every reference that matters when running names an element of the expected kind"),
  ],
  ["bad-attribute", error("Attributes that matter when running have a valid value")],
  ["bad-expression", error("Every expression can be compiled")],
  ["bad-timer", error("A timer has exactly one valid date, duration or cycle")],
  ["sequence-flow-source", error("A sequence flow comes from a flow node that may have outgoing flows")],
  ["sequence-flow-target", error("A sequence flow leads to a flow node that may have incoming flows")],
  ["sequence-flow-scope", error("A sequence flow stays within one process or sub-process")],
  ["default-flow", error("A default flow is one of the outgoing flows of its node")],
  ["no-start", error("A process has something that can start")],
  ["event-definition-position", error("An event has only triggers that are allowed where it stands")],
  [
    "event-definition-incomplete",
    error("An event definition has what it needs: a message, signal, condition"),
  ],
  ["event-sub-process-start", error("An event sub-process has exactly one start event")],
  ["boundary-attachment", error("A boundary event is attached to an activity of its own scope")],
  ["cancel-outside-transaction", error("A cancel end event is inside a transaction")],
  ["cancel-boundary-missing", error("A transaction with a cancel end event has a cancel boundary event")],
  ["cancel-boundary-attachment", error("A cancel boundary event is attached to a transaction")],
  ["link-target", error("A link throw event has exactly one catch event in its scope")],
  ["link-name-duplicate", error("A link's name is given to one catch event in a scope")],
  ["event-gateway-target", error("An event-based gateway leads only to catching events and receive tasks")],
  ["event-gateway-flows", error("An event-based gateway has unconditional outgoing flows")],
  ["event-gateway-type", error("A parallel event-based gateway starts the process")],
  ["event-gateway-incoming", error("An instantiating event-based gateway has no incoming flows")],
  ["quantity", error("Start and completion quantities are whole numbers from 1")],
  [
    "loop-limits",
    error("An activity has one loop marker; a loop has a condition or a maximum, and no negative one"),
  ],
  ["multi-instance-source", error("A multi-instance activity has either a cardinality or a collection")],
  ["compensation-handler", error("A compensation boundary event has one association to its handler")],
  ["compensation-handler-flow", error("A compensation handler has no sequence flows")],
  ["compensation-handler-mark", standard("A compensation handler is marked with isForCompensation")],
  ["compensation-reference", error("A compensation throw event names an activity that it can see")],
  ["data-association", error("A data association with several sources has a transformation")],
  ["message-missing", error("A send task without job type, and a receive task, have a message")],
  ["called-element-missing", error("A call activity says what it calls")],
  ["script-missing", error("A script task has a script")],
  ["unsupported-extension", error("Extensions that change what runs are supported")],
  ["unknown-attribute", warning("Every attribute without a namespace is one of BPMN 2.0")],
  ["unknown-extension", warning("Extension elements and attributes are known")],
];

const RULES = new Map<string, RuleInfo>([...MODEL_RULES, ...FORM_RULES]);

/** Every rule that has a severity, by id. */
export const SEVERITIES: ReadonlyMap<string, RuleInfo> = RULES;

/**
 * Looks up a rule's severity.
 *
 * @throws {RangeError} If the rule is not in the table: a mistake of the rule's author.
 */
export function severityOf(rule: string): Severity {
  const info = RULES.get(rule);
  if (!info) throw new RangeError(`Cannot find the severity of rule "${rule}": it is not in the table`);
  return info.severity;
}
