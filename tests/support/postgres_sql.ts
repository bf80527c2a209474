/** One statement on a connection of its own. */
import pg from "pg";

/** Runs statements on a connection of their own. */
export async function sql(at: string, text: string, params?: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: at });
  client.on("error", () => {}); // its query rejects, too
  await client.connect();
  try {
    return (await client.query(text, params)).rows;
  } finally {
    await client.end();
  }
}
