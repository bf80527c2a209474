/**
 * Prints rows: as a table for people, as JSON for programs.
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
  return `${lines.join("\n")}\n\n${formatConfigurations(rows)}`;
}

/** Tells how each figure was measured, a line each. */
export function formatConfigurations(rows: readonly Row[]): string {
  return rows.map((row) => `${row.case}: ${row.configuration}`).join("\n");
}

/** Formats rows as an array of objects of figures, whose fields are fixed: others read them. */
export function formatJson(rows: readonly Row[]): string {
  const figures = rows.map(({ configuration: _, ...figures }) => figures);
  return JSON.stringify(figures, null, 2);
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
