import assert from "node:assert/strict";
import { type Column, tableLines } from "../../cli/table.ts";
import { displayWidth } from "../../cli/text.ts";

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note?: string;
}
const ROWS: readonly Row[] = [
  { name: "日本", count: 7, note: "a rather long remark that has to go" },
  { name: "plain", count: 1200 },
];
const COLUMNS: readonly Column<Row>[] = [
  { title: "NAME", value: (r) => r.name },
  { title: "COUNT", value: (r) => r.count, align: "right" },
  { title: "NOTE", value: (r) => r.note, shrinkTo: 8, optional: true },
];

Deno.test("tableLines() aligns columns and shows a dash for nothing", () => {
  assert.deepEqual(tableLines(ROWS, COLUMNS), [
    "NAME   COUNT  NOTE",
    "日本       7  a rather long remark that has to go",
    "plain   1200  –",
  ]);
});

Deno.test("tableLines() cuts what may be cut to fit the terminal", () => {
  const lines = tableLines(ROWS, COLUMNS, { width: 24 });
  assert.equal(lines[1], "日本       7  a rather …");
  for (const line of lines) assert.ok(displayWidth(line) <= 24, line);
});

Deno.test("tableLines() leaves an optional column out when cutting is not enough", () => {
  assert.deepEqual(tableLines(ROWS, COLUMNS, { width: 15 }), [
    "NAME   COUNT",
    "日本       7",
    "plain   1200",
  ]);
});

Deno.test("tableLines() styles whole cells, so that colours do not move columns", () => {
  const lines = tableLines(ROWS, [
    { title: "NAME", value: (r) => r.name, style: (cell) => `<${cell}>` },
    { title: "COUNT", value: (r) => r.count },
  ], { styleTitle: (title) => title.toLowerCase() });
  assert.deepEqual(lines, ["name   count", "<日本 >  7", "<plain>  1200"]);
});
