/** Rules about expressions: formal where they must be evaluated, and never empty (BPMN 2.0.2, 8.4.6 and 8.4.7). */
import { isBpmn, type XmlElement } from "../document.ts";
import type { ModelIndex } from "./model_index.ts";
import { eachRule, label, localPart, type Rule } from "./rule.ts";

/** Elements that are an Expression of either kind, and the parents under which they are (empty: any). */
const EXPRESSIONS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["conditionExpression", []],
  ["loopCondition", []],
  ["loopCardinality", []],
  ["completionCondition", []],
  ["activationCondition", []],
  ["condition", ["conditionalEventDefinition"]],
  ["timeDate", []],
  ["timeCycle", []],
  ["timeDuration", []],
  ["from", ["assignment"]],
  ["to", ["assignment"]],
  ["expression", ["resourceAssignmentExpression", "resourceParameterBinding"]],
]);

/** Elements that the schema makes a FormalExpression whether they say so or not. */
const FORMAL: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["formalExpression", []],
  ["messagePath", []],
  ["dataPath", []],
  ["transformation", []],
  ["condition", ["complexBehaviorDefinition"]],
]);

function isAmong(table: ReadonlyMap<string, readonly string[]>, element: XmlElement): boolean {
  const parents = table.get(element.name);
  if (!parents) return false;
  return parents.length === 0 || (element.parent !== undefined && isBpmn(element.parent, ...parents));
}

function isFormal(element: XmlElement): boolean {
  const type = element.attributes.get("xsi:type");
  return isAmong(FORMAL, element) || (type !== undefined && localPart(type.trim()) === "tFormalExpression");
}

/** True if the expression is in an executable process, or in an event definition that one uses. */
function isExecuted(expression: XmlElement, model: ModelIndex): boolean {
  return model.inExecutable(expression) ||
    (expression.parent !== undefined && model.executableUse(expression.parent));
}

/** Rules about expressions. */
export const expressionRules: readonly Rule[] = [
  eachRule("expression-formal", ["EXT012"], [...EXPRESSIONS.keys()], (expression, model) => {
    if (!isAmong(EXPRESSIONS, expression) || isFormal(expression) || !isExecuted(expression, model)) return;
    // The conditions of events have a rule of their own.
    if (expression.parent?.name === "conditionalEventDefinition") return;
    return `The ${label(expression)} of an executable process is natural language: ` +
      'declare it with xsi:type="tFormalExpression"';
  }),
  eachRule(
    "conditional-event-formal",
    ["EXT012", "EXT123"],
    ["conditionalEventDefinition"],
    (definition, model) => {
      if (!model.executableUse(definition)) return;
      const [condition] = model.children(definition, "condition");
      if (!condition) return "The conditional event of an executable process has no condition: add one";
      if (!isFormal(condition)) {
        return "The condition of an event in an executable process is natural language: " +
          'declare it with xsi:type="tFormalExpression"';
      }
      if (condition.text.trim() === "") {
        return "The condition of an event in an executable process is empty: write the condition";
      }
    },
  ),
  eachRule(
    "expression-body",
    ["EXT013"],
    [...new Set([...EXPRESSIONS.keys(), ...FORMAL.keys()])],
    (expression) => {
      if (!isFormal(expression) || expression.text.trim() !== "" || expression.children.length > 0) return;
      return `The formal ${label(expression)} is empty: write the expression`;
    },
  ),
];
