/**
 * Conditions, compiled once, beside feelin as its documentation uses it: it parses at every call.
 *
 * @module
 */
import { evaluate } from "feelin";
import { compileExpression, type EvaluationContext } from "../../engine/mod.ts";
import { type BenchCase, type Row, row } from "../case.ts";
import { rate } from "../rate.ts";

const VARIABLES: Readonly<Record<string, unknown>> = {
  total: 129.5,
  customer: { level: "gold", since: 2019 },
  items: [1, 2, 3],
};
const CONTEXT: EvaluationContext = { get: (name) => VARIABLES[name], at: 1_767_225_600_000 };
const FEEL = 'total > 100 and customer.level = "gold"';
const SMALL = '${total > 100 && customer.level == "gold"}';

const expressions: BenchCase = {
  name: "expressions",
  async run(context) {
    const options = { ms: context.measureMs / 2, batch: 500 };
    const uncached = await rate((count) => {
      for (let i = 0; i < count; i++) check(valueOf(evaluate(FEEL, { ...VARIABLES })));
    }, { ms: options.ms, batch: 50 });
    const rows: Row[] = [];
    for (const [name, text] of [["FEEL", `=${FEEL}`], ["${…}", SMALL]]) {
      const expression = compileExpression(text, { position: "expression" });
      rows.push(row({
        case: `condition in ${name}`,
        value: await rate((count) => {
          for (let i = 0; i < count; i++) check(expression.evaluate(CONTEXT));
        }, options),
        unit: "evaluations/s",
        peer: { name: "feelin 8.2.0, uncached", value: uncached },
        atLeast: 20,
        configuration: `${text}, compiled once; the peer is given ${FEEL} each time`,
      }));
    }
    return rows;
  },
};

/** Newer releases of the peer wrap the value. */
function valueOf(result: unknown): unknown {
  return typeof result === "object" && result !== null && "value" in result ? result.value : result;
}

function check(value: unknown): void {
  if (value !== true) throw new Error(`Cannot measure conditions: one is ${value}`);
}

export default expressions;
