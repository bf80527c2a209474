/** Tables for people: aligned columns without borders, cut to the width of the terminal. */
import { displayWidth, pad, printable, truncate } from "./text.ts";

/** One column. */
export interface Column<Row> {
  readonly title: string;
  /** What stands in a row; `undefined` is shown as a dash. */
  readonly value: (row: Row) => string | number | undefined;
  /** Default `left`. */
  readonly align?: "left" | "right";
  /** May be cut, down to this many columns, if the terminal is narrow; absent: never. */
  readonly shrinkTo?: number;
  /** Left out if the terminal is still too narrow; the last such column goes first. */
  readonly optional?: boolean;
  /** Colours the finished cell: it must not change its width. */
  readonly style?: (cell: string, row: Row) => string;
}

/** How a table is drawn. */
export interface TableOptions {
  /** Columns of the terminal; absent: nothing is cut (files and pipes). */
  readonly width?: number;
  /** Colours the titles. */
  readonly styleTitle?: (title: string) => string;
}

const GAP = "  ";

/** @returns The table's lines, titles first, without trailing spaces. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions = {},
): string[] {
  const cells = rows.map((row) => columns.map((column) => cellText(column.value(row))));
  const natural = columns.map(({ title }, i) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[i])))
  );
  const widths = options.width === undefined ? natural : fit(natural, columns, options.width);
  if (widths === undefined) {
    const dropped = columns.findLastIndex((column) => column.optional);
    return tableLines(rows, columns.filter((_, i) => i !== dropped), options);
  }
  const line = (texts: readonly string[], style: (cell: string, i: number) => string): string =>
    texts.map((text, i) => {
      const last = i === texts.length - 1 && columns[i].align !== "right";
      const cut = truncate(text, widths[i]);
      return style(last ? cut : pad(cut, widths[i], columns[i].align), i);
    }).join(GAP).trimEnd();
  const styleTitle = options.styleTitle ?? ((title: string) => title);
  return [
    line(columns.map(({ title }) => title), (cell) => styleTitle(cell)),
    ...rows.map((row, n) => line(cells[n], (cell, i) => columns[i].style?.(cell, row) ?? cell)),
  ];
}

function cellText(value: string | number | undefined): string {
  if (value === undefined || value === "") return "–";
  return printable(String(value));
}

/**
 * Takes room from the widest shrinkable column until the line fits.
 *
 * @returns Undefined if it does not fit and a column may be left out.
 */
function fit<Row>(
  natural: readonly number[],
  columns: readonly Column<Row>[],
  width: number,
): readonly number[] | undefined {
  const widths = [...natural];
  let over = widths.reduce((sum, w) => sum + w, GAP.length * (widths.length - 1)) - width;
  while (over > 0) {
    let widest = -1;
    for (let i = 0; i < widths.length; i++) {
      const least = columns[i].shrinkTo;
      if (least !== undefined && widths[i] > least && (widest < 0 || widths[i] > widths[widest])) widest = i;
    }
    if (widest < 0) return columns.some((column) => column.optional) ? undefined : widths;
    widths[widest]--;
    over--;
  }
  return widths;
}
