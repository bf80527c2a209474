/**
 * Prints rows as a table for people.
 *
 * @module
 */
import type { Row } from "./case.ts";

const HEAD = ["case", "value", "unit", "beside it", "its value", "ratio", "must reach", ""];

/**
 * Formats rows as an aligned table, and under it how each figure was measured.
 *
 * @param rows Rows in the order to print.
 */
export function formatTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const numeric = new Set([1, 4, 5, 6]);
  const lines = cells.map((line) =>
    line.map((cell, i) => numeric.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ")
      .trimEnd()
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  ").trimEnd());
  return [...lines, "", ...rows.map((row) => `${row.case}: ${row.configuration}`)].join("\n");
}

function cellsOf(row: Row): string[] {
  return [
    row.case,
    figure(row.value),
    row.unit,
    row.peer ?? "",
    row.peerValue === null ? "" : figure(row.peerValue),
    row.ratio === null ? "" : `${figure(row.ratio)}×`,
    row.mustReach === null ? "" : `${row.mustReach}×`,
    row.mustReach === null ? "" : row.holds ? "holds" : "DOES NOT HOLD",
  ];
}

/** Three significant digits, whole numbers from a hundred on, thousands separated. */
function figure(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
