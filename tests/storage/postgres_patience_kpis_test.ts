import assert from "node:assert/strict";
import { Patience } from "../../storage/postgres/patience.ts";

Deno.test("summing up and counting anew may take longer than a commit", () => {
  const patience = new Patience(1_000);
  assert.equal(patience.limitMs("commit_units"), 1_000);
  for (const name of ["kpis", "kpis_of_elements", "sum_up_kpis", "roll_up_kpis", "lock_kpis"]) {
    assert.equal(patience.limitMs(name), 30_000, name);
  }
  assert.ok(patience.limitMs("rebuild_kpis") > 3_600_000);
});
