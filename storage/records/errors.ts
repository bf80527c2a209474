/** Errors of every store. */

/** Someone else changed it first: load again and retry. */
export class ConflictError extends Error {
  /** For programs; the message is for people. */
  readonly code = "conflict";
  /** The class's name. */
  override name = "ConflictError";
}

/** The caller's lease is over: another worker may have the job. Drop the result. */
export class LeaseLostError extends Error {
  /** For programs; the message is for people. */
  readonly code = "lease-lost";
  /** The class's name. */
  override name = "LeaseLostError";
}

/** Another version has been deployed meanwhile: find the latest again. */
export class SupersededError extends Error {
  /** For programs; the message is for people. */
  readonly code = "superseded";
  /** The class's name. */
  override name = "SupersededError";
}

/** There is no such definition, instance, job, task or incident. */
export class NotFoundError extends Error {
  /** For programs; the message is for people. */
  readonly code = "not-found";
  /** The class's name. */
  override name = "NotFoundError";
}

/** The store cannot be used as it is: newer schema, missing migration, closed. */
export class StoreError extends Error {
  /** For programs; the message is for people. */
  readonly code = "store";
  /** The class's name. */
  override name = "StoreError";
}
