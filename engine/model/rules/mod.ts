/** The form rules of BPMN 2.0.2: everything that the linter says about a file beyond whether it can run. */
import type { BpmnDocument } from "../document.ts";
import { ProblemList } from "../problem_list.ts";
import type { Problem } from "../types.ts";
import { severityOf } from "../severity.ts";
import { activityRules } from "./activities.ts";
import { boundaryEventRules } from "./boundary_events.ts";
import { callActivityRules } from "./call_activities.ts";
import { compensationRules } from "./compensation.ts";
import { dataRules } from "./data.ts";
import { endEventRules } from "./end_events.ts";
import { eventDefinitionRules } from "./event_definitions.ts";
import { eventGatewayRules } from "./event_gateways.ts";
import { eventPayloadRules } from "./event_payloads.ts";
import { expressionRules } from "./expressions.ts";
import { gatewayRules } from "./gateways.ts";
import { intermediateEventRules } from "./intermediate_events.ts";
import { linkRules } from "./links.ts";
import { loopRules } from "./loops.ts";
import { messageFlowRules } from "./message_flows.ts";
import { ModelIndex } from "./model_index.ts";
import { processRules } from "./processes.ts";
import { referenceRules } from "./references.ts";
import type { Rule } from "./rule.ts";
import { sequenceFlowRules } from "./sequence_flows.ts";
import { startEventRules } from "./start_events.ts";

/** Every form rule, by subject. */
export const FORM_RULE_REGISTRY: readonly Rule[] = [
  ...sequenceFlowRules,
  ...processRules,
  ...messageFlowRules,
  ...gatewayRules,
  ...eventGatewayRules,
  ...startEventRules,
  ...endEventRules,
  ...boundaryEventRules,
  ...compensationRules,
  ...intermediateEventRules,
  ...linkRules,
  ...eventDefinitionRules,
  ...eventPayloadRules,
  ...expressionRules,
  ...activityRules,
  ...callActivityRules,
  ...loopRules,
  ...dataRules,
  ...referenceRules,
];

/**
 * Checks a file against the form rules.
 *
 * Where several processes share a file, what is wrong with one that never runs does not keep the others from
 * being deployed: there an `error` is only `standard`.
 *
 * @param document The file as a tree. References into imported files are not followed.
 * @returns All problems, in the order of the file.
 */
export function checkRules(document: BpmnDocument): Problem[] {
  const model = new ModelIndex(document);
  const problems = new ProblemList();
  for (const rule of FORM_RULE_REGISTRY) {
    const severity = severityOf(rule.id);
    rule.check(model, (element, message) => {
      const isHarmless = severity === "error" && model.neverRuns(element);
      problems.add(rule.id, isHarmless ? "standard" : severity, element, message);
    });
  }
  return problems.all().sort((a, b) => a.line - b.line || a.column - b.column);
}
