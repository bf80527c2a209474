/** Every situation that engines are known to get wrong is the subject of a test in this folder. */
import assert from "node:assert/strict";

const FOLDER = new URL("./", import.meta.url);
const SHARED = new URL("../../../../shared/conformance/scenarios.md", import.meta.url);

/** Ids of the situations, so that the check also works without the list of them. */
const IDS = `
  1 2 5 6 9 11 13 15 16 18 19 21 23 24 29 31 32 33 34 35 37 39 40 42 44 45 46 47 48 50 53 54 55 58 59 60
  62 63 64 65 66 67 70 71 74 75 77 84 85 88 89 90 92 94 97 99 100 105 106
  110 111 112 113 115 117 118 119 122 127 128 131 132 136 137 138
  140 141 142 143 144 145 147 148 149 150 151 154 155 157 159 160 163 164
  165 169 170 172 175 176 177 178 179 181 184 185
`.trim().split(/\s+/).map((number) => `S${number.padStart(3, "0")}`);

Deno.test("every scenario has a test", async () => {
  const tested = new Set<string>();
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.endsWith("_test.ts") || name === "scenarios_test.ts") continue;
    const text = await Deno.readTextFile(new URL(name, FOLDER));
    for (const [id] of text.matchAll(/\bS\d{3}(?=:)/g)) tested.add(id);
  }
  assert.deepEqual(IDS.filter((id) => !tested.has(id)), []);
});

Deno.test("the list of scenarios is complete", async () => {
  let text: string;
  try {
    text = await Deno.readTextFile(SHARED);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: the shared list of scenarios is not here");
    return;
  }
  const listed = [...text.matchAll(/^\| (S\d{3}) \|/gm)].map(([, id]) => id);
  assert.deepEqual(listed, IDS);
});
