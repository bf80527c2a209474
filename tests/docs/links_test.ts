/** What the pages point to is there: links, headings, files, tasks. */
import assert from "node:assert/strict";
import { anchors, exists, prose, readPages, ROOT } from "./pages.ts";

const pages = await readPages();

/** Names in backticks that begin with one of these are paths from the repository's root. */
const FOLDERS = /^(?:\.ci|bench|cli|docs|engine|examples|runtime|sql|storage|tests|tools)\//;

/** Paths that pages use as patterns or as names to be. */
const PATTERN = /[*…<>{}]/;

Deno.test("docs: every relative link leads to a file, and to a heading in it", async () => {
  const broken: string[] = [];
  let links = 0;
  for (const { path, text } of pages) {
    for (const [, target] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
      links++;
      const [file, anchor] = target.split("#");
      const to = file === "" ? path : new URL(file, `repo:/${path}`).pathname.slice(1);
      const page = pages.find((each) => each.path === to);
      const found = await exists(to) && (anchor === undefined || (page && anchors(page.text).has(anchor)));
      if (!found) broken.push(`${path}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(links >= 20, `only ${links} links were found`);
});

Deno.test("docs: every page of docs/ is listed in docs/README.md", () => {
  const index = pages.find(({ path }) => path === "docs/README.md")?.text ?? "";
  const listed = pages.map(({ path }) => path.replace(/^docs\//, "")).filter((name) =>
    !name.includes("/") && name !== "README.md" && index.includes(`(${name})`)
  );
  const present = pages.filter(({ path }) => path.startsWith("docs/")).map(({ path }) => path.slice(5));
  assert.deepEqual(listed.sort(), present.filter((name) => name !== "README.md").sort());
});

Deno.test("docs: every file and folder named in backticks is there", async () => {
  const missing: string[] = [];
  for (const { path, text } of pages) {
    for (const [, name] of prose(text).matchAll(/(?<!`)`([^`\s]+)`(?!`)/g)) {
      if (FOLDERS.test(name) && !PATTERN.test(name) && !await exists(name)) missing.push(`${path}: ${name}`);
    }
  }
  assert.deepEqual(missing, []);
});

Deno.test("docs: every deno task that a page names is one of deno.json", async () => {
  const config: { tasks: Record<string, unknown> } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const unknown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:deno|deno@[\d.]+) task ([a-z][\w:-]*)/g)].filter(([, task]) =>
      !Object.hasOwn(config.tasks, task)
    ).map(([, task]) => `${path}: ${task}`)
  );
  assert.deepEqual(unknown, []);
});
