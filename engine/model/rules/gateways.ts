/** Rules about gateways in general (BPMN 2.0.2, 10.6.1). Those of event-based gateways: `event_gateways.ts`. */
import { GATEWAYS } from "./kinds.ts";
import { attribute, eachRule, label, type Rule } from "./rule.ts";

/** Rules about gateways of all kinds. */
export const gatewayRules: readonly Rule[] = [
  eachRule("gateway-converging", ["EXT017"], GATEWAYS, (gateway, model) => {
    if (attribute(gateway, "gatewayDirection") === "Converging" && model.mostFlows(gateway, "outgoing") > 1) {
      return `The ${
        label(gateway)
      } is marked as converging but has several outgoing flows: change gatewayDirection`;
    }
  }),
  eachRule("gateway-diverging", ["EXT018"], GATEWAYS, (gateway, model) => {
    if (attribute(gateway, "gatewayDirection") === "Diverging" && model.mostFlows(gateway, "incoming") > 1) {
      return `The ${
        label(gateway)
      } is marked as diverging but has several incoming flows: change gatewayDirection`;
    }
  }),
  eachRule("gateway-mixed", ["EXT019"], GATEWAYS, (gateway, model) => {
    if (attribute(gateway, "gatewayDirection") !== "Mixed") return;
    if (model.fewestFlows(gateway, "incoming") < 2 || model.fewestFlows(gateway, "outgoing") < 2) {
      return `The ${label(gateway)} is marked as mixed but does not have several flows on both sides: ` +
        "change gatewayDirection";
    }
  }),
  eachRule("gateway-flows", ["EXT135"], GATEWAYS, (gateway, model) => {
    if (model.fewestFlows(gateway, "incoming") < 2 && model.fewestFlows(gateway, "outgoing") < 2) {
      return `The ${
        label(gateway)
      } neither joins nor splits: give it several incoming or outgoing flows, or remove it`;
    }
  }),
];
