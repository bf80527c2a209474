import assert from "node:assert/strict";
import { hidePassword, secretFilter } from "../../cli/secrets.ts";

Deno.test("hidePassword() hides passwords of addresses and leaves the rest", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["postgres://me:s3cr3t@db.example:5432/shop", "postgres://me:***@db.example:5432/shop"],
    ["postgres://me:p%40ss@db/shop", "postgres://me:***@db/shop"],
    ["postgres://me:a@b:c@db/shop", "postgres://me:***@db/shop"],
    ["postgres://db/shop?user=me&password=s3cr3t&x=1", "postgres://db/shop?user=me&password=***&x=1"],
    ["postgres://me@db/shop", "postgres://me@db/shop"],
    ["kv:/data/orders.kv", "kv:/data/orders.kv"],
    ["memory:", "memory:"],
  ];
  for (const [url, shown] of cases) assert.equal(hidePassword(url), shown);
});

Deno.test("secretFilter() hides a password wherever it turns up, also decoded", () => {
  const hide = secretFilter(["postgres://me:p%40ss@db/shop", undefined, "kv:file"]);
  assert.equal(hide("password p@ss is wrong (p%40ss)"), "password *** is wrong (***)");
  assert.equal(hide("see postgres://you:other@db/x"), "see postgres://you:***@db/x");
  assert.equal(hide("nothing here"), "nothing here");
});
