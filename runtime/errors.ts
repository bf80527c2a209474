/** Errors of the library's own; those of stores are in `storage/store.ts`. */
import type { Rejection } from "../engine/mod.ts";

/** Variables take more than an instance may have. Nothing was changed. */
export class VariablesSizeError extends RangeError {
  /** The class's name. */
  override name = "VariablesSizeError";
  /** Stable. */
  readonly code = "variables-too-large";
}

/** A command that is illegal in the instance's present state. Nothing was changed. */
export class RejectedError extends Error {
  /** The class's name. */
  override name = "RejectedError";
  /** Stable: `not-running`, `no-such-job`, `no-such-task`, `no-start-event`, `ambiguous`, `no-match`, ... */
  readonly code: string;

  /** Made by the engine. */
  constructor(rejection: Rejection) {
    super(rejection.message);
    this.code = rejection.code;
  }
}
