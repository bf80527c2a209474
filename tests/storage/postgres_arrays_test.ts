import assert from "node:assert/strict";
import pg from "pg";
import { columns, single, textArray } from "../../storage/postgres/arrays.ts";
import { testDatabase } from "../support/postgres.ts";

/** Of one to four bytes a character, and too many for the memory that is kept. */
const TEXTS: readonly (string | null)[] = [
  "a".repeat(100_000),
  null,
  "",
  "ä€".repeat(70_000),
  "short",
  "🎈".repeat(120_000),
  "b".repeat(300_000),
];

Deno.test("texts come out of an array as they went in, however long and of whatever characters", async () => {
  await using database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const read = async (array: Uint8Array): Promise<unknown[]> =>
      (await client.query("select unnest($1::text[]) as text", [array])).rows.map(({ text }) => text);
    const itself = (text: string | null) => text;
    for (const encode of [textArray, (texts: typeof TEXTS) => columns.longText(texts, itself)]) {
      // All are made before one is sent: none may lie in memory that the next one uses.
      const arrays = [TEXTS, ["x", "y"], TEXTS.toReversed(), ["z"]].map((texts) =>
        [texts, encode(texts)] as const
      );
      for (const [texts, array] of arrays) assert.deepEqual(await read(array), texts);
    }
    const [long, short] = [single.text(TEXTS[5]), single.text("short")];
    const { rows: [row] } = await client.query("select $1::text as long, $2::text as short", [long, short]);
    assert.deepEqual(row, { long: TEXTS[5], short: "short" });
  } finally {
    await client.end();
  }
});

Deno.test("a column without any text is sent empty, of whatever kind", () => {
  const none = [{}, {}];
  assert.deepEqual(columns.longText(none, () => undefined), columns.text(none, () => null));
  assert.equal(columns.longText(none, () => undefined).length, 12);
});
