/**
 * `kpis.ts` with ten times as many steps.
 *
 * @module
 */
import type { BenchCase } from "../case.ts";
import { measure } from "./kpis.ts";

const kpisLarge: BenchCase = {
  name: "kpis-large",
  large: true,
  run: (context) => measure(context, context.quick ? 1_000_000 : 10_000_000),
};

export default kpisLarge;
