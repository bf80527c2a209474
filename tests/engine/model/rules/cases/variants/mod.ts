/** Further cases for every constraint. */
import type { RuleCase } from "../case.ts";
import { flowVariants } from "./flows.ts";
import { messageVariants } from "./message_flows.ts";
import { eventVariants } from "./events.ts";
import { nodeVariants } from "./nodes.ts";
import { dataVariants } from "./data.ts";
import { referenceVariants } from "./references.ts";

export const variants: readonly RuleCase[] = [
  ...flowVariants,
  ...messageVariants,
  ...eventVariants,
  ...nodeVariants,
  ...dataVariants,
  ...referenceVariants,
];
