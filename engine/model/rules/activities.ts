/** Rules about tasks and ad-hoc sub-processes (BPMN 2.0.2, 10.3.3 and 10.3.5). */
import { isBpmn, type XmlElement } from "../document.ts";
import { ACTIVITIES } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { attribute, eachRule, isTrue, label, type Rule } from "./rule.ts";

/** The named children of a task's ioSpecification. */
function specified(task: XmlElement, model: ModelIndex, child: string): readonly XmlElement[] {
  return model.children(task, "ioSpecification").flatMap((io) => model.children(io, child));
}

/** A rule that a task with a certain reference has at most one of something in its ioSpecification. */
function atMostOne(id: string, covers: string, task: string, reference: string, child: string): Rule {
  return eachRule(id, [covers], [task], (element, model) => {
    if (attribute(element, reference) === undefined) return;
    const count = specified(element, model, child).length;
    if (count > 1) {
      return `The ${label(element)} has a ${reference} and ${count} ${child} elements: keep at most one`;
    }
  });
}

/** A rule that the data of a send or receive task has the type of its message. */
function messageType(id: string, covers: string, task: string, child: string): Rule {
  return eachRule(id, [covers], [task], (element, model) => {
    const message = model.refer(element, "messageRef");
    if (!message || !isBpmn(message, "message")) return;
    const wrong = specified(element, model, child).find((data) =>
      !model.sameItem(model.item(message), model.item(data))
    );
    return wrong &&
      `The ${label(wrong)} does not have the type of the ${label(message)}: use the same item definition`;
  });
}

/** Rules about tasks and ad-hoc sub-processes. */
export const activityRules: readonly Rule[] = [
  eachRule("service-task-one-input-set", ["EXT042"], ["serviceTask"], (task, model) => {
    if (attribute(task, "operationRef") === undefined) return;
    const count = specified(task, model, "inputSet").length;
    if (count !== 1) {
      return `The ${
        label(task)
      } has an operation and ${count} input sets: give its ioSpecification exactly one`;
    }
  }),
  atMostOne("service-task-one-output-set", "EXT043", "serviceTask", "operationRef", "outputSet"),
  atMostOne("send-task-one-input-set", "EXT046", "sendTask", "messageRef", "inputSet"),
  atMostOne("send-task-one-data-input", "EXT047", "sendTask", "messageRef", "dataInput"),
  messageType("send-task-message-type", "EXT048", "sendTask", "dataInput"),
  eachRule("receive-task-instantiating", ["EXT049"], ["receiveTask"], (task, model) => {
    if (isTrue(task, "instantiate") && model.mostFlows(task, "incoming") > 0) {
      return `The ${label(task)} starts the process and cannot have incoming flows: ` +
        "remove them, or remove instantiate";
    }
  }),
  atMostOne("receive-task-one-output-set", "EXT050", "receiveTask", "messageRef", "outputSet"),
  atMostOne("receive-task-one-data-output", "EXT051", "receiveTask", "messageRef", "dataOutput"),
  messageType("receive-task-message-type", "EXT052", "receiveTask", "dataOutput"),
  eachRule("script-format", ["EXT053"], ["scriptTask", "globalScriptTask"], (task, model) => {
    const format = isBpmn(task, "scriptTask") ? "scriptFormat" : "scriptLanguage";
    if (model.children(task, "script").length > 0 && attribute(task, format) === undefined) {
      return `The ${label(task)} does not say what language its script is in: add ${format}`;
    }
  }),
  eachRule("ad-hoc-activity", ["EXT061"], ["adHocSubProcess"], (scope, model) => {
    if (model.children(scope, ...ACTIVITIES).length === 0) {
      return `The ${label(scope)} has no activity: add one`;
    }
  }),
];
