/**
 * The pure core: BPMN files to models, commands to effects. No clock, no I/O, no randomness.
 *
 * @module
 */
export type * from "./model/types.ts";
export type { BpmnDocument, XmlElement } from "./model/document.ts";
export { BpmnValidationError } from "./model/errors.ts";
export { EVENT_POSITIONS, type EventPosition, type Trigger } from "./model/link/event_positions.ts";
export { FORM_RULE_REGISTRY } from "./model/rules/mod.ts";
export type { Report, Rule } from "./model/rules/rule.ts";
export { formatProblems, lint } from "./model/lint.ts";
export { ProblemList } from "./model/problem_list.ts";
export { decodeXml } from "./model/xml.ts";
export {
  checkBpmn,
  compileBpmn,
  type CompiledBpmn,
  parseBpmn,
  type ParseOptions,
  type ParseResult,
  type ProcessInfo,
} from "./model/parse.ts";
export * from "./expression/mod.ts";
export * from "./execution/effects.ts";
export type * from "./execution/command.ts";
export type * from "./execution/payloads.ts";
export * from "./execution/state.ts";
export { TooLargeError, utf8Bytes } from "./execution/variable_sizes.ts";
export { fitsName, MAX_NAME_BYTES } from "./execution/names.ts";
export { createInstance, transition } from "./execution/transition.ts";
export { type ArmedEvent, armedScopes, type Position, positions, runningSteps } from "./execution/view.ts";
export { Variables } from "./execution/variable_store.ts";
export { type Place, visibleVariables } from "./execution/variables.ts";
export { findToken, tokenOfJob } from "./execution/find.ts";
export { PartialInstance } from "./execution/partial_instance.ts";
