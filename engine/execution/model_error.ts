import type { IncidentKind } from "./effects.ts";

/**
 * The model's data is wrong at run time: no flow can be taken, a cardinality is negative. Never leaves the core:
 * it becomes an incident at the element.
 */
export class ModelError extends Error {
  override name = "ModelError";
  readonly kind: IncidentKind;

  constructor(kind: IncidentKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
