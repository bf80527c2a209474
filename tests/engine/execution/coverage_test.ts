/** Every element in every position that the specification allows; `docs/coverage.md` is made from the same cells. */
import assert from "node:assert/strict";
import { behaviors } from "../../../engine/execution/elements/registry.ts";
import { EVENT_POSITIONS } from "../../../engine/model/link/event_positions.ts";
import { scenario } from "../../support/scenario.ts";
import { activityCells } from "../../support/coverage/activities.ts";
import { eventCells } from "../../support/coverage/events.ts";
import { gatewayCells } from "../../support/coverage/gateways.ts";

const cells = [...eventCells(), ...activityCells(), ...gatewayCells()];

for (const { row, column, model, run } of cells) scenario(`coverage: ${row}, ${column}`, model, run);

Deno.test("coverage: every behaviour of the registry is exercised", () => {
  // The process holds no token; it is started by every cell.
  const exercised = new Set<string>(["process", ...cells.flatMap((cell) => cell.elements)]);
  assert.deepEqual(Object.keys(behaviors).filter((type) => !exercised.has(type)), []);
});

Deno.test("coverage: every allowed event definition has a cell", () => {
  const covered = new Set(eventCells().map(({ row, column }) => `${row}, ${column}`));
  const allowed = Object.entries(EVENT_POSITIONS).flatMap(([column, rows]) =>
    rows.map((row) => `${row}, ${column}`)
  );
  assert.deepEqual(allowed.filter((cell) => !covered.has(cell)), []);
});
