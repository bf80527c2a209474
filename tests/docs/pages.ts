/** The pages that people read: at the top of the repository, and in `docs/`. */

/** The repository's folder. */
export const ROOT = new URL("../../", import.meta.url);

/** A Markdown file. */
export interface DocPage {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  /** Its whole text. */
  readonly text: string;
}

/** Reads all pages, sorted by path. */
export async function readPages(): Promise<readonly DocPage[]> {
  const paths: string[] = [];
  for (const folder of ["", "docs/"]) {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, ROOT))) {
      if (isFile && name.endsWith(".md")) paths.push(`${folder}${name}`);
    }
  }
  return await Promise.all(
    paths.sort().map(async (path) => ({ path, text: await Deno.readTextFile(new URL(path, ROOT)) })),
  );
}

/** The text without fenced code, where nothing is a link or a name of ours. */
export function prose(text: string): string {
  return text.replace(/^( *)(`{3,})[\s\S]*?^\1\2 *$/gm, "");
}

/** Where its headings can be linked to, as the usual hosts make it. */
export function anchors(text: string): ReadonlySet<string> {
  const headings = [...prose(text).matchAll(/^#+ +(.+?) *#*$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s/g, "-")
    ),
  );
}

/** Whether a file or folder of the repository is there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
