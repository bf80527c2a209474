/** Reading whole lists, page by page. */
import type { Page } from "../../storage/store.ts";

/** All rows of a list. @param limit At most so many, and the rest of their page. */
export async function allOf<T>(
  list: (page: { readonly take: number; readonly cursor?: string }) => Promise<Page<T>>,
  limit = Infinity,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ take: 1_000, ...(cursor !== undefined && { cursor }) });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && rows.length < limit);
  return rows;
}
