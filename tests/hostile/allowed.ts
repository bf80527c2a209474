/** Which errors a caller may see, whatever was handed in. */
import assert from "node:assert/strict";
import {
  BpmnValidationError,
  ConflictError,
  LeaseLostError,
  NotFoundError,
  RejectedError,
  StoreError,
} from "../../mod.ts";

const CLASSES = [NotFoundError, RejectedError, BpmnValidationError, ConflictError, LeaseLostError];

/** Fails unless the error is one of ours, with a message that names what is wrong. */
export function assertAllowed(error: unknown, what: string): void {
  assert.ok(error instanceof Error, `${what}: threw ${String(error)}`);
  const told = `${what}: ${error.name}: ${error.message}`;
  if (error instanceof BpmnValidationError) return assert.ok(error.problems.length > 0, told);
  assert.match(error.message, /^Cannot (?!\w+ propert)[a-z][^]*: [^]+/, told);
  assert.ok(!/[.]$/.test(error.message), told);
  const ours = CLASSES.some((each) => error instanceof each) || error.constructor === TypeError ||
    error.constructor === RangeError;
  // Only memory and Deno KV have no transactions to join, and say so.
  assert.ok(ours || (error instanceof StoreError && /transaction/.test(error.message)), told);
}
