/** Short ways to write BPMN for the tests of the form rules. */

/** A file that breaks a constraint on one element, or one that does not break it. */
export interface RuleCase {
  /** The constraint, by its name in the BPMNspector catalogue. */
  readonly constraint: string;
  /** What is special about the file. */
  readonly what: string;
  /** Id of the element that must be reported; absent: the constraint must not be reported. */
  readonly on?: string;
  /** Content of `definitions`. */
  readonly xml: string;
}

/** A file that must be reported on the element `on`. */
export function reject(constraint: string, on: string, what: string, xml: string): RuleCase {
  return { constraint, on, what, xml };
}

/** A file that must not be reported for this constraint. */
export function accept(constraint: string, what: string, xml: string): RuleCase {
  return { constraint, what, xml };
}

/** Wraps the content of a file. */
export function definitions(content: string): string {
  return `<definitions id="Definitions" targetNamespace="urn:test" xmlns:tns="urn:test"
    xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">${content}</definitions>`;
}

/** An executable process. */
export function process(content: string, id = "P"): string {
  return `<process id="${id}" isExecutable="true">${content}</process>`;
}

/** A process that says that it is not executable. */
export function drawing(content: string, id = "P"): string {
  return `<process id="${id}" isExecutable="false">${content}</process>`;
}

/** A sequence flow with the id `source-target`. */
export function flow(source: string, target: string, content = "", attributes = ""): string {
  return `<sequenceFlow id="${source}-${target}" sourceRef="${source}" targetRef="${target}" ${attributes}>` +
    `${content}</sequenceFlow>`;
}

/** Sequence flows from each node to the next. */
export function chain(...nodes: string[]): string {
  return nodes.slice(1).map((node, i) => flow(nodes[i], node)).join("");
}

/** A formal condition on a flow. */
export const CONDITION = '<conditionExpression xsi:type="tFormalExpression">x</conditionExpression>';

/** A timer that fires after a second. */
export const TIMER =
  '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">PT1S</timeDuration></timerEventDefinition>';

/** `start`, then task `a`, then `end`. */
export const SIMPLE = `<startEvent id="start"/><task id="a"/><endEvent id="end"/>${
  chain("start", "a", "end")
}`;

/** Two pools, `Pool1` of process `P` and `Pool2` of process `Q`, and what else a collaboration holds. */
export function pools(content: string): string {
  return '<collaboration id="C"><participant id="Pool1" processRef="P"/><participant id="Pool2" processRef="Q"/>' +
    `${content}</collaboration>`;
}

/** A message flow with the id `m`. */
export function messageFlow(source: string, target: string): string {
  return `<messageFlow id="m" sourceRef="${source}" targetRef="${target}"/>`;
}
