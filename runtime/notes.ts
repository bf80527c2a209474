/** Remarks on instances. */
import type { Note } from "../storage/store.ts";
import type { NoteOptions } from "./api.ts";
import { load } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { takeValue } from "./values.ts";

export async function addNote(
  runtime: Runtime,
  tenant: string,
  instanceId: string,
  text: string,
  { kind = "user", author }: NoteOptions,
): Promise<string> {
  if (typeof text !== "string") throw new TypeError("Cannot add a note: its text is no string");
  takeValue(text, "text");
  takeValue(author, "author");
  await load(runtime, tenant, instanceId);
  await runtime.ready();
  const id = await runtime.ids.take();
  await runtime.store.addNote({ id, instanceId, kind, text, author, createdAt: runtime.time.now() });
  return id;
}

export async function listNotes(runtime: Runtime, tenant: string, id: string): Promise<readonly Note[]> {
  await load(runtime, tenant, id);
  return await runtime.store.listNotes(id);
}
