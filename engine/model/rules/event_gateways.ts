/** Rules about event-based gateways and what they lead to (BPMN 2.0.2, 10.6.6). */
import { isBpmn, type XmlElement } from "../document.ts";
import type { ModelIndex } from "./model_index.ts";
import { eachRule, isTrue, label, type Rule } from "./rule.ts";

const GATEWAY = ["eventBasedGateway"];

const TRIGGERS: readonly string[] = [
  "messageEventDefinition",
  "signalEventDefinition",
  "timerEventDefinition",
  "conditionalEventDefinition",
];

function targets(gateway: XmlElement, model: ModelIndex): readonly XmlElement[] {
  return model.flows(gateway, "outgoing").flatMap((flow) => model.refer(flow, "targetRef") ?? []);
}

/** A rule about each element that an event-based gateway leads to; reported once per element. */
function targetRule(
  id: string,
  covers: readonly string[],
  test: (target: XmlElement, model: ModelIndex) => string | undefined,
): Rule {
  return {
    id,
    covers,
    check(model, report): void {
      const all = new Set(model.all(...GATEWAY).flatMap((gateway) => targets(gateway, model)));
      for (const target of all) {
        const message = test(target, model);
        if (message !== undefined) report(target, message);
      }
    },
  };
}

/** Rules about event-based gateways. */
export const eventGatewayRules: readonly Rule[] = [
  eachRule("event-gateway-two-flows", ["EXT136"], GATEWAY, (gateway, model) => {
    if (model.fewestFlows(gateway, "outgoing") < 2) {
      return `The ${label(gateway)} leaves nothing to choose: give it two or more outgoing flows`;
    }
  }),
  {
    id: "event-gateway-no-condition",
    covers: ["EXT137"],
    check(model, report): void {
      for (const gateway of model.all(...GATEWAY)) {
        for (const flow of model.flows(gateway, "outgoing")) {
          if (model.children(flow, "conditionExpression").length === 0) continue;
          report(flow, `The flow leaves the ${label(gateway)}, where events decide: remove its condition`);
        }
      }
    },
  },
  targetRule("event-gateway-waits", ["EXT138"], (target, model) => {
    if (isBpmn(target, "receiveTask")) return;
    if (isBpmn(target, "intermediateCatchEvent") && !model.isNone(target)) {
      const wrong = model.triggers(target).find((trigger) => !TRIGGERS.includes(trigger.name));
      return wrong && `An event-based gateway leads to the ${label(target)} with its ${label(wrong)}: ` +
          "use a message, signal, timer or conditional event";
    }
    return `An event-based gateway leads to the ${label(target)}, which waits for no event: ` +
      "use a receive task or a message, signal, timer or conditional catch event";
  }),
  eachRule("event-gateway-message-or-receive", ["EXT139"], GATEWAY, (gateway, model) => {
    const ends = targets(gateway, model);
    const receives = ends.some((end) => isBpmn(end, "receiveTask"));
    const catches = ends.some((end) =>
      isBpmn(end, "intermediateCatchEvent") && model.hasTrigger(end, "messageEventDefinition")
    );
    if (receives && catches) {
      return `The ${label(gateway)} leads to both receive tasks and message events: use only one of the two`;
    }
  }),
  targetRule("event-gateway-receive-boundary", ["EXT140"], (target, model) => {
    if (isBpmn(target, "receiveTask") && model.boundaryEvents(target).length > 0) {
      return `The ${label(target)} after an event-based gateway has boundary events: ` +
        "remove them, or let the gateway lead to those events";
    }
  }),
  targetRule("event-gateway-only-way", ["EXT141"], (target, model) => {
    if (model.mostFlows(target, "incoming") > 1) {
      return `The ${label(target)} after an event-based gateway has other incoming flows: remove them`;
    }
  }),
  eachRule("event-gateway-instantiating", ["EXT142"], GATEWAY, (gateway, model) => {
    if (isTrue(gateway, "instantiate") && model.mostFlows(gateway, "incoming") > 0) {
      return `The ${label(gateway)} starts the process and cannot have incoming flows: ` +
        "remove them, or remove instantiate";
    }
  }),
];
