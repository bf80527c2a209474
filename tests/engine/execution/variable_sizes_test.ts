/** Limits of variables are met to the byte, in UTF-8 and as JSON. */
import assert from "node:assert/strict";
import {
  checkOutgoing,
  jsonBytes,
  TooLargeError,
  utf8Bytes,
  VariableSizes,
} from "../../../engine/execution/variable_sizes.ts";
import { Variables } from "../../../engine/execution/variable_store.ts";

const TEXTS = ["", "abc", "é", "ß€", "語", "😀", "\ud83d", "\ude00x", "a\u07ff\u0800\uffff", "\u{10ffff}"];

Deno.test("bytes of a text are those that an encoder writes", () => {
  for (const text of TEXTS) {
    assert.equal(utf8Bytes(text.toWellFormed()), new TextEncoder().encode(text).length, JSON.stringify(text));
    assert.equal(jsonBytes(text), new TextEncoder().encode(JSON.stringify(text)).length);
  }
  assert.equal(jsonBytes(undefined), 4);
});

Deno.test("what leaves an instance may take all bytes that are allowed, and not one more", () => {
  for (const text of ["xxxxxx", "ééé", "語語", "😀xx"]) {
    const values = { small: 1, text };
    const json = JSON.stringify(values);
    const bytes = new TextEncoder().encode(json).length;
    checkOutgoing("go", values, json, bytes);
    checkOutgoing("go", values, json, undefined);
    assert.throws(() => checkOutgoing("go", values, json, bytes - 1), (error: Error) => {
      assert.ok(error instanceof TooLargeError);
      assert.equal(
        error.message,
        `Cannot go: with "text" (8 bytes) its variables take ${bytes} bytes, ${bytes - 1} are allowed`,
      );
      return true;
    }, text);
  }
});

/** As they are stored. */
function sums(vars: Variables): [own: number, inner: number] {
  const inner = Object.fromEntries([...vars].filter(([id]) => id !== 0));
  return [jsonBytes(vars.get(0) ?? {}), jsonBytes(inner)];
}

Deno.test("the sums are never less than what is stored, and refuse from the first byte beyond", () => {
  const LIMIT = 40;
  for (const scope of [0, 7]) {
    // One variable whose JSON takes just as much as is allowed.
    const vars = new Variables({});
    const frame = scope === 0 ? jsonBytes({ aé: "" }) + 1 : jsonBytes({ 7: { aé: "" } }) + 2;
    const fits = "x".repeat(LIMIT - frame);
    const sizes = new VariableSizes(vars, LIMIT);
    sizes.write(scope, "aé", fits);
    assert.throws(() => new VariableSizes(vars, LIMIT).write(scope, "aé", `${fits}x`), TooLargeError);
    assert.throws(
      () => new VariableSizes(vars, LIMIT).write(scope, "aé", `${fits.slice(1)}é`),
      TooLargeError,
    );
    vars.set(scope, { aé: fits });
    const [own, inner] = sums(vars);
    assert.ok((scope === 0 ? own : inner) <= LIMIT);
    // What is there may shrink or stay as large, also where the limit was lowered.
    const lowered = new VariableSizes(vars, 10);
    lowered.write(scope, "aé", fits.slice(1));
    lowered.write(scope, "aé", "y".repeat(fits.length - 1));
    assert.throws(() => lowered.write(scope, "b", 1), TooLargeError);
    lowered.write(scope, "b", 1, true); // brought back
  }
});

Deno.test("what is forgotten makes room", () => {
  const vars = new Variables({});
  vars.set(3, { a: "x".repeat(20) });
  const sizes = new VariableSizes(vars, 50);
  assert.throws(() => sizes.write(4, "b", "y".repeat(20)), TooLargeError);
  sizes.drop(3);
  vars.delete(3);
  sizes.write(4, "b", "y".repeat(20));
});
