/** Variables as they come in from users. */
import { assertJson, cloneJson, utf8Bytes } from "../engine/mod.ts";
import { VariablesSizeError } from "./errors.ts";

/**
 * Checks variables and copies them, so that the caller may go on changing them.
 *
 * @throws {TypeError} If they are no object of JSON values; the message names the path.
 */
export function takeVariables(values: unknown, path = "variables"): Record<string, unknown> {
  if (values === undefined) return {};
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new TypeError(`Cannot use "${path}": it must be an object with the variables by name`);
  }
  assertJson(values, path);
  return cloneJson(values as Record<string, unknown>);
}

/** @throws {VariablesSizeError} If variables that are not an instance's own yet take more than one may have. */
export function checkBytes(json: string, maxBytes: number, doing: string): string {
  if (json.length * 3 <= maxBytes) return json;
  const bytes = utf8Bytes(json);
  if (bytes <= maxBytes) return json;
  throw new VariablesSizeError(
    `Cannot ${doing}: its variables take ${bytes} bytes, ${maxBytes} are allowed`,
  );
}

/** Checks and copies any JSON value; `undefined` stays. @throws {TypeError} */
export function takeValue(value: unknown, path: string): unknown {
  if (value === undefined) return undefined;
  assertJson(value, path);
  return cloneJson(value);
}
