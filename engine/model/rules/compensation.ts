/** Rules about compensation boundary events and handlers (BPMN 2.0.2, 10.7). */
import { isBpmn, type XmlElement } from "../document.ts";
import { ACTIVITIES, FLOW_NODES } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { eachRule, isTrue, label, type Rule } from "./rule.ts";

/** For each element with associations: the elements at their other ends. */
function associated(model: ModelIndex): ReadonlyMap<XmlElement, readonly XmlElement[]> {
  const ends = new Map<XmlElement, XmlElement[]>();
  for (const association of model.all("association")) {
    const source = model.refer(association, "sourceRef");
    const target = model.refer(association, "targetRef");
    if (!source || !target) continue;
    for (const [one, other] of [[source, target], [target, source]]) {
      const known = ends.get(one);
      if (known) known.push(other);
      else ends.set(one, [other]);
    }
  }
  return ends;
}

/** A rule about the flow nodes that a compensation boundary event is associated with. */
function handlerRule(
  id: string,
  covers: readonly string[],
  test: (event: XmlElement, handlers: readonly XmlElement[]) => string | undefined,
): Rule {
  return {
    id,
    covers,
    check(model, report): void {
      const ends = associated(model);
      for (const event of model.all("boundaryEvent")) {
        if (!model.hasTrigger(event, "compensateEventDefinition")) continue;
        const message = test(event, (ends.get(event) ?? []).filter((end) => isBpmn(end, ...FLOW_NODES)));
        if (message !== undefined) report(event, message);
      }
    },
  };
}

/** Rules about compensation boundary events and handlers. */
export const compensationRules: readonly Rule[] = [
  eachRule("compensation-boundary-no-outgoing", ["EXT114"], ["boundaryEvent"], (event, model) => {
    const triggers = model.triggers(event);
    if (triggers.length === 0 || triggers.some((trigger) => trigger.name !== "compensateEventDefinition")) {
      return;
    }
    if (model.mostFlows(event, "outgoing") > 0) {
      return `A sequence flow leaves the compensation ${label(event)}: connect its handler by an association`;
    }
  }),
  handlerRule("compensation-boundary-handler", ["EXT143"], (event, handlers) => {
    if (handlers.length === 0) {
      return `The compensation ${label(event)} has no handler: connect it to one by an association`;
    }
  }),
  handlerRule("compensation-handler-marked", ["EXT144"], (_event, handlers) => {
    const other = handlers.find((handler) => !isBpmn(handler, ...ACTIVITIES));
    if (other) return `The ${label(other)} cannot compensate: associate a task or sub-process instead`;
    const unmarked = handlers.find((handler) => !isTrue(handler, "isForCompensation"));
    return unmarked &&
      `The ${label(unmarked)} is used for compensation but not marked so: set isForCompensation="true"`;
  }),
];
