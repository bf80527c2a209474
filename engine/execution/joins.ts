/** Joins that depend on the rest of their scope are looked at when that has moved: inclusive and complex gateways. */
import { settleComplexGateways } from "./elements/complex_gateway.ts";
import { settleInclusiveGateways } from "./elements/inclusive_gateway.ts";
import type { Work } from "./work.ts";

/** Re-checks the scopes in which a token moved or died. */
export function settleJoins(w: Work): void {
  w.touched.each((scope) => {
    if (scope.body) return;
    settleInclusiveGateways(w, scope);
    settleComplexGateways(w, scope);
  });
}
